// The one pass over a tar: what it lists, and where the members lie.
#pragma once

#include <cstdint>
#include <vector>

#include "base/limits.h"
#include "evidence/evidence.h"
#include "tar_member.h"

namespace exhibit::containers {

struct TarListing {
  static constexpr std::uint64_t kNoTarget = UINT64_MAX;

  std::vector<evidence::Entry> entries;
  evidence::TextArena paths;           ///< of the entries
  std::vector<std::uint64_t> members;  ///< of each entry: where its heads start; of a hard link those of its target,
                                       ///< or kNoTarget
  std::uint64_t end = UINT64_MAX;      ///< of the archive, where the pass came to it
  std::vector<evidence::Problem> problems;
};

/// Fails where there is no tar at all.
Result<TarListing> list_tar(const evidence::ByteSource& archive, const Limits& limits);

/// The size with holes to the stored, as Limits::member_ratio counts it.
bool is_beyond_ratio(const TarMember& member, const Limits& limits);

}  // namespace exhibit::containers
