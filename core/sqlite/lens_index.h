// Queries that would read a whole table once for each row of another: found in SQLite's plan against the actual file,
// and given an index of ours.
//
// The index is a temp table of the rowid and the columns that the query compares; the lens view then joins the table to
// it by rowid, so that values and origins still come from the file.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "connection.h"
#include "lens_views.h"
#include "sqlite/database.h"
#include "sqlite/sql_tokens.h"

namespace exhibit::sqlite {

/// A table that is read whole inside a correlated subquery.
struct RepeatedScan {
  const LensView* view = nullptr;
  std::string plan;  ///< SQLite's line
};

/// What SQLite would scan again and again. `views` are those that the query may read.
std::expected<std::vector<RepeatedScan>, Problem> repeated_scans(Connection& connection, const std::string& sql,
                                                                 const std::vector<const LensView*>& views);

/// Columns of the table that the query compares with something: those that an index could help.
std::vector<std::string> compared_columns(const std::vector<Token>& tokens, const FileTable& table);

inline constexpr std::string_view kIndexedRow = "\"lens:row\"";
std::string index_table_name(const LensView& view);
/// The view that a table of index_table_name() belongs to; empty for any other table.
std::string_view indexed_view_name(std::string_view index_table);

/// Makes and fills the table of view.indexed.
std::expected<void, Problem> build_index(Connection& connection, const LensView& view);

}  // namespace exhibit::sqlite
