// Source: the manual of GNU tar, "Storing Sparse Files". The old format: four pairs (offset 12, size 12) at 386 of the
// head, at 482 whether a block of 21 pairs follows, which says at 504 whether another does; real size at 483.
#include "tar_sparse.h"

#include <algorithm>
#include <array>
#include <utility>

#include "tar_head.h"

namespace exhibit::containers {
namespace {

using evidence::SourcePtr;

constexpr std::size_t kMostSegments = 1 << 20;  // 16 MiB
constexpr std::size_t kPair = 24;

// Pairs end with the first that has no number.
Result<void> add_pairs(SparseMap& map, Bytes pairs, Where where) {
  for (; pairs.size() >= kPair; pairs = pairs.subspan(kPair)) {
    const auto offset = tar_number(pairs.first(12));
    const auto size = tar_number(pairs.subspan(12, 12));
    if (!offset || !size) break;
    if (*offset < 0 || *size < 0) return fail(ErrorCode::malformed, "a sparse map of positive numbers", 0, where);
    if (map.size() == kMostSegments) return fail(ErrorCode::limit, "a sparse map within the limit", map.size(), where);
    map.push_back({static_cast<std::uint64_t>(*offset), static_cast<std::uint64_t>(*size)});
  }
  return {};
}

// The stored bytes with the holes between them.
class SparseSource final : public evidence::ByteSource {
 public:
  SparseSource(SourcePtr stored, SparseMap map, std::uint64_t size)
      : stored_(std::move(stored)), map_(std::move(map)), size_(size) {
    starts_.reserve(map_.size());
    std::uint64_t start = 0;
    for (const SparseSegment& segment : map_) starts_.push_back(std::exchange(start, start + segment.size));
  }

  std::uint64_t size() const override { return size_; }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= size_) return 0;
    out = out.first(std::min<std::uint64_t>(out.size(), size_ - offset));
    std::ranges::fill(out, std::uint8_t{0});
    const auto after = [offset](const SparseSegment& segment) { return segment.offset + segment.size <= offset; };
    auto i = static_cast<std::size_t>(std::ranges::partition_point(map_, after) - map_.begin());
    for (; i < map_.size() && map_[i].offset < offset + out.size(); ++i) {
      const std::uint64_t from = std::max(offset, map_[i].offset);
      const std::uint64_t to = std::min(offset + out.size(), map_[i].offset + map_[i].size);
      if (from >= to) continue;
      const auto count = stored_->read_at(starts_[i] + (from - map_[i].offset), out.subspan(from - offset, to - from));
      if (!count) return count;
      if (*count != to - from) return fail(ErrorCode::truncated, "the bytes of a sparse file", *count, {});
    }
    return out.size();
  }

 private:
  SourcePtr stored_;
  SparseMap map_;
  std::vector<std::uint64_t> starts_;  // of each segment in stored_
  std::uint64_t size_;
};

// One number and the end of its line, of lines that begin at `position` and must end before `end`.
Result<std::uint64_t> read_line(ForwardWindow& window, std::uint64_t& position, std::uint64_t end) {
  constexpr std::size_t kLongestLine = 21;  // 2^64 has 20 digits
  const auto bytes = window.at(position, std::min<std::uint64_t>(kLongestLine, end - position));
  if (!bytes) return std::unexpected(bytes.error());
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes->size(); ++i) {
    const std::uint8_t c = (*bytes)[i];
    if (c == '\n' && i > 0) {
      position += i + 1;
      return value;
    }
    if (c < '0' || c > '9' || value > (UINT64_MAX - 9) / 10) break;
    value = value * 10 + (c - std::uint64_t{'0'});
  }
  return fail(ErrorCode::malformed, "a line of a sparse map", 0, {0, position});
}

}  // namespace

Result<GnuSparse> read_gnu_sparse(Bytes head, ForwardWindow& window, std::uint64_t position, bool map_wanted) {
  GnuSparse sparse;
  const Where where{0, position - kTarBlock};
  const auto size = tar_number(head.subspan(483, 12));
  if (!size || *size < 0) return fail(ErrorCode::malformed, "the real size of a sparse file", 0, where);
  sparse.size = static_cast<std::uint64_t>(*size);
  bool extended = head[482] != 0;
  if (map_wanted) {
    if (const auto added = add_pairs(sparse.map, head.subspan(386, 4 * kPair), where); !added)
      return std::unexpected(added.error());
  }
  for (; extended; position += kTarBlock) {
    const auto block = window.at(position, kTarBlock);
    if (!block) return std::unexpected(block.error());
    if (block->size() < kTarBlock)
      return fail(ErrorCode::truncated, "a block of a sparse map", block->size(), {0, position});
    if (map_wanted) {
      if (const auto added = add_pairs(sparse.map, block->first(21 * kPair), {0, position}); !added)
        return std::unexpected(added.error());
    }
    extended = (*block)[504] != 0;
  }
  sparse.content = position;
  return sparse;
}

Result<SparseMap> read_sparse_lines(ForwardWindow& window, std::uint64_t& start, std::uint64_t stored) {
  const std::uint64_t end = start + stored;
  const Where where{0, start};
  std::uint64_t position = start;
  const auto count = read_line(window, position, end);
  if (!count) return std::unexpected(count.error());
  if (*count > kMostSegments) return fail(ErrorCode::limit, "a sparse map within the limit", *count, where);
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 0; i < 2 * *count; ++i) {
    const auto number = read_line(window, position, end);
    if (!number) return std::unexpected(number.error());
    numbers.push_back(*number);
  }
  start = std::min(tar_end(start, position - start), end);
  return sparse_map(numbers, where);
}

Result<SparseMap> sparse_map(const std::vector<std::uint64_t>& numbers, Where where) {
  if (numbers.size() % 2 != 0) return fail(ErrorCode::malformed, "a sparse map of pairs", numbers.size(), where);
  SparseMap map;
  map.reserve(numbers.size() / 2);
  for (std::size_t i = 0; i < numbers.size(); i += 2) map.push_back({numbers[i], numbers[i + 1]});
  return map;
}

Result<SourcePtr> open_sparse(SourcePtr stored, SparseMap map, std::uint64_t size, Where where) {
  std::uint64_t end = 0, bytes = 0;
  for (const SparseSegment& segment : map) {
    if (segment.offset < end || segment.offset > size || segment.size > size - segment.offset)
      return fail(ErrorCode::malformed, "a sparse map in order and inside the file", segment.offset, where);
    end = segment.offset + segment.size;
    bytes += segment.size;
  }
  if (bytes > stored->size())
    return fail(ErrorCode::malformed, "a sparse map of no more bytes than are stored", bytes, where);
  return std::make_shared<SparseSource>(std::move(stored), std::move(map), size);
}

}  // namespace exhibit::containers
