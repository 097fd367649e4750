#include "packed_input.h"

#include <algorithm>

namespace exhibit::containers {
namespace {

constexpr std::size_t kBlock = 128 << 10;

}  // namespace

Bytes PackedInput::peek(std::size_t wanted) {
  if (end_ - begin_ < wanted) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_),
              buffer_.begin() + static_cast<std::ptrdiff_t>(end_), buffer_.begin());
    end_ -= begin_;
    begin_ = 0;
    buffer_.resize(std::max({wanted, kBlock, buffer_.size()}));
  }
  while (end_ - begin_ < wanted && !failure_) {
    const auto count = source_->read_at(position_ + end_, std::span(buffer_).subspan(end_));
    if (!count) failure_ = count.error();
    if (!count || *count == 0) break;
    end_ += *count;
  }
  return Bytes(buffer_).subspan(begin_, end_ - begin_);
}

void PackedInput::consume(std::size_t size) {
  begin_ += size;
  position_ += size;
}

void PackedInput::seek(std::uint64_t position) {
  begin_ = end_ = 0;
  position_ = position;
}

}  // namespace exhibit::containers
