// Keys from passwords, over OpenSSL.
#pragma once

#include <cstdint>
#include <functional>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "crypto/secret.h"

namespace exhibit::crypto {

enum class HashKind : std::uint8_t { sha1, sha256 };

/// Told now and then during a long derivation: rounds done of all.
using DerivationProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// PBKDF2 with HMAC (RFC 8018). Ten million rounds take seconds: `cancel` is looked at all the time (`cancelled`).
Result<Secret> derive_key(HashKind hash, Bytes password, Bytes salt, std::uint64_t rounds, std::size_t size,
                          const Cancel* cancel = nullptr, const DerivationProgress& progress = {});

/// HMAC-SHA256: 32 bytes.
Secret hmac_sha256(Bytes key, Bytes message);

}  // namespace exhibit::crypto
