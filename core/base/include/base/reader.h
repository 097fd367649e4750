// The bounded reader. It is sticky: after the first failure every read gives zeros, so a record is read whole and
// tested once. Except as a length for the Reader itself, no value is used before ok().
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit {

class Reader {
 public:
  /// `start` is where the first byte lies, so that errors name offsets of the file and not of the view.
  explicit Reader(Bytes bytes, Where start = {}) : bytes_(bytes), start_(start) {}

  std::uint8_t u8();
  std::uint16_t u16le();
  std::uint16_t u16be();
  std::uint32_t u32le();
  std::uint32_t u32be();
  std::uint64_t u64le();
  std::uint64_t u64be();
  double f64le();
  double f64be();
  /// Big-endian unsigned of 1 to 8 bytes.
  std::uint64_t uint_be(std::size_t size);
  /// Base-128 as protobuf writes it: low groups first, at most 10 bytes.
  std::uint64_t varint_le();

  Bytes bytes(std::uint64_t size);
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
  Bytes take(std::uint64_t size);

  Bytes bytes_;
  Where start_;
  std::uint64_t position_ = 0;
  bool failed_ = false;
  Error error_{ErrorCode::malformed, "", 0, {}};
};

}  // namespace exhibit
