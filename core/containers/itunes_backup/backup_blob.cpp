#include "backup_blob.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cbc_source.h"
#include "crypto/cipher.h"

namespace exhibit::containers {
namespace {

using crypto::AesBlock;
using crypto::kAesBlock;

// A file up to this size is decrypted when it is opened, which gives its readers a view.
constexpr std::uint64_t kReadWhole = 1 << 20;

std::uint64_t whole_blocks(std::uint64_t size) { return size - size % kAesBlock; }

}  // namespace

std::optional<std::uint64_t> plain_size_by_manifest(std::uint64_t cipher_size, std::uint64_t manifest_size) {
  const std::uint64_t whole = whole_blocks(cipher_size);
  if (manifest_size > whole || whole - manifest_size > kAesBlock) return std::nullopt;
  return manifest_size;
}

Result<std::uint64_t> plain_size_by_padding(evidence::SourcePtr sealed, crypto::Secret key) {
  const std::uint64_t size = sealed->size();
  const std::uint64_t whole = whole_blocks(size);
  if (whole == 0 || whole != size) return whole;  // what is cut inside a block has lost its padding
  const CbcSource plain(std::move(sealed), 0, whole, std::move(key), {});
  AesBlock last{};
  const auto count = plain.read_at(whole - kAesBlock, last);
  if (!count) return std::unexpected(count.error());
  return whole - crypto::pkcs7_padding(last);
}

Result<evidence::SourcePtr> open_sealed_blob(evidence::SourcePtr sealed, crypto::Secret key, std::uint64_t size) {
  size = std::min(size, whole_blocks(sealed->size()));
  auto plain = std::make_shared<CbcSource>(std::move(sealed), 0, size, std::move(key), AesBlock{});
  if (size > kReadWhole) return plain;
  std::vector<std::uint8_t> bytes(size);
  const auto count = plain->read_at(0, bytes);
  if (!count) return std::unexpected(count.error());
  return evidence::make_source(std::move(bytes));
}

}  // namespace exhibit::containers
