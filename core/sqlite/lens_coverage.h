// What the queries of a file read, and what is left: the tables and columns with data that nobody looked at.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "guard.h"
#include "lens_schema.h"
#include "lens_views.h"

namespace exhibit::sqlite {

class ReadNames {
 public:
  /// Adds what the guard saw while a query was compiled.
  void add(const Guard::Coverage& reads, const Lens& lens, const FileSchema& file);

  bool has_table(std::string_view table) const;
  bool has_column(std::string_view table, std::string_view column) const;

 private:
  void add_column(const FileTable& table, std::string_view column);

  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> columns_by_table_;  ///< folded
};

/// Tables that SQLite and Core Data keep for themselves.
bool is_bookkeeping_table(std::string_view table);
bool is_bookkeeping_column(std::string_view column);

/// "SELECT count(c1), count(c2) FROM ..."
std::string count_columns_sql(const FileSchema& file, const FileTable& table, const std::vector<std::string>& columns);

}  // namespace exhibit::sqlite
