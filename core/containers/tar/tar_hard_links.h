// Hard links of a tar: further names of members before them.
#pragma once

#include <string_view>
#include <vector>

#include "tar_listing.h"

namespace exhibit::containers {

struct TarHardLink {
  std::size_t index = 0;  ///< of the entry
  std::uint64_t head = 0;
  std::string_view target;
};

/// Lets each link stand for the last member before it that has the name, and gives those that found none. `links` are
/// in the order of their entries.
std::vector<TarHardLink> resolve_hard_links(const std::vector<TarHardLink>& links, TarListing& listing);

}  // namespace exhibit::containers
