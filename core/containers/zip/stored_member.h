// A large member that lies in its archive as it is.
#pragma once

#include <mutex>

#include "evidence/byte_source.h"

namespace exhibit::containers {

/// Its CRC-32 is checked when somebody reads it from its start to its end, as whoever hashes it does.
class StoredMember final : public evidence::ByteSource {
 public:
  StoredMember(evidence::SourcePtr archive, std::uint64_t start, std::uint64_t size, std::uint32_t crc)
      : archive_(std::move(archive)), start_(start), size_(size), crc_(crc) {}

  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override;

 private:
  /// Whether the bytes may be given out: false when they complete the member and the sum is wrong.
  bool add_to_sum(std::uint64_t offset, Bytes bytes) const;

  evidence::SourcePtr archive_;
  std::uint64_t start_, size_;
  std::uint32_t crc_;
  mutable std::mutex mutex_;
  mutable std::uint64_t summed_ = 0;  // bytes from the start, in order
  mutable std::uint32_t sum_ = 0;
};

}  // namespace exhibit::containers
