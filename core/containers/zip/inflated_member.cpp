#include "inflated_member.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

namespace exhibit::containers {
namespace {

// A checkpoint is a copy of zlib's state, about 40 KB: 4 % of the member. Above 2 GiB they are wider apart, so that all
// of them need no more than 80 MB.
constexpr std::uint64_t kInterval = 1 << 20;
constexpr std::uint64_t kMostCheckpoints = 2048;
constexpr std::size_t kPackedBlock = 1 << 16;
constexpr std::size_t kUnpackedBlock = 1 << 18;
constexpr std::size_t kMostIdle = 4;

}  // namespace

class InflatedMember::Inflater {
 public:
  explicit Inflater(const InflatedMember& member) : member_(member) {
    // Negative: no zlib header, a window of 32 KiB.
    if (inflateInit2(&stream_, -15) != Z_OK) throw std::bad_alloc();
  }

  ~Inflater() { inflateEnd(&stream_); }

  Inflater(const Inflater& other)
      : member_(other.member_),
        read_(other.read_ - other.stream_.avail_in),
        position_(other.position_),
        ended_(other.ended_) {
    // inflateCopy does not change its source, though it takes it without const.
    if (inflateCopy(&stream_, const_cast<z_stream*>(&other.stream_)) != Z_OK) throw std::bad_alloc();
    stream_.avail_in = 0;
  }
  Inflater& operator=(const Inflater&) = delete;

  std::uint64_t position() const { return position_; }
  bool ended() const { return ended_; }

  /// Fills `out`; fewer bytes only where the stream ends.
  Result<std::size_t> read(std::span<std::uint8_t> out) {
    std::size_t filled = 0;
    while (filled < out.size() && !ended_) {
      if (stream_.avail_in == 0 && read_ < member_.packed_) {
        if (const auto refilled = refill(); !refilled) return std::unexpected(refilled.error());
      }
      const std::size_t wanted = std::min<std::size_t>(out.size() - filled, 1 << 30);
      stream_.next_out = out.data() + filled;
      stream_.avail_out = static_cast<uInt>(wanted);
      const int result = inflate(&stream_, Z_NO_FLUSH);
      filled += wanted - stream_.avail_out;
      ended_ = result == Z_STREAM_END;
      if (result == Z_MEM_ERROR) throw std::bad_alloc();
      // Without input zlib may still hold the rest of a match; only when that is out as well has the stream been cut.
      if (result == Z_BUF_ERROR && stream_.avail_out == wanted && stream_.avail_in == 0 && read_ == member_.packed_)
        return fail(ErrorCode::truncated, "the end of a deflate stream", read_, where());
      if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
        return fail(ErrorCode::malformed, "a deflate stream", static_cast<std::uint64_t>(-result), where());
    }
    position_ += filled;
    return filled;
  }

  /// Unpacks up to `position` and forgets the bytes.
  Result<void> skip_to(std::uint64_t position) {
    std::vector<std::uint8_t> block(std::min<std::uint64_t>(kUnpackedBlock, position - position_));
    while (position_ < position) {
      const auto count = read(std::span(block).first(std::min<std::uint64_t>(block.size(), position - position_)));
      if (!count) return std::unexpected(count.error());
      if (*count == 0) return fail(ErrorCode::truncated, "a member as long as the directory says", position_, where());
    }
    return {};
  }

  Where where() const { return {0, member_.start_ + read_ - stream_.avail_in}; }

 private:
  Result<void> refill() {
    if (packed_.empty()) packed_.resize(kPackedBlock);
    const std::uint64_t wanted = std::min<std::uint64_t>(packed_.size(), member_.packed_ - read_);
    const auto count = member_.archive_->read_at(member_.start_ + read_, std::span(packed_).first(wanted));
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return fail(ErrorCode::truncated, "a member inside the archive", read_, where());
    read_ += *count;
    stream_.next_in = packed_.data();
    stream_.avail_in = static_cast<uInt>(*count);
    return {};
  }

