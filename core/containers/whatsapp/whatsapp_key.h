// The keys of WhatsApp's backups, in the forms in which they come.
//
//   key                    158 bytes, a Java-serialised array of bytes: preamble 27, version 3, server salt 32, Google
//                          salt 16, hashed Google id 32, nonce 16, key 32
//   encrypted_backup.key   59 bytes: the preamble, root key 32
//   the root key           32 bytes, or 64 hexadecimal digits as the user was shown them (blanks between are ignored)
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "crypto/secret.h"
#include "whatsapp_head.h"

namespace exhibit::containers {

struct WhatsappKey {
  crypto::Secret bytes;                                // 32
  bool is_key_file = false;                            // of crypt12 and crypt14; root keys are of crypt15
  std::vector<std::uint8_t> server_salt, google_salt;  // of a key file
};

/// Nothing if the content is no key in any form.
std::optional<WhatsappKey> read_whatsapp_key(Bytes content);

/// False where both tell their salts and these differ: the key is of another installation.
bool salts_agree(const WhatsappKey& key, const WhatsappHead& head);

/// The key of the cipher. A root key opens crypt15; bare bytes may be of either kind and are taken as the head wants.
crypto::Secret cipher_key(const WhatsappKey& key, WhatsappSeal seal);

}  // namespace exhibit::containers
