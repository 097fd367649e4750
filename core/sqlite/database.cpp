#include "sqlite/database.h"

#include <algorithm>

#include "connection.h"
#include "functions.h"
#include "lens_collation.h"
#include "lens_coverage.h"
#include "lens_entities.h"
#include "lens_prepare.h"
#include "lens_schema.h"
#include "lens_views.h"
#include "lens_words.h"
#include "query.h"
#include "rows.h"
#include "sqlite/function_names.h"

namespace exhibit::sqlite {
namespace {

Problem problem_of(const PageProblem& page) {
  Problem problem{.code = page.code,
                  .expected = page.expected,
                  .found = page.found,
                  .table = page.table,
                  .row = std::nullopt,
                  .offset = page.offset};
  if (page.page != 0) problem.found += ", page " + std::to_string(page.page);
  if (page.first_rowid) problem.found += ", rows after " + std::to_string(*page.first_rowid);
  if (page.last_rowid) problem.found += ", rows before " + std::to_string(*page.last_rowid);
  return problem;
}

Problem problem_of(const Error& error) {
  return {.code = std::string(error_code_name(error.code)), .expected = "a database", .found = error_text(error)};
}

/// What each table of rows has beside its declared columns (rows.h).
bool is_column_of_ours(std::string_view name) {
  return name == "_row" || name == "_key" || name == "_path" || name == "_parent";
}

class LensedDatabase final : public Database {
 public:
  LensedDatabase(LensSpec spec, Budget& budget, const Limits& limits)
      : spec_(std::move(spec)), limits_(limits), functions_(spec_.maps, limits_, budget) {}

  std::expected<void, Problem> open_image(std::shared_ptr<const PageImage> image, Budget& budget);
  std::expected<void, Problem> open_rows(Bytes file, Budget& budget);

  const std::vector<TableInfo>& tables() const override { return tables_; }
  bool has_table(std::string_view name) const override { return find(name) != nullptr; }
  bool has_column(std::string_view table, std::string_view column) const override;
  std::optional<std::string> real_table_name(std::string_view table) const override;
  std::expected<std::uint64_t, Problem> count_rows(std::string_view table) override;
  std::expected<std::unique_ptr<Query>, Problem> prepare(const QuerySpec& spec) override;
  std::expected<std::vector<UnreadItem>, Problem> unread() override;
  std::vector<Problem> take_problems() override;

 private:
  std::expected<void, Problem> register_all_functions();
  std::expected<void, Problem> raise_lens(const PageImage* image);
  std::expected<void, Problem> open_companions();
  std::expected<FileSchema, Problem> open_companion(const CompanionFile& companion, std::size_t number);
  const FileTable* find(std::string_view name) const { return file_.find(entities_.fill_or_zero(name)); }
  std::expected<void, Problem> add_unread(const FileTable& table, std::vector<UnreadItem>& items);
  std::expected<void, Problem> add_unread_columns(const FileTable& table, std::vector<UnreadItem>& items);
  std::expected<void, Problem> add_unreadable(const FileTable& table, std::vector<UnreadItem>& items);
  bool is_left_out(const FileTable& table) const;

