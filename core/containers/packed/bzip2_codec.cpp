// bzip2: streams of "BZh", the level '1' to '9', then, at any bit, blocks (magic 48 bits, CRC-32, ...) and an end
// (magic 48 bits, the CRC-32s of all blocks combined), filled up to a byte.
//
// A block can be unpacked alone, but libbz2 unpacks streams only: so each block is given to it as a stream of its own,
// with the bits shifted to where a byte begins. Where a block ends is only seen from the magic that follows.
// Source: libbz2 1.0.8, and the format as its decoder reads it.
#include <bzlib.h>

#include <algorithm>
#include <bit>
#include <new>
#include <string_view>

#include "stream_codec.h"

namespace exhibit::containers {
namespace {

constexpr std::uint64_t kBlockMagic = 0x314159265359;
constexpr std::uint64_t kEndMagic = 0x177245385090;
constexpr std::uint64_t kMagicMask = (1ull << 48) - 1;
constexpr std::uint64_t kMagicBits = 48;
constexpr std::uint64_t kHeadBits = kMagicBits + 32;
// 900,000 symbols of at most 20 bits, and tables.
constexpr std::size_t kLargestBlock = 3 << 20;
constexpr std::size_t kFirstLook = 256 << 10;
// The bits of a magic may stand inside a block by accident (once in 10^14) or by malice.
constexpr int kMostTries = 4;

std::uint64_t bits_at(Bytes bytes, std::uint64_t bit, int count) {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i, ++bit) value = value << 1 | (std::uint64_t{bytes[bit / 8]} >> (7 - bit % 8) & 1);
  return value;
}

// The first magic that starts at bit `from` or later; none if the bytes hold none.
std::optional<std::uint64_t> find_magic(Bytes bytes, std::uint64_t from) {
  std::uint64_t window = 0;
  for (std::size_t i = from / 8; i < bytes.size(); ++i) {
    window = window << 8 | bytes[i];
    for (int spare = 7; spare >= 0; --spare) {
      const std::uint64_t candidate = window >> spare & kMagicMask;
      if (candidate != kBlockMagic && candidate != kEndMagic) continue;
      const std::uint64_t end = (i + 1) * 8 - static_cast<std::uint64_t>(spare);
      if (end >= from + kMagicBits) return end - kMagicBits;
    }
  }
  return std::nullopt;
}

class BitWriter {
 public:
  explicit BitWriter(std::vector<std::uint8_t>& out) : out_(out) {}

  void put(std::uint64_t value, int count) {
    for (int i = count; i > 0;) {
      const int taken = std::min(i, 8 - used_);
      i -= taken;
      pending_ = pending_ << taken | (static_cast<unsigned>(value >> i) & ((1u << taken) - 1));
      used_ += taken;
      if (used_ == 8) flush();
    }
  }
  void fill_up() {
    if (used_ != 0) put(0, 8 - used_);
  }

 private:
  void flush() {
    out_.push_back(static_cast<std::uint8_t>(pending_));
    pending_ = 0;
    used_ = 0;
  }

  std::vector<std::uint8_t>& out_;
  unsigned pending_ = 0;
  int used_ = 0;
};

class Bzip2Codec final : public StreamCodec {
 public:
  Bzip2Codec() = default;
  ~Bzip2Codec() override { close(); }
  Bzip2Codec(const Bzip2Codec&) = delete;
  Bzip2Codec& operator=(const Bzip2Codec&) = delete;

  Result<MemberStart> begin(PackedInput& in) override {
    const Bytes head = in.peek(4);
    const std::string_view magic = as_text(head).substr(0, 3);
    if (magic.empty() || !std::string_view("BZh").starts_with(magic)) return MemberStart::absent;
    if (head.size() < 4)
      return fail(ErrorCode::truncated, "the head of a bzip2 stream", head.size(), {0, in.position()});
    if (head[3] < '1' || head[3] > '9') return MemberStart::absent;
    level_ = head[3];
    in.consume(4);
    shift_ = 0;
    sum_ = 0;
    summing_ = true;
    return MemberStart::found;
  }

  Unpacked unpack(PackedInput& in, std::span<std::uint8_t> out) override {
    Unpacked unpacked;
    if (!open_) {
      const Bytes there = in.peek(kHeadBits / 8 + 1);
      const std::uint64_t bits = there.size() * 8;
      if (bits < shift_ + kHeadBits) {
        unpacked.failure = Error{ErrorCode::truncated, "a block of a bzip2 stream", there.size(), {0, in.position()}};
        return unpacked;
      }
      const std::uint64_t magic = bits_at(there, shift_, kMagicBits);
      const auto sum = static_cast<std::uint32_t>(bits_at(there, shift_ + kMagicBits, 32));
      if (magic == kEndMagic) {
        end_stream(in, sum, unpacked);
        return unpacked;
      }
      if (magic != kBlockMagic) {
        unpacked.failure = Error{ErrorCode::malformed, "a block of a bzip2 stream", magic, {0, in.position()}};
        return unpacked;
      }
      tries_ = 0;
      block_sum_ = sum;
      block_bits_ = kHeadBits;
      if (const auto found = find_block(in); !found) {
        unpacked.failure = found.error();
        return unpacked;
      }
    }
    unpack_block(in, out, unpacked);
    return unpacked;
  }

