// A file of an encrypted iTunes backup: AES-256 in CBC mode, first vector zero, padded as PKCS#7 says.
#pragma once

#include <cstdint>
#include <optional>

#include "crypto/secret.h"
#include "evidence/byte_source.h"

namespace exhibit::containers {

/// The size of the plain file, if that which the manifest tells fits the cipher text: the padding is 0 to 16 bytes. A
/// file that changed during the backup may have another.
std::optional<std::uint64_t> plain_size_by_manifest(std::uint64_t cipher_size, std::uint64_t manifest_size);

/// The size by the padding, for which the last block is read; without well-formed padding that of all whole blocks.
Result<std::uint64_t> plain_size_by_padding(evidence::SourcePtr sealed, crypto::Secret key);

/// The first `size` bytes of the plain text, at most all whole blocks. A large one is decrypted as it is read.
Result<evidence::SourcePtr> open_sealed_blob(evidence::SourcePtr sealed, crypto::Secret key, std::uint64_t size);

}  // namespace exhibit::containers
