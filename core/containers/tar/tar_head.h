// One head of a tar: a block of 512 bytes. Layout and sources are in tar_head.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit::containers {

inline constexpr std::uint64_t kTarBlock = 512;

/// Views into the block it was read from.
struct TarHead {
  std::string_view name, prefix, link;
  char type = 0;
  std::optional<std::uint64_t> size;  ///< unset where the field holds no number that a size can be
  std::optional<std::int64_t> modified_us, accessed_us, changed_us;
};

/// Whether the sum holds, counted with unsigned or (as early tools did) with signed bytes.
bool is_tar_head(Bytes block);

bool is_zero_block(Bytes block);

/// `block` is one of which is_tar_head() is true.
TarHead read_tar_head(Bytes block);

/// A number of a head: octal, or base-256 where the first byte's high bit is set. Unset if blank or no number.
std::optional<std::int64_t> tar_number(Bytes field);

/// The bytes up to the first NUL.
std::string_view tar_text(Bytes field);

/// Seconds as a time; unset where that many microseconds do not fit.
std::optional<std::int64_t> us_of_seconds(std::optional<std::int64_t> seconds);

/// The position behind `size` bytes at `start`, at a block's border. UINT64_MAX where there is no such position.
std::uint64_t tar_end(std::uint64_t start, std::uint64_t size);

}  // namespace exhibit::containers
