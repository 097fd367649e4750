#include "lens_coverage.h"

#include <algorithm>

#include "lens_words.h"

namespace exhibit::sqlite {
namespace {

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view other) { return is_same_name(name, other); });
}

}  // namespace

void ReadNames::add(const Guard::Coverage& reads, const Lens& lens, const FileSchema& file) {
  for (const Guard::Read& read : reads) {
    if (read.schema == file.schema()) {
      if (const FileTable* table = file.find(read.table)) add_column(*table, read.column);
      continue;
    }
    const LensView* view = read.schema == "temp" ? lens.find(read.table) : nullptr;
    if (view != nullptr && view->table != nullptr && view->file == &file) add_column(*view->table, read.column);
  }
}

void ReadNames::add_column(const FileTable& table, std::string_view column) {
  auto& columns = columns_by_table_[folded(table.table.name)];
  columns.insert(folded(column));
  if (is_one_of(column, {"_row", "rowid"})) columns.insert(folded(table.integer_primary_key));
  if (is_same_name(column, "_key"))
    for (const std::string& part : table.primary_key) columns.insert(folded(part));
}

bool ReadNames::has_table(std::string_view table) const { return columns_by_table_.contains(folded(table)); }

bool ReadNames::has_column(std::string_view table, std::string_view column) const {
  const auto found = columns_by_table_.find(folded(table));
  return found != columns_by_table_.end() && found->second.contains(folded(column));
}

bool is_bookkeeping_table(std::string_view table) {
  return is_same_name(table.substr(0, 7), "sqlite_") ||
         is_one_of(table, {"Z_METADATA", "Z_MODELCACHE", "Z_PRIMARYKEY"});
}

bool is_bookkeeping_column(std::string_view column) { return is_one_of(column, {"Z_OPT", "Z_ENT"}); }

std::string count_columns_sql(const FileSchema& file, const FileTable& table, const std::vector<std::string>& columns) {
  std::string sql = "SELECT ";
  for (const std::string& column : columns)
    sql += (&column == &columns[0] ? "count(" : ", count(") + quoted_name(column) + ")";
  return sql + " FROM " + quoted_name(file.schema()) + "." + quoted_name(table.table.name);
}

}  // namespace exhibit::sqlite
