#include "lens_index.h"

#include <algorithm>
#include <array>
#include <map>

#include "lens_words.h"

namespace exhibit::sqlite {
namespace {

constexpr std::string_view kIndexPrefix = "lens:index ";

struct PlanNode {
  int parent = 0;
  std::string detail;
  bool repeated = false;  ///< runs once for each row of an outer query
};

/// A line of the plan that reads all rows of something. "SEARCH main.child" without USING is a whole pass as well, for
/// the greatest or least value.
std::string_view scanned(std::string_view detail) {
  constexpr std::string_view kScan = "SCAN ", kSearch = "SEARCH ";
  if (detail.starts_with(kScan)) return detail.substr(kScan.size());
  if (detail.starts_with(kSearch) && detail.find(" USING ") == std::string_view::npos)
    return detail.substr(kSearch.size());
  return {};
}

/// Subqueries without a reference outward run once, whatever they stand in.
bool runs_once(std::string_view detail) {
  constexpr std::array<std::string_view, 3> kOnce = {"MATERIALIZE ", "SCALAR SUBQUERY ", "LIST SUBQUERY "};
  return std::ranges::any_of(kOnce, [&](std::string_view text) { return detail.starts_with(text); });
}

/// The plan names a table with its schema; what follows is how it is read.
bool names_table(std::string_view what, std::string_view name) {
  return what.starts_with(name) && (what.size() == name.size() || what[name.size()] == ' ');
}

/// The view whose table, or whose index of ours, is read: of two names of which one begins the other, the longer.
const LensView* scanned_view(std::string_view what, const std::vector<const LensView*>& views) {
  const LensView* found = nullptr;
  std::size_t longest = 0;
  for (const LensView* view : views) {
    if (view->table == nullptr || view->table->table.is_virtual) continue;
    for (const std::string& name :
         {view->file->schema() + "." + view->table->table.name, "temp." + index_table_name(*view)}) {
      if (!names_table(what, name) || name.size() < longest) continue;
      found = view;
      longest = name.size();
    }
  }
  return found;
}

}  // namespace

std::expected<std::vector<RepeatedScan>, Problem> repeated_scans(Connection& connection, const std::string& sql,
                                                                 const std::vector<const LensView*>& views) {
  const EngineScope as_engine(connection.guard());
  auto statement = connection.prepare("EXPLAIN QUERY PLAN " + sql);
  if (!statement) return std::unexpected(statement.error());
  std::map<int, PlanNode> nodes;
  std::vector<RepeatedScan> scans;
  for (;;) {
    const auto row = connection.step(statement->get());
    if (!row) return std::unexpected(row.error());
    if (!*row) return scans;
    PlanNode node{sqlite3_column_int(statement->get(), 1),
                  reinterpret_cast<const char*>(sqlite3_column_text(statement->get(), 3))};
    const auto parent = nodes.find(node.parent);
    node.repeated = node.detail.starts_with("CORRELATED ") ||
                    (parent != nodes.end() && parent->second.repeated && !runs_once(node.detail));
    if (const std::string_view what = scanned(node.detail); node.repeated && !what.empty())
      if (const LensView* view = scanned_view(what, views)) scans.push_back({view, node.detail});
    nodes.emplace(sqlite3_column_int(statement->get(), 0), std::move(node));
  }
}

std::vector<std::string> compared_columns(const std::vector<Token>& tokens, const FileTable& table) {
  constexpr std::array<std::string_view, 2> kSigns = {"=", "=="};
  constexpr std::array<std::string_view, 2> kWords = {"IS", "IN"};
  const auto compares = [&](std::size_t i) {
    return i < tokens.size() && (std::ranges::find(kSigns, tokens[i].text) != kSigns.end() ||
                                 std::ranges::any_of(kWords, [&](auto word) { return tokens[i].is(word); }));
  };
  std::vector<std::string> columns;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const ColumnInfo* column = table.find_column(tokens[i].name());
    if (column == nullptr || is_same_name(column->name, table.integer_primary_key)) continue;
    const std::size_t first = i >= 2 && tokens[i - 1].text == "." ? i - 2 : i;
    if (!compares(i + 1) && !(first > 0 && compares(first - 1))) continue;
    if (std::ranges::find(columns, column->name) == columns.end()) columns.push_back(column->name);
  }
  return columns;
}

std::string index_table_name(const LensView& view) { return std::string(kIndexPrefix) + view.name; }

std::string_view indexed_view_name(std::string_view index_table) {
  if (!index_table.starts_with(kIndexPrefix)) return {};
  return index_table.substr(kIndexPrefix.size());
}

std::expected<void, Problem> build_index(Connection& connection, const LensView& view) {
  const std::string& name = view.table->table.name;
  const std::string index_table = quoted_name(index_table_name(view));
  std::string declared = std::string(kIndexedRow) + " INTEGER PRIMARY KEY";
  std::string columns(view.table->rowid_word);
  for (const std::string& column : view.indexed) {
    const char* type = nullptr;
    const char* collation = nullptr;
    const int code = sqlite3_table_column_metadata(connection.handle(), view.file->schema().c_str(), name.c_str(),
                                                   column.c_str(), &type, &collation, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return std::unexpected(connection.problem(code));
    // The declared type and collation decide what is equal; a type of the evidence is quoted, for it may be any text.
    declared += ", " + quoted_name(column);
    if (type != nullptr && *type != '\0') declared += " " + quoted_name(type);
    if (collation != nullptr) declared += " COLLATE " + quoted_name(collation);
    columns += ", " + quoted_name(column);
  }
  std::vector<std::string> statements = {"CREATE TEMP TABLE " + index_table + "(" + declared + ")",
                                         "INSERT INTO temp." + index_table + " SELECT " + columns + " FROM " +
                                             quoted_name(view.file->schema()) + "." + quoted_name(name)};
  for (const std::string& column : view.indexed)
    statements.push_back("CREATE INDEX temp." + quoted_name(index_table_name(view) + " " + column) + " ON " +
                         index_table + "(" + quoted_name(column) + ")");
  for (const std::string& sql : statements) {
    const auto done = connection.execute(sql);
    if (!done) return std::unexpected(done.error());
  }
  return {};
}

}  // namespace exhibit::sqlite
