// SQLite's varint: 1 to 9 bytes, the high bit says that more follow; the ninth byte gives all its 8 bits.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace exhibit::sqlite {

/// The number at `position`, which is moved past it; false (and not moved) if the bytes end inside it.
inline bool read_varint(Bytes bytes, std::size_t& position, std::uint64_t& value) {
  if (position < bytes.size() && bytes[position] < 0x80) {
    value = bytes[position++];
    return true;
  }
  std::uint64_t read = 0;
  for (std::size_t i = 0; i < 9; ++i) {
    if (position >= bytes.size() || i >= bytes.size() - position) return false;
    const std::uint8_t byte = bytes[position + i];
    const bool last = i == 8 || (byte & 0x80) == 0;
    read = i == 8 ? read << 8 | byte : read << 7 | (byte & 0x7f);
    if (!last) continue;
    position += i + 1;
    value = read;
    return true;
  }
  return false;
}

}  // namespace exhibit::sqlite
