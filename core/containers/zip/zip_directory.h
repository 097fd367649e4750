// The central directory of a ZIP: what it lists, and where the members lie. Local heads are not trusted for names and
// sizes.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/limits.h"
#include "evidence/evidence.h"

namespace exhibit::containers {

/// What opening a member needs.
struct ZipMember {
  std::uint64_t local_head = 0;  ///< position in the file
  std::uint64_t packed = 0;
  std::uint64_t unpacked = 0;
  std::uint32_t crc = 0;
  std::uint16_t method = 0;
  bool encrypted = false;
  std::optional<ErrorCode> closed;  ///< salvaged, and why nothing can be given out
};

inline constexpr std::uint16_t kStored = 0;
inline constexpr std::uint16_t kDeflated = 8;

struct ZipDirectory {
  std::vector<evidence::Entry> entries;
  evidence::TextArena paths;           ///< of the entries
  std::vector<std::uint64_t> records;  ///< of each entry: position of its record, read again when it is opened
  std::vector<ZipMember> salvaged;     ///< of each entry, where there are no records
  std::uint64_t shift = 0;             ///< what offsets of local heads are too low by
  std::uint64_t end_of_members = 0;    ///< position of the directory
  std::vector<evidence::Problem> problems;
};

Result<ZipDirectory> read_zip_directory(const evidence::ByteSource& archive, const Limits& limits);

/// The member whose record is at `position`.
Result<ZipMember> read_zip_member(const evidence::ByteSource& archive, std::uint64_t position, std::uint64_t shift);

/// Unpacked to packed, as Limits::member_ratio counts it.
bool is_beyond_ratio(const ZipMember& member, const Limits& limits);

}  // namespace exhibit::containers
