// The bytes of a source from a position on, read in pieces and never twice: a packed stream is slow to go back.
#pragma once

#include <vector>

#include "evidence/byte_source.h"

namespace exhibit::containers {

class ForwardWindow {
 public:
  explicit ForwardWindow(const evidence::ByteSource& source) : source_(source) {}

  /// `size` bytes from `position` on, fewer only where the source ends; valid until the next call. Going back is
  /// allowed, and costs what the source makes it cost.
  Result<Bytes> at(std::uint64_t position, std::size_t size);

 private:
  Result<void> read_up_to(std::size_t size);

  const evidence::ByteSource& source_;
  std::vector<std::uint8_t> bytes_;
  std::uint64_t start_ = 0;
};

}  // namespace exhibit::containers
