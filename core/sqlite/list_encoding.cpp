#include "list_encoding.h"

#include <algorithm>
#include <bit>

namespace exhibit::sqlite {

namespace {

template <class T>
void append_le(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out += static_cast<char>(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
}

void append_sized(std::string& out, std::string_view bytes) {
  append_le(out, static_cast<std::uint64_t>(bytes.size()));
  out += bytes;
}

void append_value(std::string& out, const Value& value) {
  out += static_cast<char>(value.type);
  switch (value.type) {
    case ValueType::null:
      break;
    case ValueType::integer:
      append_le(out, value.integer);
      break;
    case ValueType::real:
      append_le(out, std::bit_cast<std::uint64_t>(value.real));
      break;
    case ValueType::time:
      append_le(out, value.moment.us);
      out += static_cast<char>(value.moment.zone);
      out += static_cast<char>(value.moment.precision);
      append_le(out, value.moment.offset_s);
      append_sized(out, value.raw);
      break;
    case ValueType::text:
    case ValueType::blob:
    case ValueType::time_lost:
    case ValueType::list:
    case ValueType::row_list:
      append_sized(out, value.text());
      break;
  }
}

}  // namespace

void ListWriter::add_element(const std::vector<std::pair<std::string_view, Value>>& fields) {
  const auto count = std::ranges::count_if(fields, [](const auto& field) { return !field.second.is_null(); });
  if (count == 0) return;
  append_le(bytes_, static_cast<std::uint32_t>(count));
  for (const auto& [name, value] : fields) {
    if (value.is_null()) continue;
    append_le(bytes_, static_cast<std::uint32_t>(name.size()));
    bytes_ += name;
    append_value(bytes_, value);
  }
}

}  // namespace exhibit::sqlite
