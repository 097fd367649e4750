// A piece of a source, as a source.
#pragma once

#include "evidence/byte_source.h"

namespace exhibit::containers {

/// A read that ends before the piece does, because the whole source ends there, fails as `truncated`.
class SourceWindow final : public evidence::ByteSource {
 public:
  SourceWindow(evidence::SourcePtr whole, std::uint64_t start, std::uint64_t size)
      : whole_(std::move(whole)), start_(start), size_(size) {}

  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override;

 private:
  evidence::SourcePtr whole_;
  std::uint64_t start_, size_;
};

}  // namespace exhibit::containers
