#include "row_outcomes.h"

#include <algorithm>

namespace exhibit::engine {

namespace {

constexpr std::size_t kFew = 2048;
constexpr std::size_t kDenseBytes = 65'536 / 4;

std::uint32_t low_bits(std::int64_t rowid) { return static_cast<std::uint32_t>(rowid & 0xffff); }

}  // namespace

RowOutcome RowOutcomes::get(const Chunk& chunk, std::uint32_t low) {
  if (!chunk.dense.empty()) return static_cast<RowOutcome>(chunk.dense[low / 4] >> (low % 4 * 2) & 3);
  const auto at = std::ranges::lower_bound(chunk.few, low << 2);
  if (at == chunk.few.end() || *at >> 2 != low) return RowOutcome::none;
  return static_cast<RowOutcome>(*at & 3);
}

void RowOutcomes::set(Chunk& chunk, std::uint32_t low, RowOutcome outcome) {
  const auto bits = static_cast<std::uint32_t>(outcome);
  if (chunk.dense.empty()) {
    const auto at = std::ranges::lower_bound(chunk.few, low << 2);
    if (at != chunk.few.end() && *at >> 2 == low) {
      *at = low << 2 | bits;
      return;
    }
    if (chunk.few.size() < kFew) {
      chunk.few.insert(at, low << 2 | bits);
      return;
    }
    const std::vector<std::uint32_t> few = std::move(chunk.few);
    chunk.few = {};
    chunk.dense.resize(kDenseBytes);
    for (const std::uint32_t row : few) set(chunk, row >> 2, static_cast<RowOutcome>(row & 3));
  }
  std::uint8_t& byte = chunk.dense[low / 4];
  const std::uint32_t shift = low % 4 * 2;
  byte = static_cast<std::uint8_t>((byte & ~(3u << shift)) | bits << shift);
}

RowOutcome RowOutcomes::count_change(RowOutcome before, RowOutcome outcome) {
  if (before != RowOutcome::none) --counts_[static_cast<std::size_t>(before)];
  ++counts_[static_cast<std::size_t>(outcome)];
  return before;
}

RowOutcome RowOutcomes::get(std::int64_t rowid) const {
  const auto chunk = chunks_.find(rowid >> 16);
  return chunk == chunks_.end() ? RowOutcome::none : get(chunk->second, low_bits(rowid));
}

RowOutcome RowOutcomes::get(std::string_view key) const {
  const auto at = keys_.find(key);
  return at == keys_.end() ? RowOutcome::none : at->second;
}

RowOutcome RowOutcomes::raise(std::int64_t rowid, RowOutcome outcome) {
  Chunk& chunk = chunks_[rowid >> 16];
  const RowOutcome before = get(chunk, low_bits(rowid));
  if (before >= outcome) return before;
  set(chunk, low_bits(rowid), outcome);
  return count_change(before, outcome);
}

RowOutcome RowOutcomes::raise(std::string_view key, RowOutcome outcome) {
  auto at = keys_.find(key);
  if (at == keys_.end()) at = keys_.emplace(std::string(key), RowOutcome::none).first;
  const RowOutcome before = at->second;
  if (before >= outcome) return before;
  at->second = outcome;
  return count_change(before, outcome);
}

}  // namespace exhibit::engine
