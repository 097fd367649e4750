#include "stored_member.h"

#include <libdeflate.h>

#include <algorithm>

namespace exhibit::containers {

Result<std::size_t> StoredMember::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= size_) return 0;
  out = out.first(std::min<std::uint64_t>(out.size(), size_ - offset));
  const auto count = archive_->read_at(start_ + offset, out);
  if (!count) return count;
  if (*count != out.size())
    return fail(ErrorCode::truncated, "a member inside the archive", *count, {0, start_ + offset});
  if (!add_to_sum(offset, out)) return fail(ErrorCode::checksum, "the CRC-32 of the member", sum_, {0, start_});
  return count;
}

bool StoredMember::add_to_sum(std::uint64_t offset, Bytes bytes) const {
  const std::lock_guard lock(mutex_);
  if (offset == 0) summed_ = sum_ = 0;
  if (offset != summed_) return true;
  sum_ = libdeflate_crc32(sum_, bytes.data(), bytes.size());
  summed_ += bytes.size();
  return summed_ != size_ || sum_ == crc_;
}

}  // namespace exhibit::containers
