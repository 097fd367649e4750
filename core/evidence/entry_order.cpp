#include "entry_order.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <span>
#include <utility>

namespace exhibit::evidence {
namespace {

// Paths of one phone share long beginnings, so comparing whole paths costs most of the time of opening. Here 8 bytes
// of a path are compared at a time, and only paths that agree in them are looked at again, 8 bytes further on.
struct Key {
  std::uint64_t bytes;  // of the path from the current depth on, as a big-endian number
  const char* path;
  std::uint32_t size;
  std::uint32_t index;
};

constexpr std::size_t kStep = sizeof(std::uint64_t);
constexpr std::size_t kFew = 24;  // so many are sorted by comparing whole paths

std::string_view path_of(const Key& key) { return {key.path, key.size}; }

std::uint64_t load(std::string_view path, std::size_t depth) {
  std::uint64_t bytes = 0;
  if (depth < path.size()) std::memcpy(&bytes, path.data() + depth, std::min(kStep, path.size() - depth));
  if constexpr (std::endian::native == std::endian::little) bytes = __builtin_bswap64(bytes);
  return bytes;
}

class PathSorter {
 public:
  explicit PathSorter(const std::vector<Entry>& entries) : keys_(entries.size()) {
    for (std::uint32_t i = 0; i < keys_.size(); ++i) {
      const std::string_view path = entries[i].container_path;
      keys_[i] = {0, path.data(), static_cast<std::uint32_t>(path.size()), i};
    }
  }

  std::vector<std::uint32_t> sort() {
    ranges_.push_back({0, keys_.size(), 0});
    while (!ranges_.empty()) {
      const Range range = ranges_.back();
      ranges_.pop_back();
      sort_range(std::span(keys_).subspan(range.begin, range.end - range.begin), range);
    }
    std::vector<std::uint32_t> order(keys_.size());
    std::ranges::transform(keys_, order.begin(), &Key::index);
    return order;
  }

 private:
  struct Range {
    std::size_t begin, end;
    std::size_t depth;  // bytes in which all paths of the range agree
  };

  static bool is_before(const Key& a, const Key& b, std::size_t depth) {
    const std::string_view x = path_of(a).substr(std::min(depth, path_of(a).size()));
    const std::string_view y = path_of(b).substr(std::min(depth, path_of(b).size()));
    const int order = x.compare(y);
    return order != 0 ? order < 0 : a.index < b.index;
  }

  void sort_range(std::span<Key> keys, const Range& range) {
    if (keys.size() <= kFew) {
      std::ranges::sort(keys, [&](const Key& a, const Key& b) { return is_before(a, b, range.depth); });
      return;
    }
    const std::size_t depth = agreement(keys, range.depth);
    for (Key& key : keys) key.bytes = load(path_of(key), depth);
    std::ranges::sort(
        keys, [](const Key& a, const Key& b) { return a.bytes != b.bytes ? a.bytes < b.bytes : a.index < b.index; });
    for (std::size_t begin = 0; begin < keys.size();) {
      std::size_t end = begin + 1;
      while (end < keys.size() && keys[end].bytes == keys[begin].bytes) ++end;
      if (end - begin > 1) sort_equal(keys.subspan(begin, end - begin), depth + kStep, range.begin + begin);
      begin = end;
    }
  }

  // Bytes in which all paths agree; they do in the first `depth`.
  static std::size_t agreement(std::span<const Key> keys, std::size_t depth) {
    const std::string_view first = path_of(keys[0]);
    std::size_t agreed = first.size();
    for (const Key& key : keys) {
      const std::string_view other = path_of(key);
      agreed = std::min(agreed, other.size());
      if (first.substr(depth, agreed - depth) == other.substr(depth, agreed - depth)) continue;
      agreed = static_cast<std::size_t>(std::mismatch(first.begin() + static_cast<std::ptrdiff_t>(depth),
                                                      first.begin() + static_cast<std::ptrdiff_t>(agreed),
                                                      other.begin() + static_cast<std::ptrdiff_t>(depth))
                                            .first -
                                        first.begin());
    }
    return agreed;
  }

  // Keys that agree up to `depth`. A path that has ended before it (padded with zeros) comes before those that go on,
  // which may have NUL in their names.
  void sort_equal(std::span<Key> keys, std::size_t depth, std::size_t begin) {
    const auto goes_on = std::ranges::partition(keys, [&](const Key& key) { return key.size <= depth; });
    const std::size_t ended = keys.size() - goes_on.size();
    std::ranges::sort(keys.first(ended), {}, [](const Key& key) { return std::pair(key.size, key.index); });
    if (goes_on.size() > 1) ranges_.push_back({begin + ended, begin + keys.size(), depth});
  }

  std::vector<Key> keys_;
  std::vector<Range> ranges_;
};

// entries[i] = entries[order[i]] for all i, without a second list of entries. Each comes from somewhere else in memory,
// so they are fetched some steps before they are moved.
void permute(std::vector<Entry>& entries, const std::vector<std::uint32_t>& order) {
  constexpr int kStepsAhead = 8;
  std::vector<bool> done(order.size());
  for (std::uint32_t start = 0; start < order.size(); ++start) {
    if (done[start] || order[start] == start) continue;
    const Entry first = entries[start];
    std::uint32_t hole = start, ahead = start;
    for (int step = 0; step < kStepsAhead; ++step) ahead = order[ahead];
    while (order[hole] != start) {
      ahead = order[ahead];
      __builtin_prefetch(&entries[ahead]);
      entries[hole] = entries[order[hole]];
      done[hole] = true;
      hole = order[hole];
    }
    entries[hole] = first;
    done[hole] = true;
  }
}

}  // namespace

std::vector<std::uint32_t> sort_by_path(std::vector<Entry>& entries) {
  if (std::ranges::is_sorted(entries, {}, &Entry::container_path)) {
    std::vector<std::uint32_t> order(entries.size());
    std::iota(order.begin(), order.end(), 0u);
    return order;
  }
  std::vector<std::uint32_t> order = PathSorter(entries).sort();
  permute(entries, order);
  return order;
}

}  // namespace exhibit::evidence
