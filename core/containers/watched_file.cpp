#include "watched_file.h"

namespace exhibit::containers {

Result<std::size_t> WatchedFile::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (is_watched_.load(std::memory_order_relaxed)) {
    const auto now = std::chrono::steady_clock::now();
    if (progress_ && now - told_ >= std::chrono::milliseconds(100)) {
      told_ = now;
      progress_(offset, file_->size());
    }
    if (cancel_ != nullptr && cancel_->requested()) return fail(ErrorCode::cancelled, "an opening to its end", offset);
  }
  return file_->read_at(offset, out);
}

}  // namespace exhibit::containers
