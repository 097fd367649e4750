#include "zip.h"

#include <libdeflate.h>

#include <algorithm>
#include <new>
#include <utility>

#include "base/reader.h"
#include "inflated_member.h"
#include "stored_member.h"
#include "zip_directory.h"

namespace exhibit::containers {
namespace {

using evidence::SourcePtr;

constexpr std::uint64_t kLocalHeadSize = 30;
constexpr std::uint32_t kLocalHead = 0x04034b50;
// Deflate's shortest code is 1 bit for 258 bytes, twice in a symbol pair: nothing packs better than 1032 to 1.
constexpr std::uint64_t kDeflateRatio = 1032;

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const { libdeflate_free_decompressor(decompressor); }
};

Result<void> read_exactly(const evidence::ByteSource& archive, std::uint64_t position, std::span<std::uint8_t> out) {
  const auto count = archive.read_at(position, out);
  if (!count) return std::unexpected(count.error());
  if (*count != out.size())
    return fail(ErrorCode::truncated, "a member inside the archive", *count, {0, position + *count});
  return {};
}

class Zip final : public evidence::Container {
 public:
  Zip(SourcePtr archive, ZipDirectory directory) : archive_(std::move(archive)), directory_(std::move(directory)) {}

  std::string_view format() const override { return directory_.salvaged.empty() ? "zip" : "zip, salvaged"; }
  std::uint64_t size() const override { return archive_->size(); }
  std::vector<evidence::Entry> take_entries() override { return std::move(directory_.entries); }
  std::vector<evidence::Problem> take_problems() override { return std::move(directory_.problems); }

  Result<SourcePtr> open(std::size_t index, const Limits& limits) const override {
    const auto member = find_member(index);
    if (!member) return std::unexpected(member.error());
    const Where where{0, member->local_head};
    if (member->encrypted) return fail(ErrorCode::locked, "a member without encryption", member->method, where);
    if (member->method != kStored && member->method != kDeflated)
      return fail(ErrorCode::unsupported, "a member stored or deflated (method 0, 8)", member->method, where);
    if (member->closed) return fail(*member->closed, "a member whose end is there and fits its sum", 0, where);
    if (is_beyond_ratio(*member, limits))
      return fail(ErrorCode::limit, "an unpacked size in proportion to the packed", member->unpacked, where);
    const auto start = find_content(*member);
    if (!start) return std::unexpected(start.error());
    const bool large = std::max(member->packed, member->unpacked) > limits.large_member_bytes;
    return member->method == kStored ? open_stored(*member, *start, large) : open_deflated(*member, *start, large);
  }

 private:
  Result<ZipMember> find_member(std::size_t index) const {
    if (directory_.salvaged.empty()) return read_zip_member(*archive_, directory_.records[index], directory_.shift);
    return directory_.salvaged[index];
  }

  // The local head repeats what the directory says, and only it tells where the content begins.
  Result<std::uint64_t> find_content(const ZipMember& member) const {
    std::array<std::uint8_t, kLocalHeadSize> head{};
    if (const auto read = read_exactly(*archive_, member.local_head, head); !read) return std::unexpected(read.error());
    Reader in(head, {0, member.local_head});
    const std::uint32_t signature = in.u32le();
    if (signature != kLocalHead)
      return fail(ErrorCode::malformed, "the local head of the member", signature, {0, member.local_head});
    in.seek(26);
    const std::uint64_t name_size = in.u16le();
    const std::uint64_t start = member.local_head + kLocalHeadSize + name_size + in.u16le();
    if (start > archive_->size() || member.packed > archive_->size() - start)
      return fail(ErrorCode::truncated, "a member inside the archive", member.packed, {0, start});
    return start;
  }

  Result<SourcePtr> open_stored(const ZipMember& member, std::uint64_t start, bool large) const {
    if (member.packed != member.unpacked)
      return fail(ErrorCode::malformed, "a stored member as long packed as unpacked", member.packed, {0, start});
    if (large) return std::make_shared<StoredMember>(archive_, start, member.unpacked, member.crc);
    std::vector<std::uint8_t> bytes(member.unpacked);
    if (const auto read = read_exactly(*archive_, start, bytes); !read) return std::unexpected(read.error());
    return checked(std::move(bytes), member, start);
  }

  Result<SourcePtr> open_deflated(const ZipMember& member, std::uint64_t start, bool large) const {
    if (member.unpacked / kDeflateRatio > member.packed)
      return fail(ErrorCode::malformed, "a size that deflate can reach", member.unpacked, {0, member.local_head});
    if (large) {
      return std::make_shared<InflatedMember>(archive_, start, member.packed, member.unpacked, member.crc);
    }
    const auto packed = std::make_unique_for_overwrite<std::uint8_t[]>(member.packed);
    if (const auto read = read_exactly(*archive_, start, {packed.get(), member.packed}); !read)
      return std::unexpected(read.error());
    const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> inflate(libdeflate_alloc_decompressor());
    if (!inflate) throw std::bad_alloc();
    std::vector<std::uint8_t> bytes(member.unpacked);
    std::size_t size = 0;
    const libdeflate_result result =
        libdeflate_deflate_decompress(inflate.get(), packed.get(), member.packed, bytes.data(), bytes.size(), &size);
    if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
      return fail(ErrorCode::malformed, "a member no longer than the directory says", bytes.size(), {0, start});
    if (result != LIBDEFLATE_SUCCESS)
      return fail(ErrorCode::malformed, "a deflate stream", static_cast<std::uint64_t>(result), {0, start});
    if (size != bytes.size())
      return fail(ErrorCode::truncated, "a member as long as the directory says", size, {0, start});
    return checked(std::move(bytes), member, start);
  }

  static Result<SourcePtr> checked(std::vector<std::uint8_t> bytes, const ZipMember& member, std::uint64_t start) {
    const std::uint32_t crc = libdeflate_crc32(0, bytes.data(), bytes.size());
    if (crc != member.crc) return fail(ErrorCode::checksum, "the CRC-32 of the member", crc, {0, start});
    return evidence::make_source(std::move(bytes));
  }

  SourcePtr archive_;
  ZipDirectory directory_;
};

}  // namespace

Result<std::unique_ptr<evidence::Container>> open_zip(SourcePtr archive, const Limits& limits) {
  auto directory = read_zip_directory(*archive, limits);
  if (!directory) return std::unexpected(directory.error());
  return make_zip(std::move(archive), *std::move(directory));
}

std::unique_ptr<evidence::Container> make_zip(SourcePtr archive, ZipDirectory directory) {
  return std::make_unique<Zip>(std::move(archive), std::move(directory));
}

}  // namespace exhibit::containers
