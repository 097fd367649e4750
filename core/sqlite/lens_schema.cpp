#include "lens_schema.h"

#include <algorithm>
#include <array>

#include "lens_collation.h"
#include "lens_words.h"
#include "sqlite/sql_tokens.h"

namespace exhibit::sqlite {
namespace {

std::string text_at(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

/// What the text of CREATE tells and no PRAGMA does: the options behind the columns, the module of a virtual table.
void read_declaration(std::string_view sql, FileTable& table) {
  const std::vector<Token> tokens = tokenize(sql);
  table.table.is_virtual = tokens.size() > 1 && tokens[1].is("VIRTUAL");
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i].depth != 0) continue;
    if (table.table.is_virtual && table.module.empty() && tokens[i].is("USING"))
      table.module = folded(tokens[i + 1].name());
    if (tokens[i].is("WITHOUT") && tokens[i + 1].is("ROWID")) table.table.without_rowid = true;
  }
  if (table.table.is_virtual) table.table.without_rowid = false;
}

struct KeyColumn {
  int place = 0;
  std::string name;
};

/// What SQLite cannot compile (an unknown tokenizer or module) costs this table and no other.
std::expected<void, Problem> read_columns(Connection& connection, std::string_view schema, FileTable& table) {
  auto statement =
      connection.prepare("PRAGMA " + quoted_name(schema) + ".table_xinfo(" + quoted_name(table.table.name) + ")");
  if (!statement) {
    if (statement.error().code != "sql") return std::unexpected(statement.error());
    table.failure = sqlite3_errmsg(connection.handle());
    return {};
  }
  constexpr int kName = 1, kType = 2, kKeyPlace = 5, kHidden = 6;
  std::vector<KeyColumn> key;
  for (;;) {
    const auto row = connection.step(statement->get());
    if (!row) {
      if (row.error().code != "sql") return std::unexpected(row.error());
      table.failure = sqlite3_errmsg(connection.handle());
      return {};
    }
    if (!*row) break;
    constexpr int kHiddenOfVirtualTable = 1;
    if (sqlite3_column_int(statement->get(), kHidden) == kHiddenOfVirtualTable) continue;
    table.table.columns.push_back({text_at(statement->get(), kName), text_at(statement->get(), kType)});
    const int place = sqlite3_column_int(statement->get(), kKeyPlace);
    if (place > 0) key.push_back({place, table.table.columns.back().name});
  }
  if (table.table.without_rowid) {
    std::ranges::sort(key, {}, &KeyColumn::place);
    for (KeyColumn& column : key) table.primary_key.push_back(std::move(column.name));
  }
  return {};
}

/// Asks SQLite which column the rowid is, since declarations lie: INTEGER PRIMARY KEY DESC, for one, is none.
std::expected<void, Problem> find_rowid(Connection& connection, std::string_view schema, FileTable& table) {
  if (table.table.without_rowid || !table.failure.empty()) return {};
  const std::string from = " FROM " + quoted_name(schema) + "." + quoted_name(table.table.name);
  constexpr std::array<const char*, 3> kWords = {"rowid", "_rowid_", "oid"};
  for (const char* word : kWords) {
    auto statement = connection.prepare("SELECT " + std::string(word) + from);
    if (!statement) {
      if (statement.error().code != "sql") return std::unexpected(statement.error());
      table.failure = sqlite3_errmsg(connection.handle());
      return {};
    }
    const char* origin = sqlite3_column_origin_name(statement->get(), 0);
    const std::string column = origin == nullptr ? "" : origin;
    if (table.find_column(word) != nullptr) continue;
    table.rowid_word = word;
    if (table.find_column(column) != nullptr) table.integer_primary_key = column;
    return {};
  }
  return {};
}

// Of FTS3, FTS4, FTS5 and R-tree.
constexpr std::array<std::string_view, 11> kShadows = {
    "_content", "_segments", "_segdir", "_docsize", "_stat", "_data", "_idx", "_config", "_node", "_rowid", "_parent"};

}  // namespace

