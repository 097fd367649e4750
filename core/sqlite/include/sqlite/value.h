// A column's value as a query gives it. Times and lists are told from integers and blobs by SQLite's subtype.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace exhibit::sqlite {

enum class ValueType : std::uint8_t {
  null,
  integer,
  real,
  text,  ///< bytes as stored, perhaps not UTF-8
  blob,
  time,       ///< `moment` is set
  time_lost,  ///< a time function could not convert: `bytes` is the stored value as text
  list,       ///< of list(): read with ListReader
  row_list,   ///< of list_rows(): read with ListReader, fields "table", "rowid"
};

struct Value {
  ValueType type = ValueType::null;
  std::int64_t integer = 0;
  double real = 0;
  Bytes bytes;           ///< text, blob, list, time_lost
  Moment moment;         ///< time. Outside the usual range: is_usual_time() and is_far_time() are the caller's to ask
  std::string_view raw;  ///< time outside the usual range: the stored value as text, else empty

  std::string_view text() const { return as_text(bytes); }
  bool is_null() const { return type == ValueType::null; }
};

/// Reads what list() made: elements of named values.
///   while (reader.next_element()) while (reader.next_field(name, value)) ...
class ListReader {
 public:
  explicit ListReader(Bytes list) : rest_(list) {}
  bool next_element();
  bool next_field(std::string_view& name, Value& value);

 private:
  Bytes rest_;
  std::uint32_t fields_left_ = 0;
};

}  // namespace exhibit::sqlite
