#include "backup_listing.h"

#include <algorithm>

namespace exhibit::containers {

const BackupBlob* BackupListing::find_blob(std::size_t index) const {
  const auto found = std::ranges::lower_bound(blobs, index, {}, &BackupBlob::index);
  return found != blobs.end() && found->index == index ? &*found : nullptr;
}

std::optional<std::string_view> BackupListing::link_target(std::size_t index) const {
  const auto index_of = [](const auto& target) { return target.first; };
  const auto found = std::ranges::lower_bound(link_targets, index, {}, index_of);
  if (found == link_targets.end() || found->first != index) return std::nullopt;
  return found->second;
}

}  // namespace exhibit::containers
