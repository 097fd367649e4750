// The bytes of one file of the evidence, readable at random and never written.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit::evidence {

/// Threads may share one.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  virtual std::uint64_t size() const = 0;

  /// Fills `out` from `offset` on; gives how many bytes, fewer than asked only at the end.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const = 0;

  /// The whole content where it lies in memory anyway (mapped, or inflated): valid as long as the source.
  virtual std::optional<Bytes> view() const { return std::nullopt; }
};

using SourcePtr = std::shared_ptr<const ByteSource>;

/// The whole content: the view where there is one, else read into `buffer`.
Result<Bytes> read_all(const ByteSource& source, std::vector<std::uint8_t>& buffer);

/// A source over bytes it owns.
SourcePtr make_source(std::vector<std::uint8_t> bytes);

}  // namespace exhibit::evidence
