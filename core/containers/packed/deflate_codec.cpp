// gzip (RFC 1952): 1f 8b, method 8, flags, time u32, extra flags, system; then, as the flags say, extra field (size
// u16le), name and comment (each to a NUL), CRC-16 of the head; deflate; CRC-32 and size modulo 2^32, u32le each.
// zlib (RFC 1950): two bytes, together a multiple of 31; deflate; Adler-32, u32be.
//
// zlib unpacks the deflate stream alone: its own checks would end a stream whose sum is wrong, and its state would
// carry the sum into every copy.
#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <new>

#include "base/reader.h"
#include "stream_codec.h"

namespace exhibit::containers {
namespace {

constexpr std::size_t kStateSize = 7 << 10;  // of zlib 1.2 and 1.3, without the window
constexpr std::size_t kWindowSize = 32 << 10;
constexpr std::size_t kLongestText = 64 << 10;  // a name or comment of a head

Error truncated(const PackedInput& in, Literal expected) {
  return {ErrorCode::truncated, expected, in.position(), {0, in.position()}};
}

class DeflateCodec final : public StreamCodec {
 public:
  explicit DeflateCodec(bool gzip) : gzip_(gzip) {
    // Negative: no head, a window of 32 KiB.
    if (inflateInit2(&stream_, -15) != Z_OK) throw std::bad_alloc();
  }

  DeflateCodec(const DeflateCodec& other) : gzip_(other.gzip_), started_(other.started_) {
    // inflateCopy does not change its source, though it takes it without const.
    if (inflateCopy(&stream_, const_cast<z_stream*>(&other.stream_)) != Z_OK) throw std::bad_alloc();
  }
  DeflateCodec& operator=(const DeflateCodec&) = delete;

  ~DeflateCodec() override { inflateEnd(&stream_); }

  Result<MemberStart> begin(PackedInput& in) override {
    const auto start = gzip_ ? begin_gzip(in) : begin_zlib(in);
    if (start && *start == MemberStart::found) {
      if (inflateReset(&stream_) != Z_OK) throw std::bad_alloc();
      started_ = summing_ = true;
      sum_ = gzip_ ? 0 : 1;
      size_ = 0;
    }
    return start;
  }

  Unpacked unpack(PackedInput& in, std::span<std::uint8_t> out) override {
    Unpacked unpacked;
    out = out.first(std::min<std::size_t>(out.size(), 1 << 30));
    while (unpacked.filled < out.size()) {
      const Bytes packed = in.peek();
      const std::size_t wanted = out.size() - unpacked.filled;
      stream_.next_in = const_cast<Bytef*>(packed.data());  // zlib reads it only
      stream_.avail_in = static_cast<uInt>(std::min<std::size_t>(packed.size(), 1 << 30));
      const uInt given = stream_.avail_in;
      stream_.next_out = out.data() + unpacked.filled;
      stream_.avail_out = static_cast<uInt>(wanted);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      in.consume(given - stream_.avail_in);
      const std::size_t filled = wanted - stream_.avail_out;
      unpacked.filled += filled;
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      if (result == Z_STREAM_END) {
        add_to_sum(out.first(unpacked.filled));
        finish(in, unpacked);
        return unpacked;
      }
      // Without input zlib may still hold the rest of a match; only when that is out as well has the stream been cut.
      if (result == Z_BUF_ERROR && filled == 0 && packed.empty()) {
        unpacked.failure = truncated(in, "the end of a deflate stream");
        break;
      }
      if (result != Z_OK && result != Z_BUF_ERROR) {
        unpacked.failure = Error{ErrorCode::malformed, "a deflate stream", in.position(), {0, in.position()}};
        break;
      }
    }
    add_to_sum(out.first(unpacked.filled));
    return unpacked;
  }

  std::unique_ptr<StreamCodec> copy() const override { return std::make_unique<DeflateCodec>(*this); }
  std::size_t memory() const override { return sizeof *this + kStateSize + kWindowSize; }

