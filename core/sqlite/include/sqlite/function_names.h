// What a parser's SQL may call: the box's own functions and SQLite's harmless ones. The guard allows these and no
// others; the module loader looks names up here before any database is there. Lower case, sorted.
#pragma once

#include <span>
#include <string_view>

namespace exhibit::sqlite {

/// Scalar, aggregate, window and table-valued functions.
std::span<const std::string_view> function_names();

/// Of those, the table-valued ones: a FROM plist_each(...) names no table of the file.
std::span<const std::string_view> table_function_names();

/// Of function_names(), those that this box registers itself (docs/reference/sql-functions.md describes them).
std::span<const std::string_view> own_function_names();

}  // namespace exhibit::sqlite
