// What became of each row of one table: one outcome a rowid, the strongest wins. Rows mostly come in order and lie
// close, so 65,536 neighbours share a chunk: a short list while few are known, two bits each beyond that. A million
// rows take 256 KiB.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace exhibit::engine {

enum class RowOutcome : std::uint8_t { none = 0, skipped = 1, attached = 2, emitted = 3 };

class RowOutcomes {
 public:
  RowOutcome get(std::int64_t rowid) const;
  RowOutcome get(std::string_view key) const;
  /// Keeps the stronger of the two and gives the one that stood before.
  RowOutcome raise(std::int64_t rowid, RowOutcome outcome);
  RowOutcome raise(std::string_view key, RowOutcome outcome);

  std::uint64_t count(RowOutcome outcome) const { return counts_[static_cast<std::size_t>(outcome)]; }

 private:
  struct Chunk {
    std::vector<std::uint32_t> few;   // low 16 bits of the rowid << 2 | outcome, ascending
    std::vector<std::uint8_t> dense;  // four rows a byte
  };

  static RowOutcome get(const Chunk& chunk, std::uint32_t low);
  static void set(Chunk& chunk, std::uint32_t low, RowOutcome outcome);
  RowOutcome count_change(RowOutcome before, RowOutcome outcome);

  std::unordered_map<std::int64_t, Chunk> chunks_;  // by rowid >> 16
  std::map<std::string, RowOutcome, std::less<>> keys_;
  std::uint64_t counts_[4] = {};
};

}  // namespace exhibit::engine
