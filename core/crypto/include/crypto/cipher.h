// AES as backups use it, over OpenSSL. All functions are free of state: threads may call them at once.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/secret.h"

namespace exhibit::crypto {

inline constexpr std::size_t kAesBlock = 16;
using AesBlock = std::array<std::uint8_t, kAesBlock>;

/// CBC without touching padding; `in` is whole blocks, `out` as long, and may be the same memory. The vector of a block
/// in the middle of a stream is the cipher text of the block before it. `key` is 32 bytes (an error of the caller's
/// otherwise).
void decrypt_aes256_cbc(const Secret& key, const AesBlock& vector, Bytes in, std::span<std::uint8_t> out);

/// How many bytes of padding PKCS#7 has at the end of a plain text, 1 to 16; 0 if that is no padding.
std::size_t pkcs7_padding(Bytes plain);

/// RFC 3394 for keys of 16 or 32 bytes. `locked` if the integrity value does not fit: the key is another.
Result<Secret> unwrap_aes_key(const Secret& key, Bytes wrapped);

/// GCM with a nonce of any length. `checksum` if the tag does not fit.
Result<void> decrypt_aes256_gcm(const Secret& key, Bytes nonce, Bytes in, Bytes tag, std::span<std::uint8_t> out);

}  // namespace exhibit::crypto
