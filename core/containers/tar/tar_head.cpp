// A head, 512 bytes; numbers are octal digits between blanks or NULs:
//
//     0  name 100, mode 8, uid 8, gid 8, size 12, mtime 12, sum of all bytes (its own field as blanks) 8, type 1,
//   157  link 100, magic 6, version 2, user 32, group 32, device major 8, minor 8,
//   345  ustar: prefix 155, put before the name with a '/'
//        GNU ("ustar  \0"): atime 12, ctime 12; then offset 12, long names 4, unused 1, sparse map 96, is_extended 1,
//        real size 12
//        star ("tar\0" at 508): prefix 131, atime 12, ctime 12
//
// Source: IEEE 1003.1 (pax, "ustar Interchange Format"); the manual of GNU tar, "Basic Tar Format". Unix v7 has no
// magic and ends with the link.
#include "tar_head.h"

#include <algorithm>
#include <cstring>

namespace exhibit::containers {
namespace {

constexpr std::size_t kSumAt = 148;
constexpr std::size_t kSumSize = 8;
constexpr std::string_view kUstarMagic("ustar\0", 6);
constexpr std::string_view kGnuMagic("ustar  \0", 8);
constexpr std::string_view kStarMagic("tar\0", 4);

std::optional<std::int64_t> base256(Bytes field) {
  const bool negative = (field[0] & 0x40) != 0;
  const std::uint8_t fill = negative ? 0xff : 0;
  // The flag's bit is not part of the number; its neighbour is the sign.
  if (field.size() > 8) {
    if (static_cast<std::uint8_t>(field[0] | 0x80) != (fill | 0x80)) return std::nullopt;
    for (std::size_t i = 1; i < field.size() - 8; ++i)
      if (field[i] != fill) return std::nullopt;
  }
  std::uint64_t bits = negative ? ~std::uint64_t{0} : 0;
  for (std::size_t i = field.size() > 8 ? field.size() - 8 : 0; i < field.size(); ++i) {
    const std::uint8_t byte = i == 0 ? static_cast<std::uint8_t>((field[0] & 0x7f) | (fill & 0x80)) : field[i];
    bits = bits << 8 | byte;
  }
  if (negative != (bits >> 63 != 0)) return std::nullopt;
  return static_cast<std::int64_t>(bits);
}

}  // namespace

std::optional<std::int64_t> tar_number(Bytes field) {
  if ((field[0] & 0x80) != 0) return base256(field);
  const std::string_view text = as_text(field);
  const std::size_t begin = text.find_first_not_of(std::string_view(" \0", 2));
  if (begin == text.npos) return std::nullopt;
  const std::size_t end = std::min(text.find_first_of(std::string_view(" \0", 2), begin), text.size());
  std::int64_t value = 0;  // at most 12 digits: 36 bits
  for (const char c : text.substr(begin, end - begin)) {
    if (c < '0' || c > '7') return std::nullopt;
    value = value << 3 | (c - '0');
  }
  return value;
}

std::string_view tar_text(Bytes field) {
  const std::string_view text = as_text(field);
  return text.substr(0, text.find('\0'));
}

bool is_tar_head(Bytes block) {
  if (block.size() < kTarBlock) return false;
  const auto told = tar_number(block.subspan(kSumAt, kSumSize));
  if (!told) return false;
  std::int64_t as_unsigned = 0, as_signed = 0;
  for (std::size_t i = 0; i < kTarBlock; ++i) {
    const std::uint8_t byte = i >= kSumAt && i < kSumAt + kSumSize ? ' ' : block[i];
    as_unsigned += byte;
    as_signed += static_cast<std::int8_t>(byte);
  }
  return *told == as_unsigned || *told == as_signed;
}

bool is_zero_block(Bytes block) {
  return std::ranges::all_of(block, [](std::uint8_t byte) { return byte == 0; });
}

TarHead read_tar_head(Bytes block) {
  TarHead head;
  head.name = tar_text(block.first(100));
  const auto size = tar_number(block.subspan(124, 12));
  if (size && *size >= 0) head.size = static_cast<std::uint64_t>(*size);
  head.modified_us = us_of_seconds(tar_number(block.subspan(136, 12)));
  head.type = static_cast<char>(block[156]);
  head.link = tar_text(block.subspan(157, 100));
  const std::string_view magic = as_text(block.subspan(257, 8));
  if (magic == kGnuMagic) {
    head.accessed_us = us_of_seconds(tar_number(block.subspan(345, 12)));
    head.changed_us = us_of_seconds(tar_number(block.subspan(357, 12)));
  } else if (magic.starts_with(kUstarMagic) && as_text(block.subspan(508, 4)) == kStarMagic) {
    head.prefix = tar_text(block.subspan(345, 131));
    head.accessed_us = us_of_seconds(tar_number(block.subspan(476, 12)));
    head.changed_us = us_of_seconds(tar_number(block.subspan(488, 12)));
  } else if (magic.starts_with(kUstarMagic)) {
    head.prefix = tar_text(block.subspan(345, 155));
  }
  return head;
}

std::optional<std::int64_t> us_of_seconds(std::optional<std::int64_t> seconds) {
  constexpr std::int64_t kMost = INT64_MAX / 1'000'000;
  if (!seconds || *seconds > kMost || *seconds < -kMost) return std::nullopt;
  return *seconds * 1'000'000;
}

std::uint64_t tar_end(std::uint64_t start, std::uint64_t size) {
  if (size > UINT64_MAX - start - (kTarBlock - 1)) return UINT64_MAX;
  return start + (size + kTarBlock - 1) / kTarBlock * kTarBlock;
}

}  // namespace exhibit::containers
