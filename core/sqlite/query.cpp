#include "query.h"

#include "time_subtype.h"

namespace exhibit::sqlite {
namespace {

class PreparedQuery final : public Query {
 public:
  PreparedQuery(QueryContext context, Statement statement, std::vector<ColumnOrigin> origins,
                std::optional<std::size_t> row_column, std::string table)
      : context_(context),
        statement_(std::move(statement)),
        origins_(std::move(origins)),
        row_column_(row_column),
        table_(std::move(table)) {
    for (std::size_t i = 0; i < origins_.size(); ++i)
      names_.emplace_back(sqlite3_column_name(statement_.get(), static_cast<int>(i)));
  }

  std::size_t column_count() const override { return names_.size(); }
  std::string_view column_name(std::size_t column) const override { return names_[column]; }
  const ColumnOrigin& column_origin(std::size_t column) const override { return origins_[column]; }

  std::expected<bool, Problem> step() override {
    if (ended_) return false;
    context_.functions.start_row();
    // SQLite compiles again where the lens changed since, and virtual tables compile statements of their own: neither
    // is a read of the author's.
    const EngineScope as_engine(context_.connection.guard());
    auto row = context_.connection.step(statement_.get());
    ended_ = !row || !*row;
    if (!row) return std::unexpected(step_problem(std::move(row.error()), context_.functions, table_));
    if (!*row) return false;
    if (!Budget::spend(context_.connection.budget().rows, 1)) {
      ended_ = true;
      sqlite3_reset(statement_.get());
      return std::unexpected(Problem{.code = "budget", .expected = "rows within the budget", .table = table_});
    }
    keep_notes();
    return true;
  }

  Value value(std::size_t column) const override {
    return value_of(sqlite3_column_value(statement_.get(), static_cast<int>(column)));
  }

  const std::vector<UnknownCode>& unknown_codes() const override { return unknown_codes_; }

 private:
  /// The functions are shared by all queries of the database, and another may step before this row is read.
  void keep_notes() {
    if (!unknown_codes_.empty() || !context_.functions.unknown_codes().empty())
      unknown_codes_ = context_.functions.unknown_codes();
    if (context_.functions.blob_note_count() == 0) return;
    for (const BlobNote& note : context_.functions.blob_notes()) keep_blob_note(note);
    context_.blobs.left_out += context_.functions.blob_note_count() - context_.functions.blob_notes().size();
  }

  void keep_blob_note(const BlobNote& note) {
    constexpr std::size_t kKeptProblems = 1000;
    if (context_.blobs.kept.size() >= kKeptProblems) {
      ++context_.blobs.left_out;
      return;
    }
    Problem problem{.code = "blob", .expected = note.function, .found = note.text, .table = table_};
    if (row_column_) problem.row = sqlite3_column_int64(statement_.get(), static_cast<int>(*row_column_));
    context_.blobs.kept.push_back(std::move(problem));
  }

  QueryContext context_;
  Statement statement_;
  std::vector<ColumnOrigin> origins_;
  std::optional<std::size_t> row_column_;
  std::string table_;
  std::vector<std::string> names_;
  std::vector<UnknownCode> unknown_codes_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Query> make_query(QueryContext context, Statement statement, std::vector<ColumnOrigin> origins,
                                  std::optional<std::size_t> row_column, std::string table) {
  return std::make_unique<PreparedQuery>(context, std::move(statement), std::move(origins), row_column,
                                         std::move(table));
}

Problem step_problem(Problem problem, const FunctionContext& functions, std::string_view table) {
  if (functions.is_out_of_budget()) problem.code = "budget";
  if (problem.code == "malformed") problem.code = "damaged";
  if (problem.table.empty()) problem.table = table;
  return problem;
}

}  // namespace exhibit::sqlite
