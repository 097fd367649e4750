#include "evidence/byte_source.h"

#include <algorithm>
#include <utility>

namespace exhibit::evidence {
namespace {

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  std::uint64_t size() const override { return bytes_.size(); }

  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= bytes_.size()) return 0;
    const std::size_t count = std::min<std::size_t>(out.size(), bytes_.size() - offset);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
    return count;
  }

  std::optional<Bytes> view() const override { return Bytes(bytes_); }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

Result<Bytes> read_all(const ByteSource& source, std::vector<std::uint8_t>& buffer) {
  if (const auto view = source.view()) return *view;
  buffer.resize(source.size());
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const auto count = source.read_at(filled, std::span(buffer).subspan(filled));
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return fail(ErrorCode::truncated, "as many bytes as the source's size", filled, {0, filled});
    filled += *count;
  }
  return Bytes(buffer);
}

SourcePtr make_source(std::vector<std::uint8_t> bytes) { return std::make_shared<MemorySource>(std::move(bytes)); }

}  // namespace exhibit::evidence
