// xz (The .xz File Format 1.0.4): a head of 12 bytes, blocks, an index (a zero, the number of blocks, two numbers for
// each, padding to 4, CRC-32), a foot of 12 bytes. Between two streams zeros may lie, a multiple of four.
//
// Blocks are unpacked one by one, each being a place to start. Only tools that use threads write more than one.
#include <libdeflate.h>
#include <lzma.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>

#include "base/reader.h"
#include "stream_codec.h"

namespace exhibit::containers {
namespace {

// xz itself needs 65 MiB at most, unless a user asks for a dictionary of more than its presets have.
constexpr std::uint64_t kMostMemory = (1ull << 30) + (1 << 20);

Error lzma_error(lzma_ret result, Literal expected, std::uint64_t position) {
  if (result == LZMA_MEM_ERROR) throw std::bad_alloc();
  ErrorCode code = ErrorCode::malformed;
  if (result == LZMA_OPTIONS_ERROR || result == LZMA_UNSUPPORTED_CHECK) code = ErrorCode::unsupported;
  if (result == LZMA_BUF_ERROR) code = ErrorCode::truncated;
  return {code, expected, static_cast<std::uint64_t>(result), {0, position}};
}

// The filters of a block's head: lzma allocates their options.
class Filters {
 public:
  Filters() { filters_.fill({LZMA_VLI_UNKNOWN, nullptr}); }
  ~Filters() {
    for (const lzma_filter& filter : filters_) std::free(filter.options);  // NOLINT: allocated by lzma with malloc
  }
  Filters(const Filters&) = delete;
  Filters& operator=(const Filters&) = delete;

  lzma_filter* data() { return filters_.data(); }

 private:
  std::array<lzma_filter, LZMA_FILTERS_MAX + 1> filters_;
};

class XzCodec final : public StreamCodec {
 public:
  XzCodec() = default;
  ~XzCodec() override { lzma_end(&stream_); }
  XzCodec(const XzCodec&) = delete;
  XzCodec& operator=(const XzCodec&) = delete;

  Result<MemberStart> begin(PackedInput& in) override {
    constexpr std::string_view kMagic(
        "\xfd"
        "7zXZ\0",
        6);
    skip_padding(in);
    const Bytes head = in.peek(LZMA_STREAM_HEADER_SIZE);
    const std::string_view magic = as_text(head).substr(0, kMagic.size());
    if (magic.empty() || !kMagic.starts_with(magic)) return MemberStart::absent;
    if (head.size() < LZMA_STREAM_HEADER_SIZE)
      return fail(ErrorCode::truncated, "the head of an xz stream", head.size(), {0, in.position()});
    lzma_stream_flags flags{};
    if (const lzma_ret result = lzma_stream_header_decode(&flags, head.data()); result != LZMA_OK)
      return std::unexpected(lzma_error(result, "the head of an xz stream", in.position()));
    check_ = flags.check;
    in.consume(LZMA_STREAM_HEADER_SIZE);
    return MemberStart::found;
  }

  Unpacked unpack(PackedInput& in, std::span<std::uint8_t> out) override {
    Unpacked unpacked;
    if (!in_block_) {
      const Bytes next = in.peek();
      if (next.empty()) {
        unpacked.failure = Error{ErrorCode::truncated, "a block of an xz stream", 0, {0, in.position()}};
      } else if (next[0] == 0) {
        end_stream(in, unpacked);
        return unpacked;
      } else if (const auto begun = begin_block(in, next[0]); !begun) {
        unpacked.failure = begun.error();
      }
    }
    if (!unpacked.failure) unpack_block(in, out, unpacked);
    return unpacked;
  }

  std::unique_ptr<StreamCodec> copy() const override {
    if (in_block_) return nullptr;
    auto copy = std::make_unique<XzCodec>();
    copy->check_ = check_;
    return copy;
  }

  std::size_t memory() const override { return sizeof *this + (in_block_ ? block_memory_ : 0); }

 private:
  static void skip_padding(PackedInput& in) {
    constexpr std::uint8_t kZeros[4] = {};
    for (Bytes next = in.peek(4); next.size() >= 4 && std::ranges::equal(next.first(4), kZeros); next = in.peek(4))
      in.consume(4);
  }

