// The keys of an encrypted iTunes backup, under its password.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "crypto/key_derivation.h"
#include "crypto/secret.h"

namespace exhibit::containers {

/// A key in its wrapping: 32 bytes and an integrity value (RFC 3394).
inline constexpr std::size_t kWrappedKeySize = 40;

/// Threads may share one that is unlocked.
class Keybag {
 public:
  /// Reads the list. `limit` for rounds that no phone asks for.
  static Result<Keybag> read(Bytes list);

  /// True: the password fits. Slow by design: seconds on backups of a phone.
  Result<bool> unlock(const crypto::Secret& password, const Cancel* cancel, const crypto::DerivationProgress& progress);

  /// Class keys wrapped with the password alone, and how many of them are open.
  std::size_t key_count() const { return keys_.size(); }
  std::size_t open_count() const;

  bool has_class(std::uint32_t protection_class) const { return find(protection_class) != nullptr; }
  /// A file's key. `locked`: no open key of the class, or the wrapping is of another.
  Result<crypto::Secret> unwrap(std::uint32_t protection_class, Bytes wrapped) const;

 private:
  struct ClassKey {
    std::uint32_t protection_class = 0;
    std::uint32_t wrap = 0;
    std::vector<std::uint8_t> wrapped;
    crypto::Secret key;  // empty: not open
  };

  Result<crypto::Secret> derive(const crypto::Secret& password, const Cancel* cancel,
                                const crypto::DerivationProgress& progress) const;
  Result<void> check() const;
  Result<void> read_item(std::string_view tag, Bytes value, Where where);
  const ClassKey* find(std::uint32_t protection_class) const;

  std::uint64_t rounds_ = 0, first_rounds_ = 0;
  std::vector<std::uint8_t> salt_, first_salt_;
  std::vector<ClassKey> keys_;
  bool in_head_ = true;
  bool seen_uuid_ = false;
};

}  // namespace exhibit::containers
