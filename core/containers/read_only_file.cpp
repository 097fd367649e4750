#include "read_only_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace exhibit::containers {

Descriptor::~Descriptor() {
  if (is_open()) close(number_);
}

Descriptor open_read_only(int folder, const char* name, int flags) {
  flags |= O_RDONLY | O_CLOEXEC;
#ifdef O_NOATIME
  // Refused (EPERM) on files of another owner.
  Descriptor quiet(openat(folder, name, flags | O_NOATIME));
  if (quiet.is_open() || errno != EPERM) return quiet;
#endif
  return Descriptor(openat(folder, name, flags));
}

Result<std::size_t> ReadOnlyFile::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  if (offset >= size_) return 0;
  const std::size_t wanted = std::min<std::uint64_t>(out.size(), size_ - offset);
  std::size_t filled = 0;
  while (filled < wanted) {
    const ssize_t count =
        pread(descriptor_.number(), out.data() + filled, wanted - filled, static_cast<off_t>(offset + filled));
    if (count > 0) {
      filled += static_cast<std::size_t>(count);
    } else if (count == 0) {
      return fail(ErrorCode::truncated, "a file as long as when it was opened", offset + filled, {0, offset + filled});
    } else if (errno != EINTR) {
      return fail(ErrorCode::io, "a readable file", static_cast<std::uint64_t>(errno), {0, offset + filled});
    }
  }
  return filled;
}

}  // namespace exhibit::containers
