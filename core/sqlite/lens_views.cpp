#include "lens_views.h"

#include <algorithm>

#include "lens_index.h"
#include "lens_words.h"

namespace exhibit::sqlite {
namespace {

constexpr std::string_view kAllSuffix = "_all";

/// "_key": JSON knows no blobs, so those are written in hexadecimal.
std::string key_expression(const std::vector<std::string>& primary_key) {
  std::string arguments;
  for (const std::string& column : primary_key) {
    const std::string name = quoted_name(column);
    if (!arguments.empty()) arguments += ", ";
    arguments += "iif(typeof(" + name + ") = 'blob', hex(" + name + "), " + name + ")";
  }
  return "json_array(" + arguments + ")";
}

bool contains_name(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [&](const std::string& other) { return is_same_name(other, name); });
}

void append_column(std::string& sql, std::string_view expression, std::string_view name) {
  if (!sql.empty()) sql += ", ";
  sql.append(expression).append(" AS ").append(quoted_name(name));
}

std::string absent_table_sql(const LensView& view) {
  std::string columns;
  for (const char* name : {"_row", "_key", "rowid"})
    if (!contains_name(view.missing, name)) append_column(columns, "NULL", name);
  for (const std::string& name : view.missing) append_column(columns, "NULL", name);
  return columns + " WHERE 0";
}

/// The table goes by its own name and not by an alias: the query plan then tells it by that name (lens_index.cpp).
std::string table_sql(const LensView& view) {
  const FileTable& table = *view.table;
  const std::string table_name = quoted_name(table.table.name);
  const std::string index_name = quoted_name(index_table_name(view));
  const std::string rowid = table.rowid_word.empty() ? "" : table_name + "." + table.rowid_word;
  std::string columns;
  if (!rowid.empty()) append_column(columns, rowid, "_row");
  if (!rowid.empty() && table.find_column("rowid") == nullptr) append_column(columns, rowid, "rowid");
  if (table.table.without_rowid) append_column(columns, key_expression(table.primary_key), "_key");
  for (const ColumnInfo& column : table.table.columns) {
    // The rows tables of the engine bear _row as their rowid; a file's own column of that name gives way to ours.
    if (is_same_name(column.name, "_row")) continue;
    const std::string& holder = contains_name(view.indexed, column.name) ? index_name : table_name;
    append_column(columns, holder + "." + quoted_name(column.name), column.name);
  }
  for (const std::string& name : view.missing)
    if (table.find_column(name) == nullptr) append_column(columns, "NULL", name);
  if (columns.empty()) columns = "NULL";
  const std::string from =
      " FROM " + quoted_name(view.file->schema()) + "." + table_name + (table.is_not_indexed ? " NOT INDEXED" : "");
  if (view.indexed.empty()) return columns + from;
  return columns + from + " JOIN temp." + index_name + " ON " + rowid + " = " + index_name + "." +
         std::string(kIndexedRow);
}

}  // namespace

std::string view_sql(const LensView& view) {
  return "CREATE TEMP VIEW " + quoted_name(view.name) + " AS SELECT " +
         (view.table == nullptr ? absent_table_sql(view) : table_sql(view));
}

void OptionalNames::add(std::string_view entry) {
  const std::size_t dot = entry.find('.');
  if (dot == std::string_view::npos) {
    tables_.insert(folded(entry));
  } else {
    columns_by_table_.emplace(folded(entry.substr(0, dot)), entry.substr(dot + 1));
  }
}

bool OptionalNames::has_table(std::string_view table) const { return tables_.contains(folded(table)); }

std::vector<std::string> OptionalNames::columns_of(std::string_view table) const {
  std::vector<std::string> columns;
  const auto [first, last] = columns_by_table_.equal_range(folded(table));
  for (auto entry = first; entry != last; ++entry)
    if (!contains_name(columns, entry->second)) columns.push_back(entry->second);
  return columns;
}

Lens::Lens(Connection& connection, const FileSchema& file, const std::vector<CompanionSchema>& companions,
           OptionalNames optional)
    : connection_(connection), file_(file), companions_(companions), optional_(std::move(optional)) {}

std::string Lens::shown_name(std::string_view name) {
  constexpr std::string_view kReserved = "sqlite_";
  const bool is_reserved = is_same_name(name.substr(0, kReserved.size()), kReserved);
  return is_reserved ? std::string(kLensPrefix) + std::string(name) : std::string(name);
}

