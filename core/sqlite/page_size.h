#pragma once

#include <bit>
#include <cstdint>

namespace exhibit::sqlite {

/// A power of two from 512 to 65536.
inline bool is_page_size(std::uint32_t size) { return std::has_single_bit(size) && size >= 512 && size <= 65536; }

/// The page that holds byte 0x40000000, where SQLite takes its locks: never content.
inline std::uint32_t lock_page(std::uint32_t page_size) { return 0x40000000 / page_size + 1; }

}  // namespace exhibit::sqlite
