#include "decode/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>

namespace exhibit::decode {

namespace {

// windowBits as zlib wants them.
constexpr int kRaw = -MAX_WBITS;
constexpr int kZlib = MAX_WBITS;
constexpr int kGzip = MAX_WBITS + 16;

bool is_gzip(Bytes bytes) { return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b; }

/// Method 8, a window of at most 32 K, and a check sum over both bytes.
bool is_zlib(Bytes bytes) {
  return bytes.size() >= 2 && (bytes[0] & 0x0f) == 8 && bytes[0] >> 4 <= 7 && (bytes[0] << 8 | bytes[1]) % 31 == 0;
}

/// One stream of zlib's, ended when it goes out of scope.
class Stream {
 public:
  explicit Stream(int window_bits) {
    if (inflateInit2(&state_, window_bits) != Z_OK) throw std::bad_alloc();
  }
  ~Stream() { inflateEnd(&state_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  z_stream& state() { return state_; }

 private:
  z_stream state_{};
};

void damage(Inflated& out, ErrorCode code, Literal expected, std::uint64_t found, Where where) {
  out.damage = Error{code, expected, found, where};
}

/// The error for what zlib said when it did not come to the end of the stream.
void name_damage(Inflated& out, int status, const z_stream& state, Where at) {
  const std::string_view message = state.msg == nullptr ? "" : state.msg;
  if (status == Z_NEED_DICT) {
    damage(out, ErrorCode::unsupported, "a stream without a preset dictionary", state.adler, at);
  } else if (message == "incorrect data check" || message == "incorrect length check") {
    damage(out, ErrorCode::checksum, "bytes that fit the stream's checksum and length", out.bytes.size(), at);
  } else if (status == Z_DATA_ERROR) {
    damage(out, ErrorCode::malformed, "deflated bytes", out.bytes.size(), at);
  } else {
    damage(out, ErrorCode::truncated, "the end of the compressed stream", out.bytes.size(), at);
  }
}

/// Inflates one stream behind what `out` already holds.
void inflate_stream(Bytes compressed, int window_bits, std::uint64_t max_bytes, Where where, Inflated& out) {
  Stream stream(window_bits);
  z_stream& state = stream.state();
  std::array<std::uint8_t, 16384> block;
  Bytes rest = compressed;
  const auto place = [&] { return Where{where.file, where.offset + (compressed.size() - rest.size())}; };
  while (true) {
    const std::size_t given = std::min<std::size_t>(rest.size(), 1u << 30);
    state.next_in = const_cast<Bytef*>(rest.data());  // NOLINT: zlib's interface is older than const; it only reads
    state.avail_in = static_cast<uInt>(given);
    state.next_out = block.data();
    state.avail_out = static_cast<uInt>(block.size());
    const int status = inflate(&state, Z_NO_FLUSH);
    if (status == Z_MEM_ERROR) throw std::bad_alloc();
    const std::size_t taken = given - state.avail_in;
    const std::size_t made = block.size() - state.avail_out;
    rest = rest.subspan(taken);
    if (made > max_bytes - out.bytes.size()) {
      out.bytes.insert(out.bytes.end(), block.data(), block.data() + (max_bytes - out.bytes.size()));
      return damage(out, ErrorCode::limit, "a smaller value", max_bytes, place());
    }
    out.bytes.insert(out.bytes.end(), block.data(), block.data() + made);
    if (status == Z_STREAM_END) {
      out.is_complete = true;
      out.left_over = rest.size();
      return;
    }
    if (status != Z_OK || (taken == 0 && made == 0)) return name_damage(out, status, state, place());
  }
}

}  // namespace

Inflated inflate_readable(Bytes compressed, std::uint64_t max_bytes, Where where) {
  Inflated out;
  if (compressed.size() < 2) {  // too short to tell the form, and for any of them
    damage(out, ErrorCode::truncated, "a compressed stream", compressed.size(), where);
    return out;
  }
  if (!is_gzip(compressed)) {
    // A raw stream can look like zlib only if it begins with a stored block whose padding is not zero: no encoder
    // writes that.
    inflate_stream(compressed, is_zlib(compressed) ? kZlib : kRaw, max_bytes, where, out);
    return out;
  }
  // A gzip file may have several members, which are one text.
  inflate_stream(compressed, kGzip, max_bytes, where, out);
  while (out.is_complete && is_gzip(compressed.last(out.left_over))) {
    const Bytes member = compressed.last(out.left_over);
    out.is_complete = false;
    out.left_over = 0;
    inflate_stream(member, kGzip, max_bytes, {where.file, where.offset + compressed.size() - member.size()}, out);
  }
  return out;
}

Result<std::vector<std::uint8_t>> inflate_value(Bytes compressed, std::uint64_t max_bytes, Where where) {
  Inflated inflated = inflate_readable(compressed, max_bytes, where);
  if (inflated.damage) return std::unexpected(*inflated.damage);
  return std::move(inflated.bytes);
}

}  // namespace exhibit::decode
