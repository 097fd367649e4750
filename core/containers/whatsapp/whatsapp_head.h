// The head of WhatsApp's encrypted backups. All have AES-256-GCM with a nonce of 16 bytes over zlib, the tag behind it.
//
//   crypt12   67 bytes: version 3, server salt 32, Google salt 16, nonce 16; cipher text; tag 16; 4 characters of the
//             user's number
//   crypt14   length u8, feature byte 01 (may be absent), a protobuf message of that length; cipher text; tag 16; MD5
//   crypt15   the same
//
//   the message: 2 {3 server salt, 4 Google salt, 5 nonce} in crypt14, 3 {1 nonce} in crypt15
//
// The MD5 is that of all before it; backups in several files are said to lack it.
// Source: own reading of one crypt14 and one crypt15 of the same database; crypt12 by description alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace exhibit::containers {

enum class WhatsappSeal : std::uint8_t { crypt12, crypt14, crypt15 };

struct WhatsappHead {
  WhatsappSeal seal = WhatsappSeal::crypt15;
  std::vector<std::uint8_t> nonce;
  std::vector<std::uint8_t> server_salt, google_salt;  // empty in crypt15
  std::uint64_t size = 0;                              // where the cipher text begins
};

/// At most so many bytes are the head.
inline constexpr std::size_t kLargestWhatsappHead = 2 + 255;

/// ".crypt" and two digits at the end of a name; 0 for others.
std::uint32_t whatsapp_crypt_number(std::string_view name);

/// By the name, since crypt12 has nothing to be known by; crypt14 and crypt15 by the message, whatever the name says.
std::optional<WhatsappHead> read_whatsapp_head(std::string_view name, Bytes start);

}  // namespace exhibit::containers