  LensSpec spec_;
  Limits limits_;
  FunctionContext functions_;  ///< must outlive the connection
  std::unique_ptr<Connection> connection_;
  bool is_made_of_rows_ = false;
  RowsReport rows_;
  FileSchema file_;
  std::vector<TableInfo> tables_;
  std::vector<CompanionSchema> companions_;
  EntityNumbers entities_;
  std::optional<Lens> lens_;
  ReadNames read_;
  BlobProblems blobs_;
  std::vector<Problem> problems_;
};

std::expected<void, Problem> LensedDatabase::register_all_functions() {
  const int registered = register_functions(connection_->handle(), functions_);
  if (registered != SQLITE_OK) return std::unexpected(connection_->problem(registered));
  const int collating = stand_in_for_collations(connection_->handle());
  if (collating != SQLITE_OK) return std::unexpected(connection_->problem(collating));
  for (const std::string_view name : own_function_names()) connection_->guard().allow_function(name);
  return {};
}

std::expected<void, Problem> LensedDatabase::open_image(std::shared_ptr<const PageImage> image, Budget& budget) {
  for (const PageProblem& page : image->problems()) problems_.push_back(problem_of(page));
  auto connection = Connection::open(image, budget, limits_);
  if (!connection) return std::unexpected(connection.error());
  connection_ = std::move(*connection);
  return raise_lens(image.get());
}

std::expected<void, Problem> LensedDatabase::open_rows(Bytes file, Budget& budget) {
  auto connection = Connection::open_memory(budget);
  if (!connection) return std::unexpected(connection.error());
  connection_ = std::move(*connection);
  is_made_of_rows_ = true;
  {
    const EngineScope as_engine(connection_->guard());
    auto made = make_rows_tables(connection_->handle(), file, spec_.rows, limits_);
    if (!made) return std::unexpected(made.error());
    rows_ = std::move(*made);
  }
  problems_ = std::move(rows_.problems);
  return raise_lens(nullptr);
}

std::expected<void, Problem> LensedDatabase::raise_lens(const PageImage* image) {
  if (auto registered = register_all_functions(); !registered) return registered;
  auto file = FileSchema::read(*connection_, "main", image);
  if (!file) return std::unexpected(file.error());
  file_ = std::move(*file);
  for (const FileTable& table : file_.tables()) {
    tables_.push_back(table.table);
    if (is_made_of_rows_)
      std::erase_if(tables_.back().columns, [](const ColumnInfo& column) { return is_column_of_ours(column.name); });
  }

  if (auto opened = open_companions(); !opened) return opened;
  auto entities = EntityNumbers::read(*connection_, file_, spec_.entities);
  if (!entities) return std::unexpected(entities.error());
  entities_ = std::move(*entities);
  OptionalNames optional;
  for (const std::string& entry : spec_.optional) optional.add(entities_.fill_or_zero(entry));
  lens_.emplace(*connection_, file_, companions_, std::move(optional));
  return {};
}

std::expected<FileSchema, Problem> LensedDatabase::open_companion(const CompanionFile& companion, std::size_t number) {
  auto image = PageImage::build(*companion.files, limits_);
  if (!image) return std::unexpected(problem_of(image.error()));
  for (const PageProblem& page : (*image)->problems()) problems_.push_back(problem_of(page));
  // A name that no author writes: its tables are reached through the lens alone.
  const std::string schema = std::string(kLensPrefix) + std::to_string(number);
  const auto attached = connection_->attach(*image, schema, limits_);
  if (!attached) return std::unexpected(attached.error());
  return FileSchema::read(*connection_, schema, image->get());
}

/// A companion that cannot be opened is a problem, and its tables are as if it were absent.
std::expected<void, Problem> LensedDatabase::open_companions() {
  for (const CompanionFile& companion : spec_.companions) {
    CompanionSchema opened{companion.name, companion.tables, std::nullopt};
    if (companion.files) {
      auto schema = open_companion(companion, companions_.size() + 1);
      const bool ends_all = !schema && (schema.error().code == "budget" || schema.error().code == "cancelled");
      if (ends_all) return std::unexpected(schema.error());
      if (schema) {
        opened.schema = std::move(*schema);
      } else {
        problems_.push_back(std::move(schema.error()));
        problems_.back().found = "companion " + companion.name + ": " + problems_.back().found;
      }
    }
    companions_.push_back(std::move(opened));
  }
  return {};
}

bool LensedDatabase::has_column(std::string_view table, std::string_view column) const {
  const FileTable* found = find(table);
  return found != nullptr && found->find_column(entities_.fill_or_zero(column)) != nullptr;
}

std::optional<std::string> LensedDatabase::real_table_name(std::string_view table) const {
  const auto filled = entities_.fill(table);
  if (!filled) return std::nullopt;
  const FileTable* found = file_.find(*filled);
  return found == nullptr ? *filled : found->table.name;
}

std::expected<std::uint64_t, Problem> LensedDatabase::count_rows(std::string_view name) {
  const FileTable* table = find(name);
  if (table == nullptr)
    return std::unexpected(Problem{.code = "schema_unknown",
                                   .expected = std::string(name),
                                   .found = joined_names(file_.table_names()),
                                   .table = std::string(name)});
  return file_.count_rows(*connection_, *table);
}

std::expected<std::unique_ptr<Query>, Problem> LensedDatabase::prepare(const QuerySpec& spec) {
  QueryCompiler compiler({.context = {*connection_, functions_, blobs_},
                          .lens = *lens_,
                          .file = file_,
                          .companions = companions_,
                          .entities = entities_,
                          .spec = spec_,
                          .read = read_});
  return compiler.compile(spec);
}

bool LensedDatabase::is_left_out(const FileTable& table) const {
  return is_bookkeeping_table(table.table.name) || file_.owner_of_shadow(table.table.name) != nullptr;
}

/// What a virtual table holds lies in its _content, or cannot be counted.
std::expected<void, Problem> LensedDatabase::add_unreadable(const FileTable& table, std::vector<UnreadItem>& items) {
  const std::string content_name = table.table.name + "_content";
  const FileTable* content = file_.find(content_name);
  if (content == nullptr) {
    items.push_back({table.table.name, "", table.rows.value_or(0)});
    return {};
  }
  if (read_.has_table(content_name)) return {};
  const auto rows = file_.count_rows(*connection_, *content);
  if (!rows) return std::unexpected(rows.error());
  if (*rows > 0) items.push_back({table.table.name, "", *rows});
  return {};
}

std::expected<void, Problem> LensedDatabase::add_unread_columns(const FileTable& table,
                                                                std::vector<UnreadItem>& items) {
  std::vector<std::string> columns;
  for (const ColumnInfo& column : table.table.columns) {
    const bool is_ours = is_made_of_rows_ && is_column_of_ours(column.name);
    if (!is_ours && !is_bookkeeping_column(column.name) && !read_.has_column(table.table.name, column.name))
      columns.push_back(column.name);
  }
  if (columns.empty()) return {};
  const EngineScope as_engine(connection_->guard());
  auto statement = connection_->prepare(count_columns_sql(file_, table, columns));
  if (!statement) return std::unexpected(statement.error());
  const auto row = connection_->step(statement->get());
  if (!row) return std::unexpected(row.error());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto count = static_cast<std::uint64_t>(sqlite3_column_int64(statement->get(), static_cast<int>(i)));
    if (count > 0) items.push_back({table.table.name, columns[i], count});
  }
  return {};
}

std::expected<void, Problem> LensedDatabase::add_unread(const FileTable& table, std::vector<UnreadItem>& items) {
  if (is_left_out(table)) return {};
  if (!table.failure.empty()) return add_unreadable(table, items);
  if (read_.has_table(table.table.name)) return add_unread_columns(table, items);
  const auto rows = file_.count_rows(*connection_, table);
  if (!rows) return std::unexpected(rows.error());
  if (*rows > 0) items.push_back({table.table.name, "", *rows});
  return {};
}

std::expected<std::vector<UnreadItem>, Problem> LensedDatabase::unread() {
  std::vector<UnreadItem> items;
  for (const FileTable& table : file_.tables()) {
    auto added = add_unread(table, items);
    if (added) continue;
    if (added.error().code == "budget" || added.error().code == "cancelled") return std::unexpected(added.error());
    problems_.push_back(step_problem(std::move(added.error()), functions_, table.table.name));
  }
  for (const RowsReport::Undeclared& key : rows_.undeclared) items.push_back({key.table, key.key, key.count});
  std::ranges::stable_sort(items, {}, &UnreadItem::table);
  return items;
}

std::vector<Problem> LensedDatabase::take_problems() {
  std::vector<Problem> taken = std::move(problems_);
  problems_.clear();
  std::ranges::move(blobs_.kept, std::back_inserter(taken));
  if (blobs_.left_out > 0)
    taken.push_back(
        {.code = "blob", .expected = "blobs that decode", .found = std::to_string(blobs_.left_out) + " more"});
  blobs_ = {};
  return taken;
}

}  // namespace

std::expected<std::unique_ptr<Database>, Problem> Database::open(std::shared_ptr<const PageImage> image, LensSpec spec,
                                                                 Budget& budget, const Limits& limits) {
  auto database = std::make_unique<LensedDatabase>(std::move(spec), budget, limits);
  const auto opened = database->open_image(std::move(image), budget);
  if (!opened) return std::unexpected(opened.error());
  return database;
}

std::expected<std::unique_ptr<Database>, Problem> Database::from_rows(Bytes file, LensSpec spec, Budget& budget,
                                                                      const Limits& limits) {
  auto database = std::make_unique<LensedDatabase>(std::move(spec), budget, limits);
  const auto opened = database->open_rows(file, budget);
  if (!opened) return std::unexpected(opened.error());
  return database;
}

}  // namespace exhibit::sqlite
