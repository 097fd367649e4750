// Where a member of a ZIP ends if its head does not say.
#pragma once

#include <cstdint>
#include <optional>

#include "evidence/byte_source.h"

namespace exhibit::containers {

struct MemberExtent {
  std::uint64_t packed = 0, unpacked = 0;
  std::uint32_t crc = 0;
};

/// Inflates from `start` to the end of the stream. truncated, malformed; limit: `work`, which every byte read is taken
/// from, is used up.
Result<MemberExtent> inflate_extent(const evidence::ByteSource& archive, std::uint64_t start, std::uint64_t& work);

/// CRC-32 of a range inside the archive. limit: as above.
Result<std::uint32_t> crc_of_range(const evidence::ByteSource& archive, std::uint64_t start, std::uint64_t size,
                                   std::uint64_t& work);

struct DescribedExtent {
  MemberExtent extent;
  std::uint64_t end = 0;  ///< position behind the descriptor
};

/// Searches from `start` for a descriptor that tells its own distance from there, so that heads inside the content lead
/// nowhere. `is_plain`: the content is stored as it is, and sum and unpacked size must fit as well. None: there is no
/// such. limit: as above.
Result<std::optional<DescribedExtent>> find_descriptor(const evidence::ByteSource& archive, std::uint64_t start,
                                                       bool is_plain, std::uint64_t& work);

}  // namespace exhibit::containers
