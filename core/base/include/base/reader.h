// The bounded reader. It is sticky: after the first failure every read gives zeros, so a record is read whole and
// tested once. Except as a length for the Reader itself, no value is used before ok().
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit {

class Reader {
 public:
  /// `start` is where the first byte lies, so that errors name offsets of the file and not of the view.
  explicit Reader(Bytes bytes, Where start = {}) : bytes_(bytes), start_(start) {}

  std::uint8_t u8() { return little<std::uint8_t>(); }
  std::uint16_t u16le() { return little<std::uint16_t>(); }
  std::uint16_t u16be() { return big<std::uint16_t>(); }
  std::uint32_t u32le() { return little<std::uint32_t>(); }
  std::uint32_t u32be() { return big<std::uint32_t>(); }
  std::uint64_t u64le() { return little<std::uint64_t>(); }
  std::uint64_t u64be() { return big<std::uint64_t>(); }
  double f64le() { return std::bit_cast<double>(u64le()); }
  double f64be() { return std::bit_cast<double>(u64be()); }
  /// Big-endian unsigned of 1 to 8 bytes.
  std::uint64_t uint_be(std::size_t size);
  /// Base-128 as protobuf writes it: low groups first, at most 10 bytes.
  std::uint64_t varint_le();

  Bytes bytes(std::uint64_t size) { return take(size); }
  std::string_view text(std::uint64_t size) { return as_text(bytes(size)); }
  void skip(std::uint64_t size) { (void)bytes(size); }
  /// Fails unless the next bytes are these.
  void magic(Literal expected);
  void seek(std::uint64_t position);

  /// Makes the reader fail for a reason of the caller's; the first failure stays.
  void fail_at(ErrorCode code, Literal expected, std::uint64_t found, Where where);

  bool ok() const { return !failed_; }
  const Error& error() const { return error_; }

  std::uint64_t position() const { return position_; }
  std::uint64_t remaining() const { return bytes_.size() - position_; }
  bool at_end() const { return remaining() == 0; }
  /// Where the next byte lies in the file.
  Where where() const { return {start_.file, start_.offset + position_}; }

 private:
  // In the header, since directories of half a million records are read field by field.
  Bytes take(std::uint64_t size) {
    if (failed_ || size > bytes_.size() - position_) {
      fail_at(ErrorCode::truncated, "more bytes than are left", remaining(), where());
      return {};
    }
    const Bytes taken = bytes_.subspan(position_, size);
    position_ += size;
    return taken;
  }

  template <class Integer>
  Integer little() {
    return read<Integer, std::endian::little>();
  }
  template <class Integer>
  Integer big() {
    return read<Integer, std::endian::big>();
  }
  template <class Integer, std::endian order>
  Integer read() {
    Integer value = 0;
    if (const Bytes taken = take(sizeof value); !taken.empty()) std::memcpy(&value, taken.data(), sizeof value);
    if constexpr (order != std::endian::native) value = std::byteswap(value);
    return value;
  }

  Bytes bytes_;
  Where start_;
  std::uint64_t position_ = 0;
  bool failed_ = false;
  Error error_{ErrorCode::malformed, "", 0, {}};
};

}  // namespace exhibit