  const InflatedMember& member_;
  z_stream stream_{};
  std::vector<std::uint8_t> packed_;
  std::uint64_t read_ = 0;      // packed bytes read, those in the buffer included
  std::uint64_t position_ = 0;  // unpacked bytes given out
  bool ended_ = false;
};

InflatedMember::InflatedMember(evidence::SourcePtr archive, std::uint64_t start, std::uint64_t packed,
                               std::uint64_t unpacked, std::uint32_t crc)
    : archive_(std::move(archive)),
      start_(start),
      packed_(packed),
      unpacked_(unpacked),
      crc_(crc),
      interval_(std::max(kInterval, unpacked / kMostCheckpoints)) {}

InflatedMember::~InflatedMember() = default;

Result<void> InflatedMember::make_checkpoints() const {
  const std::lock_guard lock(pass_mutex_);
  if (!passed_) {
    if (const auto done = pass(); !done) {
      failure_ = done.error();
      checkpoints_.clear();
    }
    passed_ = true;
  }
  if (failure_) return std::unexpected(*failure_);
  return {};
}

Result<void> InflatedMember::pass() const {
  Inflater inflater(*this);
  std::vector<std::uint8_t> block(kUnpackedBlock);
  std::uint32_t crc = 0;
  while (inflater.position() < unpacked_) {
    const std::uint64_t next = checkpoints_.size() * interval_;
    if (inflater.position() == next) {
      checkpoints_.push_back(std::make_unique<Inflater>(inflater));
      continue;
    }
    const std::uint64_t wanted =
        std::min({std::uint64_t{block.size()}, next - inflater.position(), unpacked_ - inflater.position()});
    const auto count = inflater.read(std::span(block).first(wanted));
    if (!count) return std::unexpected(count.error());
    if (*count == 0)
      return fail(ErrorCode::truncated, "a member as long as the directory says", inflater.position(),
                  inflater.where());
    crc = libdeflate_crc32(crc, block.data(), *count);
  }
  const auto more = inflater.read(std::span(block).first(1));
  if (!more) return std::unexpected(more.error());
  if (*more != 0)
    return fail(ErrorCode::malformed, "a member no longer than the directory says", unpacked_, inflater.where());
  if (crc != crc_) return fail(ErrorCode::checksum, "the CRC-32 of the member", crc, {0, start_});
  return {};
}

InflatedMember::InflaterPtr InflatedMember::take_inflater(std::uint64_t offset) const {
  const std::uint64_t checkpoint = offset / interval_;
  {
    // One that an earlier read has left nearer than the checkpoint: reading on costs nothing twice.
    const std::lock_guard lock(idle_mutex_);
    const auto usable = [&](const InflaterPtr& inflater) {
      return inflater->position() <= offset && inflater->position() >= checkpoint * interval_;
    };
    if (const auto found = std::ranges::find_if(idle_, usable); found != idle_.end()) {
      InflaterPtr taken = std::move(*found);
      idle_.erase(found);
      return taken;
    }
  }
  return std::make_unique<Inflater>(*checkpoints_[checkpoint]);
}

void InflatedMember::give_back(InflaterPtr inflater) const {
  const std::lock_guard lock(idle_mutex_);
  if (idle_.size() == kMostIdle) idle_.erase(idle_.begin());
  idle_.push_back(std::move(inflater));
}

Result<std::size_t> InflatedMember::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= unpacked_ || out.empty()) return 0;
  if (const auto made = make_checkpoints(); !made) return std::unexpected(made.error());
  out = out.first(std::min<std::uint64_t>(out.size(), unpacked_ - offset));
  InflaterPtr inflater = take_inflater(offset);
  if (const auto skipped = inflater->skip_to(offset); !skipped) return std::unexpected(skipped.error());
  const auto count = inflater->read(out);
  if (count) give_back(std::move(inflater));
  return count;
}

}  // namespace exhibit::containers
