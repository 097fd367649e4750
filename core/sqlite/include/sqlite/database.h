// What a parser's queries see in place of the raw file: the lens. For each table that a query names stands a TEMP VIEW
// of the same name with the engine's column _row; columns and tables of other app versions that the parser declared are
// NULL and empty; what nobody read is known. A Database belongs to one thread.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "sqlite/page_image.h"
#include "sqlite/value.h"

namespace exhibit::sqlite {

/// What went wrong, as it is shown to an examiner or to the author of a parser. Owns its text.
struct Problem {
  std::string code;  ///< "schema_unknown", "not_a_database", "sql", "row_origin", "budget", "not_a_page", ...
  std::string expected;
  std::string found;  ///< for schema_unknown: the table's real columns
  std::string table;
  std::optional<std::int64_t> row;
  std::uint64_t offset = 0;
};

/// [map.NAME]: codes to words. Keys are the stored value as text ("0", "-1", "abc").
using CodeMap = std::map<std::string, std::string, std::less<>>;

struct EntityName {
  std::string placeholder;  ///< "asset": a query writes Z_{asset}ASSETS
  std::string entity;       ///< "Asset": Z_NAME in Z_PRIMARYKEY
};

struct CompanionFile {
  std::string name;                    ///< "wa"
  std::vector<std::string> tables;     ///< its tables, used by their bare names
  std::optional<DatabaseFiles> files;  ///< nothing: absent, its tables are empty
};

/// One [[rows]] of a file that is not a database.
struct RowsTable {
  std::string name;
  std::string reader;                ///< "plist", "keyed_archive", "xml", "json"
  std::string path;                  ///< "$.*", "$.*.BSSList[*]"
  std::vector<std::string> columns;  ///< key paths below the row; the alias of "a.b" is "a.b" (quote it in SQL)
};

struct LensSpec {
  std::vector<std::string> optional;  ///< "TABLE" or "TABLE.COLUMN"
  std::vector<EntityName> entities;
  std::map<std::string, CodeMap, std::less<>> maps;
  std::vector<CompanionFile> companions;
  std::vector<RowsTable> rows;  ///< for from_rows()
};

struct QuerySpec {
  std::string sql;
  std::string table;      ///< the driving table, with entity placeholders
  bool needs_row = true;  ///< refused unless _row (or _key) is the driving table's own
};

struct ColumnInfo {
  std::string name;
  std::string declared_type;
};

struct TableInfo {
  std::string name;
  std::vector<ColumnInfo> columns;
  bool without_rowid = false;
  bool is_virtual = false;
  std::uint32_t root_page = 0;
};

/// Where a result column's value comes from, as SQLite tells it: empty for an expression.
struct ColumnOrigin {
  std::string table;
  std::string column;
};

class Query {
 public:
  virtual ~Query() = default;
  virtual std::size_t column_count() const = 0;
  virtual std::string_view column_name(std::size_t column) const = 0;
  virtual const ColumnOrigin& column_origin(std::size_t column) const = 0;
  /// True: a row stands ready. False: the end. A problem: budget, cancelled (code "cancelled"), sql.
  virtual std::expected<bool, Problem> step() = 0;
  /// Valid until the next step.
  virtual Value value(std::size_t column) const = 0;
  /// A code that map('name', code) did not know in the row at hand: map name and stored code, in order of call.
  struct UnknownCode {
    std::string map;
    std::string code;
  };
  virtual const std::vector<UnknownCode>& unknown_codes() const = 0;
};

struct UnreadItem {
  std::string table;
  std::string column;       ///< empty: the whole table
  std::uint64_t count = 0;  ///< rows of the table, or rows where the column is not NULL
};

class Database {
 public:
  /// Opens a database through its page image. `budget` must outlive it.
  static std::expected<std::unique_ptr<Database>, Problem> open(std::shared_ptr<const PageImage> image, LensSpec spec,
                                                                Budget& budget, const Limits& limits);
  /// Makes tables of a file that is not a database.
  static std::expected<std::unique_ptr<Database>, Problem> from_rows(Bytes file, LensSpec spec, Budget& budget,
                                                                     const Limits& limits);
  virtual ~Database() = default;

  /// The file's own tables (virtual tables and their shadow tables included), by name. Views are not listed.
  virtual const std::vector<TableInfo>& tables() const = 0;
  virtual bool has_table(std::string_view name) const = 0;                             ///< case-insensitive
  virtual bool has_column(std::string_view table, std::string_view column) const = 0;  ///< case-insensitive
  /// The table's name in this file, entity placeholders filled in; nothing if the entity is unknown.
  virtual std::optional<std::string> real_table_name(std::string_view table) const = 0;

  /// Rows of a table by a walk of its b-tree over the page image, not by a query. For rows tables, those made.
  virtual std::expected<std::uint64_t, Problem> count_rows(std::string_view table) = 0;

  /// Prepare all queries of a file before the first of them steps: to prepare one may mean to show a table anew (a
  /// column of an absent table, an index of ours), which is refused as "query_running" while another is between two
  /// rows. A Query ends before its Database.
  virtual std::expected<std::unique_ptr<Query>, Problem> prepare(const QuerySpec& spec) = 0;

  /// Tables and columns with data that no query named so far, by name. A table that was named but has unread columns
  /// gives one item a column. Bookkeeping of SQLite and Core Data (sqlite_*, Z_METADATA, Z_MODELCACHE, Z_PRIMARYKEY,
  /// Z_OPT and Z_ENT columns, FTS shadow tables) is left out.
  virtual std::expected<std::vector<UnreadItem>, Problem> unread() = 0;

  /// Damage met while reading (pages), each once.
  virtual std::vector<Problem> take_problems() = 0;
};

/// Checks in an in-memory database what the lens relies on in the SQLite that is linked; the text of what fails, or
/// empty.
std::string self_test();

}  // namespace exhibit::sqlite
