// Why SQLite refuses a query, told by what the file holds: a name that is not there is a fact of the file's version,
// any other error a mistake of the author's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lens_query_text.h"
#include "lens_schema.h"
#include "lens_views.h"
#include "sqlite/database.h"

namespace exhibit::sqlite {

/// A column that a query asks of a table which is declared and absent.
struct AbsentColumn {
  std::string view;
  std::string column;
};
/// Nothing if `message` tells of no such column.
std::optional<AbsentColumn> column_of_absent_table(std::string_view message,
                                                   const std::vector<TableReference>& references);

Problem unreadable_table(const FileTable& table);

/// `message` is SQLite's.
Problem diagnosis(std::string_view message, const std::vector<TableReference>& references, const FileSchema& file,
                  const std::vector<CompanionSchema>& companions);

}  // namespace exhibit::sqlite
