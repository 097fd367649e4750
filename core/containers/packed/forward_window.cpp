#include "forward_window.h"

#include <algorithm>

namespace exhibit::containers {
namespace {

// Small: between two heads of an archive there may be a lot that nobody wants to see.
constexpr std::size_t kPiece = 16 << 10;

}  // namespace

Result<Bytes> ForwardWindow::at(std::uint64_t position, std::size_t size) {
  if (position < start_ || position - start_ > bytes_.size()) {
    bytes_.clear();
    start_ = position;
  }
  if (bytes_.size() - (position - start_) < size) {
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(position - start_));
    start_ = position;
    if (const auto read = read_up_to(std::max(size, kPiece)); !read) return std::unexpected(read.error());
  }
  const Bytes there = Bytes(bytes_).subspan(position - start_);
  return there.first(std::min(size, there.size()));
}

// In steps, so that a size that a hostile file names takes no more memory than the file has bytes.
Result<void> ForwardWindow::read_up_to(std::size_t size) {
  while (bytes_.size() < size) {
    const std::size_t before = bytes_.size();
    bytes_.resize(std::min(size, std::max(before * 2, kPiece)));
    const auto count = source_.read_at(start_ + before, std::span(bytes_).subspan(before));
    if (!count) {
      bytes_.resize(before);
      return std::unexpected(count.error());
    }
    bytes_.resize(before + *count);
    if (*count == 0) break;
  }
  return {};
}

}  // namespace exhibit::containers
