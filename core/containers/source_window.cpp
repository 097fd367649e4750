#include "source_window.h"

#include <algorithm>

namespace exhibit::containers {

Result<std::size_t> SourceWindow::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= size_) return 0;
  out = out.first(std::min<std::uint64_t>(out.size(), size_ - offset));
  const auto count = whole_->read_at(start_ + offset, out);
  if (!count) return count;
  if (*count != out.size())
    return fail(ErrorCode::truncated, "a member inside the archive", *count, {0, start_ + offset});
  return count;
}

}  // namespace exhibit::containers