  Result<void> begin_block(PackedInput& in, std::uint8_t size_code) {
    block_ = {};
    block_.version = 1;
    block_.check = check_;
    block_.header_size = lzma_block_header_size_decode(size_code);
    Filters filters;
    block_.filters = filters.data();
    const Bytes head = in.peek(block_.header_size);
    if (head.size() < block_.header_size)
      return fail(ErrorCode::truncated, "the head of an xz block", head.size(), {0, in.position()});
    if (const lzma_ret result = lzma_block_header_decode(&block_, nullptr, head.data()); result != LZMA_OK)
      return std::unexpected(lzma_error(result, "the head of an xz block", in.position()));
    block_memory_ = lzma_raw_decoder_memusage(filters.data());
    if (block_memory_ > kMostMemory)
      return fail(ErrorCode::limit, "an xz dictionary of at most 1 GiB", block_memory_, {0, in.position()});
    if (const lzma_ret result = lzma_block_decoder(&stream_, &block_); result != LZMA_OK)
      return std::unexpected(lzma_error(result, "a block of an xz stream", in.position()));
    block_.filters = nullptr;  // not looked at again
    in.consume(block_.header_size);
    in_block_ = true;
    return {};
  }

  void unpack_block(PackedInput& in, std::span<std::uint8_t> out, Unpacked& unpacked) {
    while (unpacked.filled < out.size()) {
      const Bytes packed = in.peek();
      stream_.next_in = packed.data();
      stream_.avail_in = packed.size();
      stream_.next_out = out.data() + unpacked.filled;
      stream_.avail_out = out.size() - unpacked.filled;
      const lzma_ret result = lzma_code(&stream_, LZMA_RUN);
      const std::size_t consumed = packed.size() - stream_.avail_in;
      const std::size_t filled = out.size() - unpacked.filled - stream_.avail_out;
      in.consume(consumed);
      unpacked.filled += filled;
      if (result == LZMA_STREAM_END) {
        in_block_ = false;
        return;
      }
      const bool cut = packed.empty() && filled == 0;
      if (cut || (result != LZMA_OK && result != LZMA_BUF_ERROR)) {
        unpacked.failure = lzma_error(cut ? LZMA_BUF_ERROR : result, "a block of an xz stream", in.position());
        return;
      }
    }
  }

  // The index repeats the sizes of the blocks: its sum is checked, and its numbers are passed over.
  void end_stream(PackedInput& in, Unpacked& unpacked) const {
    const std::uint64_t start = in.position();
    std::uint32_t sum = 0;
    bool cut = false;
    const auto take = [&]() -> std::uint8_t {
      const Bytes next = in.peek();
      if (next.empty()) {
        cut = true;
        return 0;
      }
      const std::uint8_t byte = next[0];
      sum = libdeflate_crc32(sum, &byte, 1);
      in.consume(1);
      return byte;
    };
    const auto number = [&] {
      std::uint64_t value = 0;
      for (int shift = 0; shift < 63; shift += 7) {
        const std::uint8_t byte = take();
        value |= std::uint64_t{byte & 0x7fu} << shift;
        if ((byte & 0x80) == 0) break;
      }
      return value;
    };
    take();
    for (std::uint64_t numbers = number() * 2; numbers > 0 && !cut; --numbers) (void)number();
    while ((in.position() - start) % 4 != 0 && !cut) take();
    const Bytes rest = in.peek(4 + LZMA_STREAM_HEADER_SIZE);
    if (cut || rest.size() < 4 + LZMA_STREAM_HEADER_SIZE) {
      unpacked.failure = Error{ErrorCode::truncated, "the index of an xz stream", 0, {0, in.position()}};
      return;
    }
    lzma_stream_flags flags{};
    const lzma_ret result = lzma_stream_footer_decode(&flags, rest.data() + 4);
    if (result != LZMA_OK) {
      unpacked.failure = lzma_error(result, "the foot of an xz stream", in.position() + 4);
      return;
    }
    unpacked.checksum_failed = Reader(rest).u32le() != sum || flags.check != check_;
    unpacked.member_ended = true;
    in.consume(4 + LZMA_STREAM_HEADER_SIZE);
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  lzma_block block_{};
  lzma_check check_ = LZMA_CHECK_NONE;
  std::uint64_t block_memory_ = 0;
  bool in_block_ = false;
};

}  // namespace

std::unique_ptr<StreamCodec> make_xz_codec() { return std::make_unique<XzCodec>(); }

}  // namespace exhibit::containers
