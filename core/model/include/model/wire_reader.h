// The one reader of wire bytes: steps over the fields of one message.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace exhibit::model {

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };

struct WireField {
  std::uint32_t number = 0;
  WireType type = WireType::varint;
  std::uint64_t value = 0;  ///< varint, fixed64 or fixed32 as they stand
  Bytes bytes;              ///< WireType::bytes

  std::string_view text() const { return as_text(bytes); }
  std::int64_t integer() const { return static_cast<std::int64_t>(value); }
  std::int32_t zigzag() const { return static_cast<std::int32_t>((value >> 1) ^ (~(value & 1) + 1)); }
  double real() const;
};

/// The varint at the front of `bytes`, which are moved past it; nothing (and not moved) if there is none. Also steps
/// through a packed list.
std::optional<std::uint64_t> take_varint(Bytes& bytes);

class WireReader {
 public:
  explicit WireReader(Bytes message) : rest_(message) {}

  /// False at the end and on malformed bytes; ok() tells which.
  bool next(WireField& field);
  bool ok() const { return ok_; }

 private:
  Bytes rest_;
  bool ok_ = true;
};

/// The first field with this number.
std::optional<WireField> find_field(Bytes message, std::uint32_t number);
/// Down a path of numbers through nested messages: find_path(body, {3, 1}).
std::optional<WireField> find_path(Bytes message, std::initializer_list<std::uint32_t> numbers);

/// A Time message in full.
struct TimeValue {
  Moment moment;
  Clock clock = Clock::unknown;
  std::string_view zone_name;
  std::string_view raw;
};
/// Nothing if it has no `us` or is malformed.
std::optional<TimeValue> read_time(Bytes time);

}  // namespace exhibit::model
