// The tables of one file as its schema declares them, with what the lens needs to know of each.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connection.h"
#include "sqlite/database.h"

namespace exhibit::sqlite {

struct FileTable {
  TableInfo table;
  std::vector<std::string> primary_key;  ///< of a table WITHOUT ROWID, in the order of the key
  std::string rowid_word;                ///< "rowid", "_rowid_" or "oid": one that no other column hides; or empty
  std::string integer_primary_key;       ///< the column that is the rowid, as SQLite names it; or empty
  std::string module;                    ///< of a virtual table, in lower case: "fts5"
  std::optional<std::uint64_t> rows;     ///< by a walk of its tree; nothing for a virtual table
  bool is_not_indexed = false;           ///< a query through an index would miss rows: damaged, or of a foreign order
  std::string failure;                   ///< why this table cannot be read; most likely a virtual one

  const ColumnInfo* find_column(std::string_view name) const;
  std::vector<std::string> column_names() const;
};

class FileSchema {
 public:
  /// `schema` is the name under which the connection holds the file: "main". No `image`: it is in memory.
  static std::expected<FileSchema, Problem> read(Connection& connection, std::string_view schema,
                                                 const PageImage* image);

  /// By name.
  const std::vector<FileTable>& tables() const { return tables_; }
  const FileTable* find(std::string_view name) const;
  bool is_view(std::string_view name) const;
  std::vector<std::string> table_names() const;
  const std::string& schema() const { return schema_; }

  /// A table in which a virtual table of the file keeps its index ("x_segdir" of "x"): the virtual table, or nothing.
  const FileTable* owner_of_shadow(std::string_view name) const;

  /// Rows of a table of this file: by the walk of its tree, or by a query where there is none to walk.
  std::expected<std::uint64_t, Problem> count_rows(Connection& connection, const FileTable& table) const;

 private:
  std::string schema_;
  std::vector<FileTable> tables_;
  std::map<std::string, std::size_t, std::less<>> by_name_;  ///< folded
  std::set<std::string, std::less<>> views_;                 ///< folded
};

}  // namespace exhibit::sqlite
