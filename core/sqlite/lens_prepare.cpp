#include "lens_prepare.h"

#include <algorithm>

#include "lens_diagnosis.h"
#include "lens_index.h"
#include "lens_words.h"

namespace exhibit::sqlite {
namespace {

constexpr std::uint64_t kRepeatedScanRows = 1000;

std::string_view or_empty(const char* text) { return text == nullptr ? std::string_view() : std::string_view(text); }

std::optional<std::size_t> column_named(sqlite3_stmt* statement, std::string_view name) {
  for (int i = 0; i < sqlite3_column_count(statement); ++i)
    if (is_same_name(or_empty(sqlite3_column_name(statement, i)), name)) return static_cast<std::size_t>(i);
  return std::nullopt;
}

std::expected<void, Problem> refuse_duplicate_aliases(sqlite3_stmt* statement) {
  std::set<std::string> names;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    const std::string_view name = or_empty(sqlite3_column_name(statement, i));
    if (!names.insert(folded(name)).second)
      return std::unexpected(
          Problem{.code = "duplicate_alias", .expected = "each alias once", .found = std::string(name)});
  }
  return {};
}

std::unexpected<Problem> wrong_row(std::string_view column, const LensView& driving, std::string found) {
  return std::unexpected(Problem{.code = "row_origin",
                                 .expected = std::string(column) + " of " + driving.table->table.name,
                                 .found = std::move(found),
                                 .table = driving.table->table.name});
}

/// _row must be the rowid of the driving table, as SQLite itself traces it through views, joins and groups.
std::expected<void, Problem> check_row(sqlite3_stmt* statement, const LensView& driving) {
  const auto column = column_named(statement, "_row");
  if (!column) return wrong_row("_row", driving, "no column _row");
  const int i = static_cast<int>(*column);
  const std::string_view table = or_empty(sqlite3_column_table_name(statement, i));
  const std::string_view origin = or_empty(sqlite3_column_origin_name(statement, i));
  if (table.empty()) return wrong_row("_row", driving, "an expression");
  const std::string& key = driving.table->integer_primary_key;
  const bool is_row = is_same_name(origin, key.empty() ? "rowid" : std::string_view(key));
  const bool is_of_table = is_same_name(table, driving.table->table.name) &&
                           or_empty(sqlite3_column_database_name(statement, i)) == driving.file->schema();
  if (is_row && is_of_table) return {};
  return wrong_row("_row", driving, std::string(table) + "." + std::string(origin));
}

std::expected<void, Problem> check_driving_row(sqlite3_stmt* statement, const LensView& driving,
                                               const std::vector<Token>& tokens,
                                               const std::vector<TableReference>& references) {
  if (driving.table == nullptr) return {};  // declared and absent: there are no rows
  if (!driving.table->table.without_rowid) return check_row(statement, driving);
  // A key of several columns is an expression, which has no origin: it must stand there by its plain name.
  if (!column_named(statement, "_key")) return wrong_row("_key", driving, "no column _key");
  if (!is_plain_column_of(tokens, "_key", driving, references)) return wrong_row("_key", driving, "an expression");
  return {};
}

}  // namespace

std::expected<QueryCompiler::Text, Problem> QueryCompiler::text_of(const QuerySpec& spec) {
  const bool may_be_absent = std::ranges::any_of(
      parts_.spec.optional, [](const std::string& name) { return name.find('{') != std::string::npos; });
  const auto filled = parts_.entities.fill_query(spec.sql, may_be_absent);
  if (!filled) return std::unexpected(filled.error());
  const auto shown = parts_.lens.show(tokenize(*filled));
  if (!shown) return std::unexpected(shown.error());

  Text text{.sql = with_shown_names(*filled, parts_.lens), .tokens = {}, .references = {}, .reads = {}};
  text.tokens = tokenize(text.sql);
  text.references = table_references(text.tokens, parts_.lens);
  const auto ordered = refuse_order(text.tokens);
  if (!ordered) return std::unexpected(ordered.error());
  const auto qualified = refuse_qualified_tables(text.tokens, parts_.lens, parts_.companions);
  if (!qualified) return std::unexpected(qualified.error());
  return text;
}

std::expected<Statement, Problem> QueryCompiler::compile_with_absent_columns(Text& text) {
  constexpr int kMostAbsentColumns = 500;
  Connection& connection = parts_.context.connection;
  for (int added = 0;; ++added) {
    connection.guard().forget_coverage();
    auto statement = connection.prepare(text.sql);
    if (statement) return statement;
    if (statement.error().code != "sql") return std::unexpected(statement.error());
    const std::string message = sqlite3_errmsg(connection.handle());
    const auto absent = column_of_absent_table(message, text.references);
    const LensView* view = absent ? parts_.lens.find(absent->view) : nullptr;
    const bool is_new = view != nullptr && std::ranges::find(view->missing, absent->column) == view->missing.end();
    if (!is_new || added == kMostAbsentColumns)
      return std::unexpected(diagnosis(message, text.references, parts_.file, parts_.companions));
    const auto made = parts_.lens.add_missing_column(absent->view, absent->column);
    if (!made) return std::unexpected(made.error());
  }
}

std::expected<std::vector<RepeatedScan>, Problem> QueryCompiler::long_repeated_scans(const Text& text) {
  std::vector<const LensView*> views;
  for (const TableReference& reference : text.references) views.push_back(reference.view);
  auto scans = repeated_scans(parts_.context.connection, text.sql, views);
  if (!scans) return scans;
  std::vector<RepeatedScan> longer;
  for (RepeatedScan& scan : *scans) {
    const auto rows = scan.view->file->count_rows(parts_.context.connection, *scan.view->table);
    if (!rows) return std::unexpected(rows.error());
    if (*rows > kRepeatedScanRows) longer.push_back(std::move(scan));
  }
  return longer;
}

