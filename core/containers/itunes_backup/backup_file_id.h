// The name of a blob in an iTunes backup.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace exhibit::containers {

/// Lower-case hexadecimal SHA-1 of "domain-path". Keeps its memory: a manifest asks it for each row.
class BackupFileId {
 public:
  /// Valid until the next call.
  std::string_view of(std::string_view domain, std::string_view path);

 private:
  std::string name_;
  std::array<char, 40> digits_{};
};

/// True for 40 lower-case hexadecimal digits.
bool is_backup_file_id(std::string_view text);

}  // namespace exhibit::containers
