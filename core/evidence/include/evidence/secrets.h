// The passwords and keys of one examination: asked once, tried on all that needs one, wiped at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/key_derivation.h"
#include "crypto/secret.h"

namespace exhibit::evidence {

enum class SecretKind : std::uint8_t { backup_password = 1, android_backup_password, archive_password, app_key };

struct SecretRequest {
  SecretKind kind = SecretKind::backup_password;
  std::string_view container;  ///< what it opens, as a container path of the evidence or the path of the source
  std::string_view hint;       ///< what the container tells in clear, for people: "iPhone of Nell"; may be empty
  std::uint32_t attempt = 1;   ///< above 1: the one given before did not fit
};

/// The host. Nothing means that it gives up.
using SecretProvider = std::function<std::optional<crypto::Secret>(const SecretRequest&)>;

/// Belongs to one thread: containers are opened one after the other.
class Secrets {
 public:
  Secrets() = default;
  explicit Secrets(SecretProvider provider) : provider_(std::move(provider)) {}

  /// Known without asking, for example a key that lies in the evidence.
  void add(SecretKind kind, crypto::Secret secret);

  /// Hands `fits` every secret of this kind that is known, in the order in which they came, then asks until one fits or
  /// the provider gives up. `fits` gives false for one that is wrong; its errors end the search and are given back.
  /// `locked` if none fits: `found` is how many were tried, so 0 means that there was none and anything else that it
  /// was wrong.
  Result<void> unlock(const SecretRequest& request, const std::function<Result<bool>(const crypto::Secret&)>& fits);

  /// The secrets of this kind that are known by now, and nobody to ask.
  Secrets known(SecretKind kind) const;

  /// One was used: what the audit log may tell.
  bool used() const { return used_; }

 private:
  struct Known {
    SecretKind kind;
    crypto::Secret secret;
  };

  SecretProvider provider_;
  std::vector<Known> known_;
  bool used_ = false;
};

/// What an opener of locked things needs of its caller.
struct Unlocking {
  Secrets& secrets;
  const Cancel* cancel = nullptr;
  crypto::DerivationProgress progress;  ///< told on the thread that opens
};

}  // namespace exhibit::evidence
