// The lines of text at the start of an Android backup.
//
//   ANDROID BACKUP
//   version       1 to 5
//   compressed    0 or 1: zlib
//   cipher        "none", or "AES-256" and then five more lines:
//     user salt, checksum salt    64 bytes each, hexadecimal
//     rounds                      of PBKDF2, 10000
//     user vector                 16 bytes
//     master key                  96 bytes: AES-256-CBC of (length u8, vector; length u8, key; length u8, checksum)
//
// Each line ends in LF. Letters of hexadecimal digits are large or small. The tar, packed and encrypted as told,
// follows at once. Source: own reading of three backups and one recorded head.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "crypto/cipher.h"
#include "evidence/byte_source.h"

namespace exhibit::containers {

struct AndroidBackupLock {
  std::vector<std::uint8_t> user_salt;
  std::vector<std::uint8_t> checksum_salt;
  std::uint64_t rounds = 0;
  crypto::AesBlock user_vector{};
  std::vector<std::uint8_t> master_key;  // encrypted; whole blocks
};

struct AndroidBackupHead {
  std::uint32_t version = 0;
  bool is_compressed = false;
  std::optional<AndroidBackupLock> lock;  // set exactly if encrypted
  std::uint64_t size = 0;                 // where what follows begins
};

/// `unsupported` for another version or cipher, `limit` for rounds beyond the limit.
Result<AndroidBackupHead> read_android_backup_head(const evidence::ByteSource& file);

}  // namespace exhibit::containers
