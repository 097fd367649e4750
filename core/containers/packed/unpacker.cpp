#include "unpacker.h"

#include <algorithm>
#include <vector>

namespace exhibit::containers {
namespace {

constexpr std::size_t kSkipped = 128 << 10;

}  // namespace

Result<std::size_t> Unpacker::step(std::span<std::uint8_t> out) {
  if (over_ || out.empty()) return 0;
  if (!in_member_) {
    if (const auto begun = next_member(); !begun) return std::unexpected(begun.error());
    return 0;
  }
  const Unpacked unpacked = codec_->unpack(input_, out);
  position_ += unpacked.filled;
  end_.checksum_failed = end_.checksum_failed || unpacked.checksum_failed;
  in_member_ = !unpacked.member_ended;
  if (const auto& failure = input_.failure(); failure && unpacked.failure) {
    if (unpacked.filled == 0) return std::unexpected(*failure);  // else the next step finds the same
  } else if (unpacked.failure) {
    stop(*unpacked.failure);
  } else if (is_beyond_ratio()) {
    stop({ErrorCode::limit, "an unpacked size in proportion to the packed", position_, {0, input_.position()}});
  }
  return unpacked.filled;
}

Result<void> Unpacker::next_member() {
  const auto start = codec_->begin(input_);
  if (const auto& failure = input_.failure()) return std::unexpected(*failure);
  if (!start) {
    stop(start.error());
  } else if (*start == MemberStart::found) {
    in_member_ = any_member_ = true;
  } else if (!any_member_) {
    stop({ErrorCode::malformed, "the head of a packed stream", 0, {0, input_.position()}});
  } else {
    over_ = true;
    const std::uint64_t size = input_.source()->size();
    end_.trailing_bytes = size - std::min(size, input_.position());
  }
  return {};
}

void Unpacker::stop(const Error& why) {
  over_ = true;
  if (why.code == ErrorCode::truncated) {
    end_.is_cut = true;
  } else {
    end_.damage = why;
  }
}

bool Unpacker::is_beyond_ratio() const {
  return position_ >= limits_.member_ratio_from && position_ / limits_.member_ratio > input_.position();
}

Result<std::size_t> Unpacker::read(std::span<std::uint8_t> out) {
  std::size_t filled = 0;
  while (filled < out.size() && !over_) {
    const auto count = step(out.subspan(filled));
    if (!count) return count;
    filled += *count;
  }
  return filled;
}

Result<void> Unpacker::skip_to(std::uint64_t position) {
  if (position_ >= position) return {};
  std::vector<std::uint8_t> block(std::min<std::uint64_t>(kSkipped, position - position_));
  while (position_ < position && !over_) {
    const auto count = step(std::span(block).first(std::min<std::uint64_t>(block.size(), position - position_)));
    if (!count) return std::unexpected(count.error());
  }
  return {};
}

std::unique_ptr<Unpacker> Unpacker::copy() const {
  auto codec = codec_->copy();
  if (!codec) return nullptr;
  auto copy = std::make_unique<Unpacker>(std::move(codec), input_.source(), limits_);
  copy->input_.seek(input_.position());
  copy->position_ = position_;
  copy->in_member_ = in_member_;
  copy->any_member_ = any_member_;
  return copy;
}

}  // namespace exhibit::containers
