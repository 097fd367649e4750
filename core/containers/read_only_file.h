// A file of the host, opened so that nothing about it changes.
#pragma once

#include <utility>

#include "evidence/byte_source.h"

namespace exhibit::containers {

/// A file descriptor with an owner.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

/// openat() for reading, without touching the access time where the host allows that. Not open on failure: errno.
Descriptor open_read_only(int folder, const char* name, int flags);

/// Reads with pread, never through a mapping: a file that shrinks, or a disk that is pulled out, then is an error of
/// one read and not a SIGBUS for the host program.
class ReadOnlyFile final : public evidence::ByteSource {
 public:
  ReadOnlyFile(Descriptor descriptor, std::uint64_t size) : descriptor_(std::move(descriptor)), size_(size) {}

  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override;

 private:
  Descriptor descriptor_;
  std::uint64_t size_;  // when it was opened
};

}  // namespace exhibit::containers
