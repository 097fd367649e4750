#include "cbc_source.h"

#include <algorithm>
#include <vector>

namespace exhibit::containers {
namespace {

using crypto::kAesBlock;

constexpr std::uint64_t kPiece = 64 << 10;  // decrypted at once

Result<void> read_exactly(const evidence::ByteSource& source, std::uint64_t offset, std::span<std::uint8_t> out) {
  const auto count = source.read_at(offset, out);
  if (!count) return std::unexpected(count.error());
  if (*count != out.size()) return fail(ErrorCode::truncated, "a block of cipher text", *count, {0, offset + *count});
  return {};
}

}  // namespace

/// Whole blocks, from a multiple of their size on.
Result<void> CbcSource::decrypt(std::uint64_t offset, std::span<std::uint8_t> out) const {
  crypto::AesBlock vector = vector_;
  if (offset != 0) {
    const auto before = read_exactly(*sealed_, start_ + offset - kAesBlock, vector);
    if (!before) return before;
  }
  if (const auto read = read_exactly(*sealed_, start_ + offset, out); !read) return read;
  crypto::decrypt_aes256_cbc(key_, vector, out, out);
  return {};
}

Result<std::size_t> CbcSource::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= size_) return 0;
  out = out.first(std::min<std::uint64_t>(out.size(), size_ - offset));
  std::vector<std::uint8_t> piece;
  for (std::size_t filled = 0; filled < out.size();) {
    const std::uint64_t inside = (offset + filled) % kAesBlock;
    const std::uint64_t wanted = inside + (out.size() - filled);
    piece.resize(std::min(kPiece, (wanted + kAesBlock - 1) / kAesBlock * kAesBlock));
    const auto done = decrypt(offset + filled - inside, piece);
    if (!done) return std::unexpected(done.error());
    const std::size_t count = std::min<std::size_t>(out.size() - filled, piece.size() - inside);
    std::copy_n(piece.begin() + static_cast<std::ptrdiff_t>(inside), count,
                out.begin() + static_cast<std::ptrdiff_t>(filled));
    filled += count;
  }
  return out.size();
}

}  // namespace exhibit::containers
