#include "time_subtype.h"

#include <charconv>

#include "function_call.h"

namespace exhibit::sqlite {

namespace {

constexpr unsigned kFormBits = 0xe0;

unsigned subtype_of(unsigned form, const Moment& moment) {
  return form | (static_cast<unsigned>(moment.zone) - 1) << 3 | (static_cast<unsigned>(moment.precision) - 1);
}

void read_subtype(unsigned subtype, Moment& moment) {
  moment.zone = static_cast<Zone>((subtype >> 3 & 3) + 1);
  moment.precision = static_cast<Precision>((subtype & 7) + 1);
}

/// Digits up to '|', which is stepped over.
template <class T>
void take_number(std::string_view& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  text.remove_prefix(error == std::errc{} ? static_cast<std::size_t>(end - text.data()) + 1 : text.size());
}

/// Of give_time(): no other writes texts of this subtype.
Value text_time(std::string_view text, unsigned subtype) {
  Value value;
  value.type = ValueType::time;
  read_subtype(subtype, value.moment);
  take_number(text, value.moment.us);
  take_number(text, value.moment.offset_s);
  value.raw = text;
  return value;
}

Value text_value(sqlite3_value* value, unsigned subtype) {
  Value result;
  const Bytes bytes = bytes_of(value);
  if ((subtype & kFormBits) == kTextTimeSubtype) return text_time(as_text(bytes), subtype);
  result.type = subtype == kLostTimeSubtype ? ValueType::time_lost : ValueType::text;
  result.bytes = bytes;
  return result;
}

Value integer_value(sqlite3_value* value, unsigned subtype) {
  Value result;
  result.integer = sqlite3_value_int64(value);
  result.type = ValueType::integer;
  if ((subtype & kFormBits) != kUsualTimeSubtype) return result;
  result.type = ValueType::time;
  result.moment.us = result.integer;
  read_subtype(subtype, result.moment);
  return result;
}

}  // namespace

Value value_of(sqlite3_value* value) {
  const unsigned subtype = sqlite3_value_subtype(value);
  Value result;
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return integer_value(value, subtype);
    case SQLITE_TEXT:
      return text_value(value, subtype);
    case SQLITE_FLOAT:
      result.type = ValueType::real;
      result.real = sqlite3_value_double(value);
      return result;
    case SQLITE_BLOB:
      result.type = subtype == kListSubtype      ? ValueType::list
                    : subtype == kRowListSubtype ? ValueType::row_list
                                                 : ValueType::blob;
      result.bytes = bytes_of(value);
      return result;
    default:
      return result;
  }
}

bool keeps_stored(const TimeReading& reading) {
  return reading.reading == Reading::impossible ||
         (reading.reading == Reading::moment && !is_usual_time(reading.moment.us));
}

void give_time(sqlite3_context* call, const TimeReading& reading, const std::string& stored) {
  if (reading.reading == Reading::unset) return sqlite3_result_null(call);
  if (reading.reading == Reading::impossible) {
    give_text(call, stored);
    sqlite3_result_subtype(call, kLostTimeSubtype);
    return;
  }
  const Moment& moment = reading.moment;
  const bool is_usual = !keeps_stored(reading);
  if (is_usual && moment.offset_s == 0) {
    sqlite3_result_int64(call, moment.us);
    sqlite3_result_subtype(call, subtype_of(kUsualTimeSubtype, moment));
    return;
  }
  std::string text = std::to_string(moment.us) + '|' + std::to_string(moment.offset_s) + '|';
  if (!is_usual) text += stored;
  give_text(call, text);
  sqlite3_result_subtype(call, subtype_of(kTextTimeSubtype, moment));
}

}  // namespace exhibit::sqlite
