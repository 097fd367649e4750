// Core Data names tables and columns after entity numbers that move between versions (Z_26ASSETS). Queries write
// Z_{asset}ASSETS; the number comes from the file's Z_PRIMARYKEY.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lens_schema.h"

namespace exhibit::sqlite {

class EntityNumbers {
 public:
  static std::expected<EntityNumbers, Problem> read(Connection& connection, const FileSchema& file,
                                                    const std::vector<EntityName>& wanted);

  /// The name with its numbers; nothing if an entity is not in the file.
  std::optional<std::string> fill(std::string_view name) const;
  /// The same, with 0 for an entity that is not in the file: Core Data counts from 1, so no table bears that name.
  std::string fill_or_zero(std::string_view name) const;

  /// Fills every name of the query. A placeholder that stands alone ("Z_ENT = {asset}") becomes the number, and NULL
  /// where the entity is not in the file and `may_be_absent`.
  std::expected<std::string, Problem> fill_query(std::string_view sql, bool may_be_absent) const;

  /// The author's spelling of a name that fill_query made; others as they are.
  std::string as_written(std::string_view filled, std::string_view sql) const;

 private:
  std::vector<EntityName> wanted_;
  std::map<std::string, std::string, std::less<>> numbers_;  ///< placeholder to number
  std::vector<std::string> entities_in_file_;
};

}  // namespace exhibit::sqlite
