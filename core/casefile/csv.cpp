// Tables for spreadsheets: RFC 4180, CRLF. Evidence may hold text that a spreadsheet would take for a formula, so such
// cells are guarded; numbers and times are typed columns and stay as they are.
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <set>

#include "base/unicode.h"
#include "case_state.h"
#include "casefile/export.h"
#include "hex.h"
#include "model/json.h"
#include "schema.h"

namespace exhibit::casefile {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// True if the first character after blanks or quotes would start a formula.
bool needs_guard(std::string_view text) {
  for (const char letter : text) {
    if (letter == '\t' || letter == '\r') return true;
    if (letter == ' ' || letter == '"' || letter == '\'' || letter == '\n') continue;
    return letter == '=' || letter == '+' || letter == '-' || letter == '@';
  }
  return false;
}

void append_cell(std::string& out, std::string_view text, bool is_guarded) {
  const bool guard = is_guarded && needs_guard(text);
  const bool quote = text.find_first_of("\",\r\n") != std::string_view::npos;
  if (quote) out += '"';
  if (guard) out += '\'';
  for (const char letter : text) {
    if (letter == '"') out += '"';
    out += letter;
  }
  if (quote) out += '"';
}

void append_value(std::string& out, const Statement& row, int column, bool is_guarded) {
  switch (row.type(column)) {
    case SQLITE_NULL:
      return;
    case SQLITE_INTEGER:
      out += std::to_string(row.integer(column));
      return;
    case SQLITE_FLOAT:
      model::append_json_double(out, row.real(column));
      return;
    default: {
      const std::string_view text = row.text(column);
      append_cell(out, is_utf8(text) ? std::string(text) : escape_invalid_utf8(text), is_guarded);
    }
  }
}

using Names = std::set<std::string, std::less<>>;

Names time_columns(const KindPlan& kind) {
  Names names = {"time"};
  for (const FieldPlan& plan : kind.fields)
    if (plan.part == Part::time && !plan.field->repeated) names.emplace(plan.field->name);
  return names;
}

class CsvFolder {
 public:
  CsvFolder(const Connection& connection, const CsvOptions& options, std::string folder)
      : connection_(connection), options_(options), folder_(std::move(folder)) {}

  /// The rows of a statement as NAME.csv; nothing is written for a kind without rows. `times`: the columns that hold
  /// times.
  Result<void> write(std::string_view name, std::string_view sql, bool even_if_empty, const Names& times) {
    auto select = connection_.prepare(sql);
    if (!select) return std::unexpected(select.error());
    auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row && !even_if_empty) return {};
    find_times(*select, times);
    auto file = FileOutput::create(folder_ + '/' + std::string(name) + ".csv");
    if (!file) return std::unexpected(file.error());
    if (auto written = file->write(head(*select)); !written) return written;
    while (*row) {
      if (auto written = file->write(line(*select)); !written) return written;
      row = select->step();
      if (!row) return std::unexpected(row.error());
    }
    return file->commit();
  }

 private:
  void find_times(const Statement& select, const Names& times) {
    is_time_.clear();
    for (int column = 0; column < sqlite3_column_count(select.get()); ++column)
      is_time_.push_back(times.contains(sqlite3_column_name(select.get(), column)));
  }

  std::string head(const Statement& select) const {
    std::string line(options_.raw ? "" : kByteOrderMark);
    for (int column = 0; column < sqlite3_column_count(select.get()); ++column) {
      if (column > 0) line += ',';
      append_cell(line, sqlite3_column_name(select.get(), column), false);
    }
    return line + "\r\n";
  }

  std::string line(const Statement& select) const {
    std::string line;
    for (int column = 0; column < sqlite3_column_count(select.get()); ++column) {
      if (column > 0) line += ',';
      if (options_.zone != nullptr && is_time_[static_cast<std::size_t>(column)] && select.type(column) == SQLITE_TEXT)
        line += model::time_text_in(select.text(column), *options_.zone);
      else
        append_value(line, select, column, !options_.raw);
    }
    return line + "\r\n";
  }

  const Connection& connection_;
  CsvOptions options_;
  std::string folder_;
  std::vector<bool> is_time_;  // the columns of the table at work
};

/// The selected artefacts, for the conditions of many statements.
Result<void> keep_selection(const Connection& connection, const std::vector<std::int64_t>& numbers) {
  if (auto made = connection.run("PRAGMA temp_store = MEMORY; DROP TABLE IF EXISTS temp.selected; CREATE TEMP TABLE "
                                 "selected(n INTEGER PRIMARY KEY)");
      !made)
    return made;
  auto insert = connection.prepare("INSERT OR IGNORE INTO temp.selected(n) VALUES(?1)");
  if (!insert) return std::unexpected(insert.error());
  for (const std::int64_t n : numbers) {
    insert->bind(1, n);
    if (auto written = insert->run(); !written) return written;
  }
  return {};
}

Result<void> write_tables(CsvFolder& folder) {
  constexpr std::string_view kSelected = " AND a.n IN (SELECT n FROM temp.selected) ORDER BY ";
  for (const auto& kind : Plans::get().kinds())
    if (auto written =
            folder.write(kind->name, kind_select(*kind) + std::string(kSelected) + "a.at IS NULL, a.at, a.id", false,
                         time_columns(*kind));
        !written)
      return written;
  if (auto written = folder.write(
          "timeline", timeline_select() + std::string(kSelected) + "a.at IS NULL, a.at, a.kind, a.id", true, {"time"});
      !written)
    return written;
  const std::pair<std::string_view, std::string_view> others[] = {
      {"files", "files"}, {"problems", "problems"}, {"ledger", "ledger_check"}};
  for (const auto& [name, view] : others)
    if (auto written = folder.write(name, view_select(view), true, {"modified", "created", "accessed", "changed"});
        !written)
      return written;
  return {};
}

}  // namespace

Result<void> write_csv(const Case& subject, const Filter& filter, const CsvOptions& options,
                       const std::string& folder) {
  const Connection& connection = subject.state().connection;
  struct stat found{};
  if (::lstat(folder.c_str(), &found) == 0) return fail(ErrorCode::io, "a path that does not exist yet", EEXIST);
  const std::string partial = folder + ".partial";
  if (::mkdir(partial.c_str(), 0755) != 0)
    return fail(ErrorCode::io, "a folder that can be made", static_cast<std::uint64_t>(errno));
  const auto write = [&]() -> Result<void> {
    const auto selected = Artefacts(subject).select(filter);
    if (!selected) return std::unexpected(selected.error());
    if (auto kept = keep_selection(connection, *selected); !kept) return kept;
    CsvFolder csv(connection, options, partial);
    if (auto written = write_tables(csv); !written) return written;
    if (::rename(partial.c_str(), folder.c_str()) != 0)
      return fail(ErrorCode::io, "a folder that can take its name", static_cast<std::uint64_t>(errno));
    return {};
  };
  auto written = write();
  if (!written) {
    std::error_code ignored;  // the first failure is the one to tell
    std::filesystem::remove_all(partial, ignored);
  }
  auto cleared = connection.run("DROP TABLE IF EXISTS temp.selected");
  return written ? cleared : written;
}

}  // namespace exhibit::casefile
