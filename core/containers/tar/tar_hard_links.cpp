#include "tar_hard_links.h"

#include <optional>
#include <unordered_map>

namespace exhibit::containers {

std::vector<TarHardLink> resolve_hard_links(const std::vector<TarHardLink>& links, TarListing& listing) {
  std::vector<TarHardLink> dangling;
  // Only the names that are linked to are followed through the list: most archives have few.
  std::unordered_map<std::string_view, std::optional<std::size_t>> last;
  for (const TarHardLink& link : links) last.try_emplace(link.target);
  if (last.empty()) return dangling;
  auto link = links.begin();
  for (std::size_t i = 0; i < listing.entries.size(); ++i) {
    evidence::Entry& entry = listing.entries[i];
    if (link != links.end() && link->index == i) {
      const auto target = last.at(link->target);
      listing.members[i] = target ? listing.members[*target] : TarListing::kNoTarget;
      if (target) {
        entry.type = listing.entries[*target].type;
        entry.size = listing.entries[*target].size;
      }
      if (listing.members[i] == TarListing::kNoTarget) dangling.push_back(*link);
      ++link;
    }
    if (const auto named = last.find(entry.container_path); named != last.end()) named->second = i;
  }
  return dangling;
}

}  // namespace exhibit::containers
