// Zstandard (RFC 8878): frames, and frames to be skipped (magic 184d2a50 to 5f, size u32le).
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <new>

#include "base/reader.h"
#include "stream_codec.h"

namespace exhibit::containers {
namespace {

// 1 GiB. What is packed with a window of 2 GiB (--long=31 and above) is refused rather than held in memory.
constexpr int kLargestWindowLog = 30;
constexpr std::size_t kSumSize = 4;
// A block with the head of the next. Of a frame to be skipped zstd asks for all, which may be 4 GiB.
constexpr std::size_t kMostAsked = (128 << 10) + 16;

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

Error zstandard_error(std::size_t result, std::uint64_t position) {
  const ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
  const Where where{0, position};
  switch (code) {
    case ZSTD_error_memory_allocation:
      throw std::bad_alloc();
    case ZSTD_error_frameParameter_windowTooLarge:
      return {ErrorCode::limit, "a Zstandard window of at most 1 GiB", static_cast<std::uint64_t>(code), where};
    case ZSTD_error_dictionary_wrong:
      return {ErrorCode::unsupported, "a Zstandard frame without dictionary", static_cast<std::uint64_t>(code), where};
    default:
      return {ErrorCode::malformed, "a Zstandard frame", static_cast<std::uint64_t>(code), where};
  }
}

class ZstandardCodec final : public StreamCodec {
 public:
  Result<MemberStart> begin(PackedInput& in) override {
    constexpr std::uint32_t kFrame = 0xfd2fb528, kSkippable = 0x184d2a50;
    const Bytes head = in.peek(4);
    if (head.size() < 4) {
      const bool cut = !head.empty() && std::string_view("\x28\xb5\x2f\xfd", 4).starts_with(as_text(head));
      if (!cut) return MemberStart::absent;
      return fail(ErrorCode::truncated, "a Zstandard frame", head.size(), {0, in.position()});
    }
    const std::uint32_t magic = Reader(head).u32le();
    if (magic != kFrame && (magic & ~std::uint32_t{15}) != kSkippable) return MemberStart::absent;
    if (!context_) {
      context_.reset(ZSTD_createDCtx());
      if (!context_) throw std::bad_alloc();
    }
    ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_and_parameters);
    ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax, kLargestWindowLog);
    inside_ = true;
    hint_ = ZSTD_initDStream(context_.get());
    if (ZSTD_isError(hint_)) throw std::bad_alloc();
    return MemberStart::found;
  }

  // zstd takes what it asks for and not more: so an error costs the one block it stands in, and what was unpacked
  // before it is out.
  Unpacked unpack(PackedInput& in, std::span<std::uint8_t> out) override {
    Unpacked unpacked;
    while (unpacked.filled < out.size()) {
      const std::size_t wanted = std::min(hint_, kMostAsked);
      const Bytes there = in.peek(wanted);
      ZSTD_inBuffer packed{there.data(), std::min(wanted, there.size()), 0};
      ZSTD_outBuffer room{out.data(), out.size(), unpacked.filled};
      const std::size_t result = ZSTD_decompressStream(context_.get(), &room, &packed);
      if (ZSTD_isError(result)) {
        fail_with(result, in, unpacked);
        return unpacked;
      }
      const bool nothing_done = packed.pos == 0 && room.pos == unpacked.filled;
      in.consume(packed.pos);
      unpacked.filled = room.pos;
      if (result == 0) {
        inside_ = false;
        unpacked.member_ended = true;
        return unpacked;
      }
      if (nothing_done && there.size() < wanted) {
        unpacked.failure =
            Error{ErrorCode::truncated, "the end of a Zstandard frame", in.position(), {0, in.position()}};
        return unpacked;
      }
      hint_ = result;
    }
    return unpacked;
  }

  std::unique_ptr<StreamCodec> copy() const override { return inside_ ? nullptr : std::make_unique<ZstandardCodec>(); }

  std::size_t memory() const override { return sizeof *this + (context_ ? ZSTD_sizeof_DCtx(context_.get()) : 0); }

 private:
  // The sum is the last of a frame: all that it covers is out.
  void fail_with(std::size_t result, PackedInput& in, Unpacked& unpacked) {
    if (ZSTD_getErrorCode(result) != ZSTD_error_checksum_wrong) {
      unpacked.failure = zstandard_error(result, in.position());
      return;
    }
    in.consume(kSumSize);
    inside_ = false;
    unpacked.member_ended = unpacked.checksum_failed = true;
  }

  std::unique_ptr<ZSTD_DCtx, FreeContext> context_;
  std::size_t hint_ = 0;  // bytes that zstd asks for
  bool inside_ = false;
};

}  // namespace

std::unique_ptr<StreamCodec> make_zstandard_codec() { return std::make_unique<ZstandardCodec>(); }

}  // namespace exhibit::containers
