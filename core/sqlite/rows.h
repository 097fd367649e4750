// Files that are not databases as tables: each [[rows]] of a parser becomes a table of the connection, so that queries
// read it like any other.
//
//   _row     INTEGER PRIMARY KEY, from 1 in the order of the file
//   _key     TEXT, the last step of the row's path: a dictionary key or an array index
//   _path    TEXT, the row's exact path: "$['wifi.network.ssid.Home'].BSSList[0]"
//   _parent  INTEGER, the _row of the enclosing row of the table whose path is the longest proper beginning of this
//            table's path; NULL if there is none
//   and the declared columns without a type: a column is a key path below the row ("$" is the row itself)
//
// Values keep their type: data is a BLOB, an integer above 63 bits its digits as TEXT, a container JSON text. A stored
// column has no subtype, so a date is a REAL of Apple seconds: the query calls apple_time(column).
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "sqlite/database.h"

namespace exhibit::sqlite {

struct RowsReport {
  struct Made {
    std::string table;
    std::uint64_t rows = 0;
  };
  /// A key in the file that no column and no other table reads.
  struct Undeclared {
    std::string table;        ///< of the innermost row around it; empty: outside all rows, `key` is a path from "$"
    std::string key;          ///< key path below the row, array indices as [*]
    std::uint64_t count = 0;  ///< how often it was found
  };
  std::vector<Made> made;              ///< in the order of the parser
  std::vector<Undeclared> undeclared;  ///< by table and key
  /// Values that SQLite cannot hold as they are, with their paths: NaN, which is stored as NULL.
  std::vector<Problem> problems;
};

/// Makes the tables in the connection's main schema, which is in memory. Files that do not decode, paths that are
/// malformed, and more values than limits.nodes are problems.
std::expected<RowsReport, Problem> make_rows_tables(sqlite3* connection, Bytes file,
                                                    const std::vector<RowsTable>& tables, const Limits& limits);

}  // namespace exhibit::sqlite
