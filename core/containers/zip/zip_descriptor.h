// The data descriptor: sizes and sum of a member, behind its content.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "zip_member_extent.h"

namespace exhibit::containers {

inline constexpr std::uint64_t kLongestDescriptor = 24;

struct DescriptorShape {
  bool is_signed;  ///< "PK\7\8" in front
  bool is_wide;    ///< sizes of 8 bytes

  std::uint64_t size() const { return (is_signed ? 4u : 0u) + 4u + (is_wide ? 16u : 8u); }
};

/// The wide shapes first: of an empty member the narrow ones are their beginning.
inline constexpr DescriptorShape kDescriptorShapes[] = {{true, true}, {true, false}, {false, true}, {false, false}};

/// None: it is cut, or the signature is not there. Narrow sizes are modulo 2^32.
std::optional<MemberExtent> read_descriptor(Bytes bytes, DescriptorShape shape);

/// The size of the descriptor that begins `bytes` and says this of a member, or 0.
std::uint64_t fitting_descriptor_size(Bytes bytes, const MemberExtent& extent);

/// Whether a told size can be this one.
bool is_told_size(std::uint64_t told, std::uint64_t size, DescriptorShape shape);

}  // namespace exhibit::containers