  std::unique_ptr<StreamCodec> copy() const override {
    if (open_) return nullptr;
    auto copy = std::make_unique<Bzip2Codec>();
    copy->level_ = level_;
    copy->shift_ = shift_;
    return copy;
  }

  std::size_t memory() const override {
    constexpr std::size_t kPerLevel = 400'000;  // libbz2: 4 bytes for each byte of a block
    return sizeof *this + block_.capacity() + (open_ ? (level_ - std::size_t{'0'}) * kPerLevel : 0);
  }

 private:
  void end_stream(PackedInput& in, std::uint32_t sum, Unpacked& unpacked) {
    in.consume((shift_ + kHeadBits + 7) / 8);
    unpacked.member_ended = true;
    unpacked.checksum_failed = summing_ && sum != sum_;
  }

  // Extends the block to the next magic, and makes a stream of it.
  Result<void> find_block(PackedInput& in) {
    const std::uint64_t from = shift_ + block_bits_;
    std::optional<std::uint64_t> end;
    Bytes there;
    for (std::size_t wanted = kFirstLook; !end; wanted *= 2) {
      there = in.peek(std::min(wanted, kLargestBlock));
      end = find_magic(there, from);
      if (!end && there.size() < std::min(wanted, kLargestBlock))
        return fail(ErrorCode::truncated, "the end of a bzip2 block", there.size(), {0, in.position()});
      if (!end && wanted >= kLargestBlock)
        return fail(ErrorCode::malformed, "the end of a bzip2 block", there.size(), {0, in.position()});
    }
    block_bits_ = *end - shift_;
    make_stream(there, *end);
    return {};
  }

  void make_stream(Bytes there, std::uint64_t end) {
    close();
    block_.assign({'B', 'Z', 'h', level_});
    BitWriter writer(block_);
    std::uint64_t bit = shift_;
    for (; bit < end && bit % 8 != 0; ++bit) writer.put(bits_at(there, bit, 1), 1);
    for (; bit + 8 <= end; bit += 8) writer.put(there[bit / 8], 8);
    for (; bit < end; ++bit) writer.put(bits_at(there, bit, 1), 1);
    writer.put(kEndMagic, kMagicBits);
    writer.put(block_sum_, 32);  // of one block, the combined sum is its own
    writer.fill_up();
    stream_ = {};
    if (BZ2_bzDecompressInit(&stream_, 0, 0) != BZ_OK) throw std::bad_alloc();
    open_ = true;
    any_out_ = false;
    stream_.next_in = reinterpret_cast<char*>(block_.data());
    stream_.avail_in = static_cast<unsigned>(block_.size());
  }

  void unpack_block(PackedInput& in, std::span<std::uint8_t> out, Unpacked& unpacked) {
    out = out.first(std::min<std::size_t>(out.size(), 1 << 30));
    while (unpacked.filled < out.size()) {
      const std::size_t wanted = out.size() - unpacked.filled;
      stream_.next_out = reinterpret_cast<char*>(out.data() + unpacked.filled);
      stream_.avail_out = static_cast<unsigned>(wanted);
      const int result = BZ2_bzDecompress(&stream_);
      const std::size_t filled = wanted - stream_.avail_out;
      unpacked.filled += filled;
      any_out_ = any_out_ || filled != 0;
      if (result == BZ_MEM_ERROR) throw std::bad_alloc();
      if (result == BZ_OK && (filled != 0 || stream_.avail_in != 0)) continue;
      if (result == BZ_STREAM_END || any_out_) {
        // libbz2 looks at the sum of a block when all of it is out.
        unpacked.checksum_failed = result != BZ_STREAM_END;
        end_block(in);
        return;
      }
      if (++tries_ == kMostTries || !find_block(in)) {
        unpacked.failure = Error{
            ErrorCode::malformed, "a block of a bzip2 stream", static_cast<std::uint64_t>(-result), {0, in.position()}};
        close();
        return;
      }
    }
  }

  void end_block(PackedInput& in) {
    close();
    sum_ = std::rotl(sum_, 1) ^ block_sum_;
    in.consume((shift_ + block_bits_) / 8);
    shift_ = (shift_ + block_bits_) % 8;
  }

  void close() {
    if (open_) BZ2_bzDecompressEnd(&stream_);
    open_ = false;
  }

  std::uint8_t level_ = '9';
  std::uint64_t shift_ = 0;       // bits of the input's next byte that belong to what came before
  std::uint64_t block_bits_ = 0;  // of the block that is being unpacked
  std::uint32_t block_sum_ = 0, sum_ = 0;
  bool summing_ = false;  // since the start of a stream
  bool open_ = false;     // stream_ is a block
  bool any_out_ = false;
  int tries_ = 0;
  std::vector<std::uint8_t> block_;
  bz_stream stream_{};
};

}  // namespace

std::unique_ptr<StreamCodec> make_bzip2_codec() { return std::make_unique<Bzip2Codec>(); }

}  // namespace exhibit::containers
