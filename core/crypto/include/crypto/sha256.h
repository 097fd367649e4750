// SHA-256 over OpenSSL. One object belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "base/bytes.h"

namespace exhibit::crypto {

using Sha256Digest = std::array<std::uint8_t, 32>;
using Sha1Digest = std::array<std::uint8_t, 20>;

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(Bytes bytes);
  /// Ends the sum; the object may not be used afterwards.
  Sha256Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

Sha256Digest sha256(Bytes bytes);
/// For names that others made of it: UUIDs of version 5 (RFC 4122), blobs of iTunes backups.
Sha1Digest sha1(Bytes bytes);

}  // namespace exhibit::crypto
