#include "sqlite/value.h"

#include "base/reader.h"
#include "list_encoding.h"

namespace exhibit::sqlite {

namespace {

/// Reads one value of the encoding (list_encoding.h).
void read_value(Reader& in, Value& value) {
  value = {};
  value.type = static_cast<ValueType>(in.u8());
  switch (value.type) {
    case ValueType::null:
      return;
    case ValueType::integer:
      value.integer = static_cast<std::int64_t>(in.u64le());
      return;
    case ValueType::real:
      value.real = in.f64le();
      return;
    case ValueType::time:
      value.moment.us = static_cast<std::int64_t>(in.u64le());
      value.moment.zone = static_cast<Zone>(in.u8());
      value.moment.precision = static_cast<Precision>(in.u8());
      value.moment.offset_s = static_cast<std::int32_t>(in.u32le());
      value.raw = in.text(in.u64le());
      return;
    case ValueType::text:
    case ValueType::blob:
    case ValueType::time_lost:
    case ValueType::list:
    case ValueType::row_list:
      value.bytes = in.bytes(in.u64le());
      return;
  }
  in.fail_at(ErrorCode::malformed, "value type", static_cast<std::uint64_t>(value.type), in.where());
}

}  // namespace

bool ListReader::next_element() {
  std::string_view name;
  Value value;
  while (next_field(name, value)) {
  }
  Reader in(rest_);
  fields_left_ = in.u32le();
  rest_ = in.ok() ? rest_.subspan(4) : Bytes{};
  return in.ok();
}

bool ListReader::next_field(std::string_view& name, Value& value) {
  if (fields_left_ == 0) return false;
  --fields_left_;
  Reader in(rest_);
  name = in.text(in.u32le());
  read_value(in, value);
  if (!in.ok()) {
    rest_ = {};
    fields_left_ = 0;
    return false;
  }
  rest_ = rest_.subspan(in.position());
  return true;
}

}  // namespace exhibit::sqlite
