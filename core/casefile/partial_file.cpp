#include "partial_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

namespace exhibit::casefile {

namespace {

constexpr std::size_t kBlock = 1 << 20;

std::unexpected<Error> io_failure(Literal expected) {
  return fail(ErrorCode::io, expected, static_cast<std::uint64_t>(errno));
}

/// Whether the name still means the file that was opened: another process may have renamed or removed it.
bool is_still_named(int descriptor, const std::string& path) {
  struct stat opened{};
  struct stat named{};
  return fstat(descriptor, &opened) == 0 && stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

Result<void> sync_folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return io_failure("a folder of the case that can be opened");
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!synced) return io_failure("a folder of the case that can be synced");
  return {};
}

}  // namespace

Result<PartialFile> PartialFile::create(const std::string& path, bool& was_dead) {
  const std::string name = path + ".partial";
  for (;;) {
    const int descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (descriptor < 0) return io_failure("a folder in which the case can be written");
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      const auto refused = io_failure("a case that no other process writes");
      ::close(descriptor);
      return refused;
    }
    if (!is_still_named(descriptor, name)) {
      ::close(descriptor);
      continue;
    }
    struct stat found{};
    was_dead = fstat(descriptor, &found) == 0 && found.st_size > 0;
    PartialFile partial(name, descriptor);
    if (::ftruncate(descriptor, 0) != 0) return io_failure("a partial case that can be emptied");
    return partial;
  }
}

PartialFile::PartialFile(PartialFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

PartialFile& PartialFile::operator=(PartialFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

PartialFile::~PartialFile() {
  if (descriptor_ < 0) return;
  ::unlink(path_.c_str());
  ::close(descriptor_);
}

Result<void> PartialFile::copy_from(const std::string& original, const Cancel* cancel) {
  const int from = ::open(original.c_str(), O_RDONLY | O_CLOEXEC);
  if (from < 0) return io_failure("a case file that can be read");
  std::vector<char> block(kBlock);
  for (;;) {
    if (cancel != nullptr && cancel->requested()) {
      ::close(from);
      return fail(ErrorCode::cancelled, "a case copied to its end");
    }
    const ssize_t got = ::read(from, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) break;
    ssize_t put = 0;
    while (got > 0 && put < got) {
      const ssize_t wrote = ::write(descriptor_, block.data() + put, static_cast<std::size_t>(got - put));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) break;
      put += wrote;
    }
    if (got < 0 || put < got) {
      const auto refused = io_failure("room for a copy of the case");
      ::close(from);
      return refused;
    }
  }
  ::close(from);
  return {};
}

Result<void> PartialFile::sync() const {
  if (::fsync(descriptor_) != 0) return io_failure("a case that can be synced");
  return {};
}

Result<void> PartialFile::take_name(const std::string& final_path) {
  if (::rename(path_.c_str(), final_path.c_str()) != 0) return io_failure("a case that can take its name");
  ::close(std::exchange(descriptor_, -1));
  return sync_folder_of(final_path);
}

}  // namespace exhibit::casefile
