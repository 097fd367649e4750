// Bytes as lower-case hex and ids as UUID text.
#pragma once

#include <string>

#include "base/bytes.h"

namespace exhibit::casefile {

inline void append_hex(std::string& out, Bytes bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
}

inline std::string hex(Bytes bytes) {
  std::string text;
  append_hex(text, bytes);
  return text;
}

/// 16 bytes as 8-4-4-4-12; another length as plain hex.
inline std::string uuid(Bytes id) {
  std::string text = hex(id);
  if (id.size() == 16)
    for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
  return text;
}

}  // namespace exhibit::casefile
