#include "packed_stream.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "unpacker.h"

namespace exhibit::containers {
namespace {

using evidence::SourcePtr;
using UnpackerPtr = std::unique_ptr<Unpacker>;

// A point of deflate is 40 KB, of the others some hundred bytes. When all of them together hold more than this, every
// second one goes: 2 GiB of gzip have one every MiB, 1 TiB one every 512 MiB.
constexpr std::size_t kMostPointMemory = 88 << 20;
constexpr std::uint64_t kFirstInterval = 1 << 20;
constexpr std::size_t kBlock = 128 << 10;
// Inside a frame of Zstandard or a block of xz nothing can start: several readers that go forward each need their own.
constexpr std::size_t kMostIdle = 8;
constexpr std::size_t kMostIdleMemory = 256 << 20;

class PointedStream final : public PackedStream {
 public:
  explicit PointedStream(UnpackerPtr front) : front_(std::move(front)) { set_point(); }

  std::uint64_t size() const override {
    // One that cannot be read to its end has the size that was seen: whoever reads on learns why.
    (void)end().has_value();
    const std::lock_guard lock(mutex_);
    return reached_;
  }

  Result<StreamEnd> end() const override {
    const std::lock_guard passing(pass_mutex_);
    std::vector<std::uint8_t> block(front_ ? kBlock : 0);
    while (front_) {
      if (const auto count = pass(block); !count) return std::unexpected(count.error());
    }
    return end_;
  }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (out.empty()) return 0;
    if (!is_passed(offset, out.size())) {
      const auto count = read_ahead(offset, out);
      if (!count || *count != 0) return count;
    }
    return read_behind(offset, out);
  }

 private:
  bool is_passed(std::uint64_t offset, std::size_t size) const {
    const std::lock_guard lock(mutex_);
    return ended_ || (offset <= reached_ && size <= reached_ - offset);
  }

  // Takes the pass forward, and gives out what it unpacks. Nothing, where the pass is or comes to be further than that.
  Result<std::size_t> read_ahead(std::uint64_t offset, std::span<std::uint8_t> out) const {
    const std::lock_guard passing(pass_mutex_);
    const bool in_order = front_ && front_->position() <= offset;
    const std::uint64_t end = out.size() > UINT64_MAX - offset ? UINT64_MAX : offset + out.size();
    const std::uint64_t target = in_order ? offset : end;
    std::vector<std::uint8_t> block(front_ && front_->position() < target ? kBlock : 0);
    while (front_ && front_->position() < target) {
      const std::uint64_t left = target - front_->position();
      const auto count = pass(std::span(block).first(std::min<std::uint64_t>(block.size(), left)));
      if (!count) return count;
    }
    std::size_t filled = 0;
    while (in_order && front_ && filled < out.size()) {
      const auto count = pass(out.subspan(filled));
      if (!count) return count;
      filled += *count;
    }
    return filled;
  }

  Result<std::size_t> read_behind(std::uint64_t offset, std::span<std::uint8_t> out) const {
    UnpackerPtr unpacker;
    {
      const std::lock_guard lock(mutex_);
      if (offset >= reached_) {
        if (end_.damage) return std::unexpected(*end_.damage);
        return 0;
      }
      out = out.first(std::min<std::uint64_t>(out.size(), reached_ - offset));
      unpacker = take_unpacker(offset);
    }
    if (const auto skipped = unpacker->skip_to(offset); !skipped) return std::unexpected(skipped.error());
    const auto count = unpacker->read(out);
    if (!count) return count;
    if (*count != out.size())
      return fail(ErrorCode::truncated, "a packed stream as long as when it was read first", *count, {0, offset});
    give_back(std::move(unpacker));
    return count;
  }

  // One step of the pass, under its mutex. After the last one there is no front.
  Result<std::size_t> pass(std::span<std::uint8_t> out) const {
    if (next_point_ > front_->position())
      out = out.first(std::min<std::uint64_t>(out.size(), next_point_ - front_->position()));
    const auto count = front_->step(out);
    if (!count) return count;
    const std::lock_guard lock(mutex_);
    reached_ = front_->position();
    if (reached_ >= next_point_ && !front_->over()) set_point();
    if (front_->over()) {
      ended_ = true;
      end_ = front_->end();
      front_.reset();
    }
    return count;
  }

  void set_point() const {
    UnpackerPtr point = front_->copy();
    if (!point) return;
    point_memory_ += point->memory();
    points_.push_back(std::move(point));
    while (point_memory_ > kMostPointMemory && points_.size() > 2) thin_out();
    next_point_ = points_.back()->position() + interval_;
  }

