#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "casefile/export.h"

namespace exhibit::casefile {

namespace {

constexpr std::size_t kBuffer = 1 << 18;

std::unexpected<Error> io_failure(Literal expected) {
  return fail(ErrorCode::io, expected, static_cast<std::uint64_t>(errno));
}

}  // namespace

Result<FileOutput> FileOutput::create(std::string path) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) == 0) return fail(ErrorCode::io, "a path that does not exist yet", EEXIST);
  const int descriptor =
      ::open((path + ".partial").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (descriptor < 0) return io_failure("a folder in which the file can be written");
  return FileOutput(std::move(path), descriptor);
}

FileOutput::FileOutput(FileOutput&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)) {}

FileOutput::~FileOutput() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink((path_ + ".partial").c_str());
}

Result<void> FileOutput::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty()) {
    const ssize_t wrote = ::write(descriptor_, rest.data(), rest.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return io_failure("room for the file");
    rest.remove_prefix(static_cast<std::size_t>(wrote));
  }
  buffer_.clear();
  return {};
}

Result<void> FileOutput::write(std::string_view bytes) {
  buffer_ += bytes;
  return buffer_.size() < kBuffer ? Result<void>{} : flush();
}

Result<void> FileOutput::commit() {
  if (auto flushed = flush(); !flushed) return flushed;
  if (::fsync(descriptor_) != 0) return io_failure("a file that can be synced");
  ::close(std::exchange(descriptor_, -1));
  struct stat found{};
  if (::lstat(path_.c_str(), &found) == 0) {
    ::unlink((path_ + ".partial").c_str());
    return fail(ErrorCode::io, "a path that does not exist yet", EEXIST);
  }
  if (::rename((path_ + ".partial").c_str(), path_.c_str()) != 0) return io_failure("a file that can take its name");
  return {};
}

}  // namespace exhibit::casefile
