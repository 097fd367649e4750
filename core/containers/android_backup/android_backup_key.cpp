// The phone hands PBKDF2 an array of Java's chars. Providers have made bytes of it in two ways: as UTF-8, or (Android
// up to 4.3, and devices with a provider of that time) by dropping the high byte of each char. The checksum of the
// master key is made by the same function, its 32 bytes widened to chars with their sign: so 0x80 is U+FF80 and three
// bytes of UTF-8, or just 0x80 again. No version in the head says which it was: both are tried. Source: two backups and
// one recorded head, which fit the first way. The second is by description alone.

#include "android_backup_key.h"

#include <algorithm>

#include "base/unicode.h"

namespace exhibit::containers {
namespace {

using crypto::kAesBlock;
using crypto::Secret;

constexpr std::size_t kKeySize = 32;

Result<Secret> derive(Bytes password, Bytes salt, const AndroidBackupLock& lock, const Cancel* cancel,
                      const crypto::DerivationProgress& progress) {
  return crypto::derive_key(crypto::HashKind::sha1, password, salt, lock.rounds, kKeySize, cancel, progress);
}

Secret widened(Bytes key) {
  Secret text(key.size() * 3);
  std::size_t size = 0;
  for (const std::uint8_t byte : key) {
    if (byte < 0x80) {
      text.writable()[size++] = byte;
      continue;
    }
    // U+FF80 to U+FFFF.
    text.writable()[size++] = 0xef;
    text.writable()[size++] = static_cast<std::uint8_t>(0xbc | (byte >> 6));
    text.writable()[size++] = static_cast<std::uint8_t>(0x80 | (byte & 0x3f));
  }
  return Secret(text.bytes().first(size));
}

/// The low byte of each UTF-16 unit; nothing where that is the same as UTF-8, or where it is no UTF-8.
std::optional<Secret> low_bytes(Bytes password) {
  const std::string_view text = as_text(password);
  if (!is_utf8(text) || std::ranges::all_of(password, [](std::uint8_t byte) { return byte < 0x80; }))
    return std::nullopt;
  Secret low(password.size());
  std::size_t size = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t point = next_utf8(text, at).value_or(0);
    const char32_t beyond = point - 0x10000;
    if (point >= 0x10000) low.writable()[size++] = static_cast<std::uint8_t>(beyond >> 10);  // low byte of D800 and on
    low.writable()[size++] = static_cast<std::uint8_t>(point);  // a low surrogate's low byte is the point's
  }
  return Secret(low.bytes().first(size));
}

/// The parts of the decrypted master key: vector, key, checksum, each behind its length.
struct MasterKey {
  Bytes vector, key, checksum;
};

/// Nothing if the lengths do not fill it: it was decrypted with another key.
std::optional<MasterKey> split(Bytes plain) {
  const auto take = [&plain](std::size_t size) -> Bytes {
    if (plain.empty() || plain[0] != size || plain.size() - 1 < size) return {};
    const Bytes part = plain.subspan(1, size);
    plain = plain.subspan(1 + size);
    return part;
  };
  MasterKey parts;
  parts.vector = take(kAesBlock);
  parts.key = take(kKeySize);
  parts.checksum = take(kKeySize);
  if (parts.vector.empty() || parts.key.empty() || parts.checksum.empty() || !plain.empty()) return std::nullopt;
  return parts;
}

Result<std::optional<AndroidBackupKey>> try_password(const AndroidBackupLock& lock, Bytes password,
                                                     const Cancel* cancel, const crypto::DerivationProgress& progress) {
  const auto user_key = derive(password, lock.user_salt, lock, cancel, progress);
  if (!user_key) return std::unexpected(user_key.error());
  Secret plain(lock.master_key.size());
  crypto::decrypt_aes256_cbc(*user_key, lock.user_vector, lock.master_key, plain.writable());
  const std::size_t padding = crypto::pkcs7_padding(plain.bytes());
  if (padding == 0) return std::nullopt;
  const auto parts = split(plain.bytes().first(plain.size() - padding));
  if (!parts) return std::nullopt;
  const Secret wide = widened(parts->key);
  for (const Bytes checked : {wide.bytes(), parts->key}) {
    const auto checksum = derive(checked, lock.checksum_salt, lock, cancel, {});
    if (!checksum) return std::unexpected(checksum.error());
    if (!std::ranges::equal(checksum->bytes(), parts->checksum)) continue;
    AndroidBackupKey key{.key = Secret(parts->key)};
    std::ranges::copy(parts->vector, key.vector.begin());
    return key;
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<AndroidBackupKey>> open_android_backup_key(const AndroidBackupLock& lock, Bytes password,
                                                                const Cancel* cancel,
                                                                const crypto::DerivationProgress& progress) {
  auto key = try_password(lock, password, cancel, progress);
  if (!key || *key) return key;
  const auto low = low_bytes(password);
  return low ? try_password(lock, low->bytes(), cancel, progress) : std::move(key);
}

}  // namespace exhibit::containers