  void thin_out() const {
    std::vector<UnpackerPtr> kept;
    point_memory_ = 0;
    for (std::size_t i = 0; i < points_.size(); i += 2) {
      point_memory_ += points_[i]->memory();
      kept.push_back(std::move(points_[i]));
    }
    points_ = std::move(kept);
    interval_ *= 2;
  }

  // The nearest before `offset`: a point, or where an earlier read has ended.
  UnpackerPtr take_unpacker(std::uint64_t offset) const {
    const auto at = [](const UnpackerPtr& unpacker) { return unpacker->position(); };
    const Unpacker& point = **std::prev(std::ranges::upper_bound(points_, offset, {}, at));
    auto best = idle_.end();
    for (auto idle = idle_.begin(); idle != idle_.end(); ++idle) {
      const std::uint64_t position = at(*idle);
      if (position <= offset && position >= point.position() && (best == idle_.end() || position > at(*best)))
        best = idle;
    }
    if (best == idle_.end()) return point.copy();
    UnpackerPtr taken = std::move(*best);
    idle_.erase(best);
    return taken;
  }

  void give_back(UnpackerPtr unpacker) const {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(unpacker));
    std::size_t memory = 0;
    for (const UnpackerPtr& idle : idle_) memory += idle->memory();
    while (idle_.size() > 1 && (idle_.size() > kMostIdle || memory > kMostIdleMemory)) {
      memory -= idle_.front()->memory();
      idle_.erase(idle_.begin());
    }
  }

  mutable std::mutex pass_mutex_;  // taken before mutex_
  mutable UnpackerPtr front_;      // makes the pass; none when it is over

  mutable std::mutex mutex_;
  mutable std::uint64_t reached_ = 0;  // by the pass
  mutable bool ended_ = false;
  mutable StreamEnd end_;
  mutable std::vector<UnpackerPtr> points_;  // ascending, the first at 0
  mutable std::size_t point_memory_ = 0;
  mutable std::uint64_t interval_ = kFirstInterval;
  mutable std::uint64_t next_point_ = 0;
  mutable std::vector<UnpackerPtr> idle_;  // the oldest first
};

std::unique_ptr<StreamCodec> make_codec(Packing packing) {
  switch (packing) {
    case Packing::gzip:
    case Packing::zlib:
      break;
    case Packing::zstandard:
      return make_zstandard_codec();
    case Packing::xz:
      return make_xz_codec();
    case Packing::bzip2:
      return make_bzip2_codec();
  }
  return make_deflate_codec(packing == Packing::gzip);
}

bool is_zstandard(std::string_view head) {
  constexpr std::string_view kFrame("\x28\xb5\x2f\xfd", 4);
  // pzstd puts a frame to be skipped before each frame.
  constexpr std::string_view kSkippable("\x50\x2a\x4d\x18\4\0\0\0", 8);
  if (head.starts_with(kSkippable) && head.size() >= 12) head.remove_prefix(12);
  return head.starts_with(kFrame);
}

bool is_bzip2(std::string_view head) {
  if (head.size() < 10 || !head.starts_with("BZh") || head[3] < '1' || head[3] > '9') return false;
  const std::string_view magic = head.substr(4, 6);
  return magic == "1AY&SY" || magic == "\x17\x72\x45\x38\x50\x90";
}

}  // namespace

std::optional<Packing> packing_of(Bytes head) {
  const std::string_view text = as_text(head);
  if (text.starts_with("\x1f\x8b\x08")) return Packing::gzip;
  if (is_zstandard(text)) return Packing::zstandard;
  if (text.starts_with(std::string_view("\xfd"
                                        "7zXZ\0",
                                        6)))
    return Packing::xz;
  if (is_bzip2(text)) return Packing::bzip2;
  return std::nullopt;
}

std::string_view packing_suffix(Packing packing) {
  switch (packing) {
    case Packing::gzip:
      return "gz";
    case Packing::zlib:
      return "zlib";
    case Packing::zstandard:
      return "zst";
    case Packing::xz:
      return "xz";
    case Packing::bzip2:
      return "bz2";
  }
  return "";
}

Result<std::shared_ptr<const PackedStream>> open_packed_stream(SourcePtr packed, Packing packing,
                                                               const Limits& limits) {
  PackedInput head(packed, 0);
  const auto start = make_codec(packing)->begin(head);
  if (const auto& failure = head.failure()) return std::unexpected(*failure);
  // A stream that is cut in its head is one none the less, of no bytes.
  if (!start && start.error().code != ErrorCode::truncated) return std::unexpected(start.error());
  if (start && *start == MemberStart::absent) return fail(ErrorCode::malformed, "the head of a packed stream");
  return std::make_shared<PointedStream>(std::make_unique<Unpacker>(make_codec(packing), std::move(packed), limits));
}

}  // namespace exhibit::containers
