#include "base/reader.h"

#include <algorithm>

namespace exhibit {

namespace {

std::uint64_t load_be(Bytes bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

}  // namespace

std::uint64_t Reader::uint_be(std::size_t size) {
  if (size == 0 || size > 8) {
    fail_at(ErrorCode::malformed, "an integer of 1 to 8 bytes", size, where());
    return 0;
  }
  return load_be(take(size));
}

std::uint64_t Reader::varint_le() {
  const Where start = where();
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint8_t byte = u8();
    if (failed_) return 0;
    if (shift == 63 && byte > 1) break;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  fail_at(ErrorCode::malformed, "a varint of at most 64 bits", 0, start);
  return 0;
}

void Reader::magic(Literal expected) {
  const Where start = where();
  const Bytes found = take(expected.view().size());
  if (failed_ || as_text(found) == expected.view()) return;
  fail_at(ErrorCode::malformed, expected, load_be(found.first(std::min<std::size_t>(found.size(), 8))), start);
}

void Reader::seek(std::uint64_t position) {
  if (failed_) return;
  if (position > bytes_.size()) {
    fail_at(ErrorCode::truncated, "an offset inside the bytes", position, where());
    return;
  }
  position_ = position;
}

void Reader::fail_at(ErrorCode code, Literal expected, std::uint64_t found, Where where) {
  if (failed_) return;
  failed_ = true;
  error_ = Error{code, expected, found, where};
}

}  // namespace exhibit