const LensView* Lens::find(std::string_view name) const {
  const auto found = views_.find(folded(name));
  return found == views_.end() ? nullptr : &found->second;
}

std::optional<LensView> Lens::companion_view(const std::string& name) const {
  for (const CompanionSchema& companion : companions_) {
    if (!contains_name(companion.tables, name)) continue;
    LensView view{.name = name, .file = nullptr, .table = nullptr, .missing = optional_.columns_of(name)};
    if (!companion.schema) return view;
    view.file = &*companion.schema;
    view.table = companion.schema->find(name);
    if (view.table != nullptr) view.name = shown_name(view.table->table.name);
    if (view.table == nullptr && !optional_.has_table(name)) return std::nullopt;
    return view;
  }
  return std::nullopt;
}

std::optional<LensView> Lens::view_for(const std::string& name) const {
  if (auto companion = companion_view(name)) return companion;
  if (const FileTable* table = file_.find(name))
    return LensView{
        .name = shown_name(table->table.name), .file = &file_, .table = table, .missing = optional_.columns_of(name)};
  if (optional_.has_table(name) && !file_.is_view(name))
    return LensView{.name = name, .file = &file_, .table = nullptr, .missing = optional_.columns_of(name)};
  if (name.size() <= kAllSuffix.size() || !folded(name).ends_with(kAllSuffix)) return std::nullopt;
  auto view = view_for(name.substr(0, name.size() - kAllSuffix.size()));
  if (view) view->name = name;
  return view;
}

std::expected<void, Problem> Lens::make(const LensView& view) { return connection_.execute(view_sql(view)); }

std::expected<void, Problem> Lens::show_name(const std::string& name) {
  if (find(shown_name(name)) != nullptr) return {};
  const auto view = view_for(name);
  if (!view) return {};
  // SQLite refuses a view called f_content beside a virtual table f, unless f is a view as well.
  if (const FileTable* owner = view->file == nullptr ? nullptr : view->file->owner_of_shadow(name))
    if (const auto shown = show_name(owner->table.name); !shown) return shown;
  if (const auto made = make(*view); !made) return made;
  views_.emplace(folded(view->name), *view);
  return {};
}

std::expected<void, Problem> Lens::show(const std::vector<Token>& tokens) {
  for (const Token& token : tokens) {
    // SQLite takes a string for a name where only a name can stand: FROM 'message'.
    const bool may_be_name =
        token.type == TokenType::word || token.type == TokenType::quoted_name || token.type == TokenType::string;
    if (!may_be_name) continue;
    if (const auto shown = show_name(token.name()); !shown) return shown;
  }
  return {};
}

std::expected<void, Problem> Lens::drop(const LensView& view) {
  for (sqlite3_stmt* statement = sqlite3_next_stmt(connection_.handle(), nullptr); statement != nullptr;
       statement = sqlite3_next_stmt(connection_.handle(), statement))
    if (sqlite3_stmt_busy(statement) != 0)
      return std::unexpected(Problem{.code = "query_running",
                                     .expected = "queries that are prepared before one of them runs",
                                     .found = "table " + view.name + " has to be shown anew",
                                     .table = view.name});
  return connection_.execute("DROP VIEW temp." + quoted_name(view.name));
}

std::expected<void, Problem> Lens::add_missing_column(std::string_view name, std::string_view column) {
  LensView& view = views_.at(folded(name));
  if (const auto dropped = drop(view); !dropped) return dropped;
  view.missing.emplace_back(column);
  return make(view);
}

std::expected<void, Problem> Lens::index(std::string_view name, const std::vector<std::string>& columns) {
  LensView& view = views_.at(folded(name));
  if (const auto dropped = drop(view); !dropped) return dropped;
  if (!view.indexed.empty()) {
    const auto removed = connection_.execute("DROP TABLE temp." + quoted_name(index_table_name(view)));
    if (!removed) return removed;
  }
  for (const std::string& column : columns)
    if (!contains_name(view.indexed, column)) view.indexed.push_back(column);
  const auto built = build_index(connection_, view);
  if (!built) view.indexed.clear();
  const auto made = make(view);
  return built ? made : built;
}

}  // namespace exhibit::sqlite