/// What compiles and must not run. SQLite finds a bare name in any file that is attached: a companion's table that is
/// not declared passes the lens by.
std::expected<void, Problem> QueryCompiler::refuse_tables_read(const Text& text) const {
  for (const Guard::Read& read : text.reads) {
    const LensView* view = read.schema == "temp" ? parts_.lens.find(read.table) : nullptr;
    if (view != nullptr && view->table != nullptr && !view->table->failure.empty())
      return std::unexpected(unreadable_table(*view->table));
    for (const CompanionSchema& companion : parts_.companions) {
      const bool is_its_table = companion.schema && companion.schema->schema() == read.schema;
      const auto is_read = [&](const std::string& table) { return is_same_name(table, read.table); };
      if (is_its_table && std::ranges::none_of(companion.tables, is_read))
        return std::unexpected(
            diagnosis("no such table: " + read.table, text.references, parts_.file, parts_.companions));
    }
  }
  return {};
}

/// True if something was indexed, so that the text must be compiled again.
std::expected<bool, Problem> QueryCompiler::index_repeated_scans(const Text& text) {
  const auto scans = long_repeated_scans(text);
  if (!scans) return std::unexpected(scans.error());
  bool indexed = false;
  std::set<std::string> done;
  for (const RepeatedScan& scan : *scans) {
    if (!done.insert(scan.view->name).second) continue;
    const std::vector<std::string> columns = compared_columns(text.tokens, *scan.view->table);
    if (columns.empty() || scan.view->table->rowid_word.empty()) continue;
    const auto made = parts_.lens.index(scan.view->name, columns);
    if (!made) return std::unexpected(made.error());
    indexed = true;
  }
  if (!indexed && scans->empty()) return false;
  const auto left = long_repeated_scans(text);
  if (!left) return std::unexpected(left.error());
  if (left->empty()) return true;
  return std::unexpected(Problem{.code = "unindexed_child",
                                 .expected = "a subquery that finds its rows by a compared column",
                                 .found = left->front().plan,
                                 .table = left->front().view->table->table.name});
}

std::expected<Statement, Problem> QueryCompiler::compile_text(Text& text) {
  auto statement = compile_with_absent_columns(text);
  if (!statement) return statement;
  text.reads = parts_.context.connection.guard().coverage();
  if (const auto declared = refuse_tables_read(text); !declared) return std::unexpected(declared.error());
  const auto indexed = index_repeated_scans(text);
  if (!indexed) return std::unexpected(indexed.error());
  return *indexed ? compile_with_absent_columns(text) : std::move(statement);
}

std::expected<const LensView*, Problem> QueryCompiler::driving_view(const QuerySpec& spec, const Text& text) {
  const std::string name = Lens::shown_name(parts_.entities.fill_or_zero(spec.table));
  const LensView* view = view_of(name, text.references);
  if (view == nullptr && parts_.file.find(name) == nullptr && parts_.lens.find(name) == nullptr)
    return std::unexpected(Problem{.code = "schema_unknown",
                                   .expected = spec.table,
                                   .found = joined_names(parts_.file.table_names()),
                                   .table = spec.table});
  if (view == nullptr)
    return std::unexpected(Problem{.code = "row_origin",
                                   .expected = "a query that reads its driving table",
                                   .found = "no table " + spec.table + " in the query",
                                   .table = spec.table});
  return view;
}

std::vector<ColumnOrigin> QueryCompiler::origins_of(sqlite3_stmt* statement) const {
  std::vector<ColumnOrigin> origins;
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    ColumnOrigin origin{std::string(or_empty(sqlite3_column_table_name(statement, i))),
                        std::string(or_empty(sqlite3_column_origin_name(statement, i)))};
    if (const LensView* view = parts_.lens.find(indexed_view_name(origin.table)))
      origin.table = view->table->table.name;
    origins.push_back(std::move(origin));
  }
  return origins;
}

std::expected<std::unique_ptr<Query>, Problem> QueryCompiler::compile(const QuerySpec& spec) {
  auto text = text_of(spec);
  if (!text) return std::unexpected(text.error());
  std::expected<const LensView*, Problem> driving = nullptr;
  if (spec.needs_row) driving = driving_view(spec, *text);
  auto statement = compile_text(*text);
  if (!statement) {
    Problem problem = std::move(statement.error());
    for (std::string* name : {&problem.expected, &problem.table}) *name = parts_.entities.as_written(*name, spec.sql);
    return std::unexpected(std::move(problem));
  }
  const auto unique = refuse_duplicate_aliases(statement->get());
  if (!unique) return std::unexpected(unique.error());
  if (!driving) return std::unexpected(driving.error());
  if (*driving != nullptr) {
    const auto row = check_driving_row(statement->get(), **driving, text->tokens, text->references);
    if (!row) return std::unexpected(row.error());
  }
  parts_.read.add(text->reads, parts_.lens, parts_.file);
  auto origins = origins_of(statement->get());
  const auto row_column = column_named(statement->get(), "_row");
  return make_query(parts_.context, std::move(*statement), std::move(origins), row_column,
                    parts_.entities.fill_or_zero(spec.table));
}

}  // namespace exhibit::sqlite
