#include "file_tree.h"

#include <algorithm>
#include <numeric>

namespace exhibit::containers {

FileTree::FileTree(const evidence::Container& container, std::span<const evidence::Entry> entries, const Limits& limits)
    : container_(container), entries_(entries), limits_(limits), by_path_(entries.size()) {
  std::iota(by_path_.begin(), by_path_.end(), 0u);
  const auto is_before = [this](std::uint32_t a, std::uint32_t b) {
    const int order = entries_[a].container_path.compare(entries_[b].container_path);
    return order != 0 ? order < 0 : a < b;
  };
  if (!std::ranges::is_sorted(by_path_, is_before)) std::ranges::sort(by_path_, is_before);
}

std::optional<std::size_t> FileTree::find(std::string_view path) const {
  const auto path_of = [this](std::uint32_t index) { return entries_[index].container_path; };
  const auto after = std::ranges::upper_bound(by_path_, path, {}, path_of);
  if (after == by_path_.begin() || path_of(*std::prev(after)) != path) return std::nullopt;
  return *std::prev(after);
}

}  // namespace exhibit::containers
