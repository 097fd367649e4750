#include "backup_file_id.h"

#include <algorithm>

#include "base/bytes.h"
#include "crypto/sha256.h"

namespace exhibit::containers {

std::string_view BackupFileId::of(std::string_view domain, std::string_view path) {
  name_.assign(domain).append("-").append(path);
  constexpr std::string_view kHex = "0123456789abcdef";
  auto digit = digits_.begin();
  for (const std::uint8_t byte : crypto::sha1(as_bytes(name_))) {
    *digit++ = kHex[byte >> 4];
    *digit++ = kHex[byte & 0xf];
  }
  return {digits_.data(), digits_.size()};
}

bool is_backup_file_id(std::string_view text) {
  return text.size() == 40 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace exhibit::containers
