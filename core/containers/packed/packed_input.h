// The packed bytes of a stream, read forward in blocks.
#pragma once

#include <optional>
#include <vector>

#include "evidence/byte_source.h"

namespace exhibit::containers {

class PackedInput {
 public:
  PackedInput(evidence::SourcePtr source, std::uint64_t position) : source_(std::move(source)), position_(position) {}

  /// What comes next: at least `wanted` bytes, fewer only at the end or where the source cannot be read (failure());
  /// valid until the next call.
  Bytes peek(std::size_t wanted = 1);
  void consume(std::size_t size);
  void seek(std::uint64_t position);

  std::uint64_t position() const { return position_; }
  const std::optional<Error>& failure() const { return failure_; }
  const evidence::SourcePtr& source() const { return source_; }

 private:
  evidence::SourcePtr source_;
  std::uint64_t position_;  // of the first byte that is not consumed
  std::vector<std::uint8_t> buffer_;
  std::size_t begin_ = 0, end_ = 0;  // what of the buffer is not consumed
  std::optional<Error> failure_;
};

}  // namespace exhibit::containers
