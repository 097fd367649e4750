// A stream of AES-256 in CBC mode, decrypted as it is read, at random.
#pragma once

#include <cstdint>

#include "crypto/cipher.h"
#include "evidence/byte_source.h"

namespace exhibit::containers {

/// The cipher text is all whole blocks of `sealed` from `start` on.
class CbcSource final : public evidence::ByteSource {
 public:
  /// `vector` is that of the first block. `size` cuts padding off: at most that of the whole blocks.
  CbcSource(evidence::SourcePtr sealed, std::uint64_t start, std::uint64_t size, crypto::Secret key,
            const crypto::AesBlock& vector)
      : sealed_(std::move(sealed)), start_(start), size_(size), key_(std::move(key)), vector_(vector) {}

  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override;

 private:
  Result<void> decrypt(std::uint64_t offset, std::span<std::uint8_t> out) const;

  evidence::SourcePtr sealed_;
  std::uint64_t start_, size_;
  crypto::Secret key_;
  crypto::AesBlock vector_;
};

}  // namespace exhibit::containers
