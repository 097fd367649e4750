// A large deflated member, read at random. One pass over it, made by the first read, checks its CRC-32 and leaves
// copies of the decompressor's state on the way; a read then starts at the nearest of these.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "evidence/byte_source.h"

namespace exhibit::containers {

class InflatedMember final : public evidence::ByteSource {
 public:
  InflatedMember(evidence::SourcePtr archive, std::uint64_t start, std::uint64_t packed, std::uint64_t unpacked,
                 std::uint32_t crc);
  ~InflatedMember() override;

  std::uint64_t size() const override { return unpacked_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override;

 private:
  class Inflater;
  using InflaterPtr = std::unique_ptr<Inflater>;

  Result<void> make_checkpoints() const;
  Result<void> pass() const;
  InflaterPtr take_inflater(std::uint64_t offset) const;
  void give_back(InflaterPtr inflater) const;

  evidence::SourcePtr archive_;
  std::uint64_t start_, packed_, unpacked_;
  std::uint32_t crc_;
  std::uint64_t interval_;  // unpacked bytes between checkpoints

  mutable std::mutex pass_mutex_;
  mutable bool passed_ = false;
  mutable std::optional<Error> failure_;
  mutable std::vector<InflaterPtr> checkpoints_;  // of n * interval_; never changed after the pass

  mutable std::mutex idle_mutex_;
  mutable std::vector<InflaterPtr> idle_;  // where earlier reads ended
};

}  // namespace exhibit::containers
