#include "whatsapp_key.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/reader.h"
#include "crypto/key_derivation.h"

namespace exhibit::containers {
namespace {

using crypto::Secret;

constexpr std::size_t kKeySize = 32;
constexpr std::size_t kKeyFileSize = 131;  // behind the preamble

// A stream of Java's, version 5, with one object: an array of the class "[B". Its length, u32, follows.
constexpr std::string_view kPreamble(
    "\xac\xed\x00\x05"
    "ur\x00\x02"
    "[B\xac\xf3\x17\xf8\x06\x08\x54\xe0\x02\x00\x00xp",
    23);

/// The array, empty if the content is none.
Bytes java_array(Bytes content) {
  if (!as_text(content).starts_with(kPreamble)) return {};
  Reader in(content);
  in.skip(kPreamble.size());
  const std::uint32_t size = in.u32be();
  return in.remaining() == size ? in.bytes(size) : Bytes();
}

WhatsappKey key_file(Bytes array) {
  Reader in(array);
  in.skip(3);
  WhatsappKey key{.is_key_file = true};
  const Bytes server = in.bytes(32), google = in.bytes(16);
  key.server_salt.assign(server.begin(), server.end());
  key.google_salt.assign(google.begin(), google.end());
  in.skip(32 + 16);
  key.bytes = Secret(in.bytes(kKeySize));
  return key;
}

int digit(std::uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<Secret> hexadecimal(Bytes text) {
  Secret key(kKeySize);
  std::size_t digits = 0;
  for (const std::uint8_t c : text) {
    if (c == ' ' || c == '-' || c == '\n' || c == '\r' || c == '\t') continue;
    if (digit(c) < 0 || digits == 2 * kKeySize) return std::nullopt;
    std::uint8_t& byte = key.writable()[digits++ / 2];
    byte = static_cast<std::uint8_t>(byte * 16 + digit(c));
  }
  if (digits != 2 * kKeySize) return std::nullopt;
  return key;
}

}  // namespace

std::optional<WhatsappKey> read_whatsapp_key(Bytes content) {
  constexpr std::size_t kLongestText = 256;
  if (const Bytes array = java_array(content); !array.empty()) {
    if (array.size() == kKeyFileSize) return key_file(array);
    if (array.size() == kKeySize) return WhatsappKey{.bytes = Secret(array)};
    return std::nullopt;
  }
  if (content.size() == kKeySize) return WhatsappKey{.bytes = Secret(content)};
  if (content.size() > kLongestText) return std::nullopt;
  auto key = hexadecimal(content);
  if (!key) return std::nullopt;
  return WhatsappKey{.bytes = *std::move(key)};
}

bool salts_agree(const WhatsappKey& key, const WhatsappHead& head) {
  const auto agree = [](const auto& one, const auto& other) { return one.empty() || other.empty() || one == other; };
  return agree(key.server_salt, head.server_salt) && agree(key.google_salt, head.google_salt);
}

Secret cipher_key(const WhatsappKey& key, WhatsappSeal seal) {
  if (seal != WhatsappSeal::crypt15 || key.is_key_file) return Secret(key.bytes.bytes());
  const std::array<std::uint8_t, 32> zeros{};
  const Secret main_key = crypto::hmac_sha256(zeros, key.bytes.bytes());
  return crypto::hmac_sha256(main_key.bytes(), as_bytes("backup encryption\x01"));
}

}  // namespace exhibit::containers