const ColumnInfo* FileTable::find_column(std::string_view name) const {
  const auto found =
      std::ranges::find_if(table.columns, [&](const ColumnInfo& c) { return is_same_name(c.name, name); });
  return found == table.columns.end() ? nullptr : &*found;
}

std::vector<std::string> FileTable::column_names() const {
  std::vector<std::string> names;
  for (const ColumnInfo& column : table.columns) names.push_back(column.name);
  return names;
}

std::expected<FileSchema, Problem> FileSchema::read(Connection& connection, std::string_view schema,
                                                    const PageImage* image) {
  const EngineScope as_engine(connection.guard());
  FileSchema result;
  result.schema_ = schema;
  std::set<std::string> foreign_order;
  auto statement =
      connection.prepare("SELECT type, name, rootpage, sql, tbl_name FROM " + quoted_name(schema) + ".sqlite_schema");
  if (!statement) return std::unexpected(statement.error());
  for (;;) {
    const auto row = connection.step(statement->get());
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    std::string name = text_at(statement->get(), 1);
    const std::string type = text_at(statement->get(), 0);
    const std::string sql = text_at(statement->get(), 3);
    if (type == "view") result.views_.insert(folded(name));
    if (has_foreign_collation(sql)) foreign_order.insert(folded(text_at(statement->get(), 4)));
    if (type != "table") continue;
    FileTable table;
    table.table.name = std::move(name);
    table.table.root_page = static_cast<std::uint32_t>(sqlite3_column_int64(statement->get(), 2));
    read_declaration(sql, table);
    result.tables_.push_back(std::move(table));
  }
  statement->reset();

  std::ranges::sort(result.tables_, {}, [](const FileTable& table) { return table.table.name; });
  for (std::size_t i = 0; i < result.tables_.size(); ++i) {
    FileTable& table = result.tables_[i];
    table.is_not_indexed = foreign_order.contains(folded(table.table.name));
    const auto columns = read_columns(connection, schema, table);
    if (!columns) return std::unexpected(columns.error());
    const auto rowid = find_rowid(connection, schema, table);
    if (!rowid) return std::unexpected(rowid.error());
    // A search in such a table goes by its key whatever the query says.
    if (table.table.without_rowid && table.is_not_indexed)
      table.failure = "its primary key may be sorted by a collation that SQLite does not have";
    if (image != nullptr && !table.table.is_virtual) {
      if (const auto tree = image->tree(table.table.root_page)) table.rows = tree->rows;
      table.is_not_indexed = table.is_not_indexed || has_damaged_index(*image, table.table.name);
    }
    result.by_name_.emplace(folded(table.table.name), i);
  }
  return result;
}

const FileTable* FileSchema::find(std::string_view name) const {
  const auto found = by_name_.find(folded(name));
  return found == by_name_.end() ? nullptr : &tables_[found->second];
}

std::expected<std::uint64_t, Problem> FileSchema::count_rows(Connection& connection, const FileTable& table) const {
  if (table.rows) return *table.rows;
  const EngineScope as_engine(connection.guard());
  auto statement =
      connection.prepare("SELECT count(*) FROM " + quoted_name(schema_) + "." + quoted_name(table.table.name));
  if (!statement) return std::unexpected(statement.error());
  const auto row = connection.step(statement->get());
  if (!row) return std::unexpected(row.error());
  return static_cast<std::uint64_t>(sqlite3_column_int64(statement->get(), 0));
}

bool FileSchema::is_view(std::string_view name) const { return views_.contains(folded(name)); }

std::vector<std::string> FileSchema::table_names() const {
  std::vector<std::string> names;
  for (const FileTable& table : tables_) names.push_back(table.table.name);
  return names;
}

const FileTable* FileSchema::owner_of_shadow(std::string_view name) const {
  for (const std::string_view suffix : kShadows) {
    if (name.size() <= suffix.size() || !is_same_name(name.substr(name.size() - suffix.size()), suffix)) continue;
    const FileTable* table = find(name.substr(0, name.size() - suffix.size()));
    if (table != nullptr && table->table.is_virtual) return table;
  }
  return nullptr;
}

}  // namespace exhibit::sqlite
