#include "base/reader.h"

#include <algorithm>
#include <bit>

namespace exhibit {

namespace {

std::uint64_t load_be(Bytes bytes) {
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = value << 8 | byte;
  return value;
}

std::uint64_t load_le(Bytes bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | bytes[i - 1];
  return value;
}

}  // namespace

Bytes Reader::take(std::uint64_t size) {
  if (failed_) return {};
  if (size > bytes_.size() - position_) {
    fail_at(ErrorCode::truncated, "more bytes than are left", remaining(), where());
    return {};
  }
  const Bytes taken = bytes_.subspan(position_, size);
  position_ += size;
  return taken;
}

std::uint8_t Reader::u8() { return static_cast<std::uint8_t>(load_be(take(1))); }
std::uint16_t Reader::u16le() { return static_cast<std::uint16_t>(load_le(take(2))); }
std::uint16_t Reader::u16be() { return static_cast<std::uint16_t>(load_be(take(2))); }
std::uint32_t Reader::u32le() { return static_cast<std::uint32_t>(load_le(take(4))); }
std::uint32_t Reader::u32be() { return static_cast<std::uint32_t>(load_be(take(4))); }
std::uint64_t Reader::u64le() { return load_le(take(8)); }
std::uint64_t Reader::u64be() { return load_be(take(8)); }
double Reader::f64le() { return std::bit_cast<double>(u64le()); }
double Reader::f64be() { return std::bit_cast<double>(u64be()); }

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

Bytes Reader::bytes(std::uint64_t size) { return take(size); }

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