 private:
  Result<MemberStart> begin_gzip(PackedInput& in) {
    const Bytes head = in.peek(10);
    const std::string_view magic = as_text(head).substr(0, 2);
    if (magic.empty() || !std::string_view("\x1f\x8b", 2).starts_with(magic)) return MemberStart::absent;
    if (head.size() < 10) return std::unexpected(truncated(in, "the head of a gzip member"));
    const std::uint8_t method = head[2];
    const std::uint8_t flags = head[3];
    if (method != Z_DEFLATED) {
      if (started_) return MemberStart::absent;  // two bytes that are no proof
      return fail(ErrorCode::unsupported, "a gzip member that is deflated (method 8)", method, {0, in.position() + 2});
    }
    return skip_head(in, flags);
  }

  Result<MemberStart> skip_head(PackedInput& in, std::uint8_t flags) {
    constexpr std::uint8_t kHeadSum = 2, kExtra = 4, kName = 8, kComment = 16;
    const auto cut = [&in] { return std::unexpected(truncated(in, "the head of a gzip member")); };
    std::uint32_t sum = 0;
    const auto take = [&](std::size_t size) {
      sum = libdeflate_crc32(sum, in.peek(size).data(), size);
      in.consume(size);
    };
    take(10);
    if ((flags & kExtra) != 0) {
      const Bytes size = in.peek(2);
      if (size.size() < 2) return cut();
      const std::size_t extra = 2 + (size[0] | std::size_t{size[1]} << 8);
      if (in.peek(extra).size() < extra) return cut();
      take(extra);
    }
    for (const std::uint8_t text : {kName, kComment}) {
      if ((flags & text) == 0) continue;
      const std::string_view there = as_text(in.peek(kLongestText)).substr(0, kLongestText);
      const std::size_t end = there.find('\0');
      if (end == there.npos && there.size() == kLongestText)
        return fail(ErrorCode::limit, "a text of the gzip head within the limit", there.size(), {0, in.position()});
      if (end == there.npos) return cut();
      take(end + 1);
    }
    head_sum_failed_ = false;
    if ((flags & kHeadSum) != 0) {
      const Bytes told = in.peek(2);
      if (told.size() < 2) return cut();
      head_sum_failed_ = (told[0] | std::uint32_t{told[1]} << 8) != (sum & 0xffff);
      in.consume(2);
    }
    return MemberStart::found;
  }

  Result<MemberStart> begin_zlib(PackedInput& in) {
    constexpr std::uint8_t kDictionary = 0x20;
    if (started_) return MemberStart::absent;  // there is one
    const Bytes head = in.peek(2);
    if (head.size() < 2) return std::unexpected(truncated(in, "the head of a zlib stream"));
    const std::uint32_t both = std::uint32_t{head[0]} << 8 | head[1];
    if (both % 31 != 0 || (head[0] & 15) != Z_DEFLATED) return MemberStart::absent;
    if ((head[1] & kDictionary) != 0)
      return fail(ErrorCode::unsupported, "a zlib stream without dictionary", both, {0, in.position()});
    in.consume(2);
    return MemberStart::found;
  }

  void add_to_sum(Bytes bytes) {
    if (!summing_) return;
    size_ += static_cast<std::uint32_t>(bytes.size());
    sum_ = gzip_ ? libdeflate_crc32(sum_, bytes.data(), bytes.size())
                 : libdeflate_adler32(sum_, bytes.data(), bytes.size());
  }

  void finish(PackedInput& in, Unpacked& unpacked) const {
    const std::size_t size = gzip_ ? 8 : 4;
    const Bytes there = in.peek(size);
    if (there.size() < size) {
      unpacked.failure = truncated(in, "the sum at the end of a member");
      in.consume(there.size());
      return;
    }
    Reader trailer(there.first(size));
    const bool fits = gzip_ ? trailer.u32le() == sum_ && trailer.u32le() == size_ : trailer.u32be() == sum_;
    unpacked.checksum_failed = head_sum_failed_ || (summing_ && !fits);
    unpacked.member_ended = true;
    in.consume(size);
  }

  bool gzip_;
  bool started_ = false;
  bool head_sum_failed_ = false;
  bool summing_ = false;  // since the start of a member: a copy from its middle cannot
  std::uint32_t sum_ = 0;
  std::uint32_t size_ = 0;  // modulo 2^32
  z_stream stream_{};
};

}  // namespace

std::unique_ptr<StreamCodec> make_deflate_codec(bool gzip) { return std::make_unique<DeflateCodec>(gzip); }

}  // namespace exhibit::containers
