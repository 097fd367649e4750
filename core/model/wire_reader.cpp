#include "model/wire_reader.h"

#include <bit>

namespace exhibit::model {

namespace {

bool take_fixed(Bytes& bytes, std::size_t size, std::uint64_t& value) {
  if (size > bytes.size()) return false;
  value = 0;
  for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{bytes[i]} << (8 * i);
  bytes = bytes.subspan(size);
  return true;
}

/// An enum of base/time.h; its numbers are the model's. A number that its byte cannot hold is malformed.
template <class T>
bool read_enum(const WireField& field, T& value, T absent) {
  if (field.type != WireType::varint || field.value > 0xFF) return false;
  value = field.value == 0 ? absent : static_cast<T>(field.value);
  return true;
}

bool read_time_field(const WireField& field, TimeValue& time) {
  switch (field.number) {
    case 1:
      time.moment.us = field.integer();
      return field.type == WireType::fixed64;
    case 2:
      return read_enum(field, time.moment.zone, Zone::utc);
    case 3:
      time.moment.offset_s = field.zigzag();
      return field.type == WireType::varint;
    case 4:
      time.zone_name = field.text();
      return field.type == WireType::bytes;
    case 5:
      return read_enum(field, time.moment.precision, Precision::s);
    case 6:
      return read_enum(field, time.clock, Clock::unknown);
    case 7:
      time.raw = field.text();
      return field.type == WireType::bytes;
    default:
      return true;  // of a later model
  }
}

}  // namespace

double WireField::real() const { return std::bit_cast<double>(value); }

std::optional<std::uint64_t> take_varint(Bytes& bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size() && i < 10; ++i) {
    const std::uint64_t bits = bytes[i] & 0x7F;
    if (i == 9 && bits > 1) return std::nullopt;  // more than 64 bits
    value |= bits << (7 * i);
    if (bytes[i] < 0x80) {
      bytes = bytes.subspan(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

bool WireReader::next(WireField& field) {
  // Most tags and lengths are one byte.
  const auto take = [this]() -> std::optional<std::uint64_t> {
    if (rest_.empty() || rest_.front() >= 0x80) return take_varint(rest_);
    const std::uint64_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  };
  if (!ok_ || rest_.empty()) return false;
  ok_ = false;
  const auto tag = take();
  if (!tag || *tag >> 3 == 0 || *tag > 0xFFFFFFFF) return false;
  field.number = static_cast<std::uint32_t>(*tag >> 3);
  field.type = static_cast<WireType>(*tag & 7);
  field.bytes = {};
  switch (field.type) {
    case WireType::varint:
    case WireType::bytes: {
      const auto value = take();
      if (!value) return false;
      field.value = *value;
      if (field.type == WireType::varint) return ok_ = true;
      if (field.value > rest_.size()) return false;
      field.bytes = rest_.first(static_cast<std::size_t>(field.value));
      rest_ = rest_.subspan(field.bytes.size());
      return ok_ = true;
    }
    case WireType::fixed64:
      return ok_ = take_fixed(rest_, 8, field.value);
    case WireType::fixed32:
      return ok_ = take_fixed(rest_, 4, field.value);
  }
  return false;  // groups, which the model has none of, and what is no wire type
}

std::optional<WireField> find_field(Bytes message, std::uint32_t number) {
  WireReader reader(message);
  WireField field;
  while (reader.next(field))
    if (field.number == number) return field;
  return std::nullopt;
}

std::optional<WireField> find_path(Bytes message, std::initializer_list<std::uint32_t> numbers) {
  std::optional<WireField> found;
  for (const std::uint32_t number : numbers) {
    if (found && found->type != WireType::bytes) return std::nullopt;
    found = find_field(found ? found->bytes : message, number);
    if (!found) return std::nullopt;
  }
  return found;
}

std::optional<TimeValue> read_time(Bytes time) {
  WireReader reader(time);
  WireField field;
  TimeValue value;
  bool has_us = false;
  while (reader.next(field)) {
    if (!read_time_field(field, value)) return std::nullopt;
    has_us |= field.number == 1;
  }
  if (!has_us || !reader.ok()) return std::nullopt;
  return value;
}

}  // namespace exhibit::model
