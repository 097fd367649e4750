#include "record.h"

#include <array>
#include <bit>

#include "base/reader.h"
#include "varint.h"

namespace exhibit::sqlite {

namespace {

constexpr std::array<std::uint8_t, 7> kIntegerSizes{0, 1, 2, 3, 4, 6, 8};

std::int64_t read_integer(Reader& in, std::size_t size) {
  const std::uint64_t value = in.uint_be(size);
  const auto unused_bits = static_cast<int>(64 - 8 * size);
  return static_cast<std::int64_t>(value << unused_bits) >> unused_bits;
}

RecordValue read_value(Reader& in, std::uint64_t serial_type) {
  RecordValue value;
  if (serial_type >= 12) {
    value.storage = serial_type % 2 == 0 ? StorageClass::blob : StorageClass::text;
    value.bytes = in.bytes((serial_type - 12) / 2);
  } else if (serial_type == 7) {
    value.storage = StorageClass::real;
    value.real = in.f64be();
  } else if (serial_type == 8 || serial_type == 9) {
    value.storage = StorageClass::integer;
    value.integer = static_cast<std::int64_t>(serial_type - 8);
  } else if (serial_type >= 10) {
    in.fail_at(ErrorCode::malformed, "a serial type that files may hold", serial_type, in.where());
  } else if (serial_type != 0) {
    value.storage = StorageClass::integer;
    value.integer = read_integer(in, kIntegerSizes[serial_type]);
  }
  return value;
}

}  // namespace

Result<std::vector<RecordValue>> read_record(Bytes payload, std::size_t max_columns) {
  std::size_t position = 0;
  std::uint64_t header_size = 0;
  if (!read_varint(payload, position, header_size) || header_size < position || header_size > payload.size())
    return fail(ErrorCode::malformed, "a record header that fits the payload", header_size);
  const Bytes header = payload.first(header_size);
  Reader bodies(payload.subspan(header_size), {0, header_size});
  std::vector<RecordValue> values;
  while (position < header.size() && values.size() < max_columns) {
    std::uint64_t serial_type = 0;
    if (!read_varint(header, position, serial_type))
      return fail(ErrorCode::malformed, "serial types that fill the record header", position);
    values.push_back(read_value(bodies, serial_type));
    if (!bodies.ok()) return std::unexpected(bodies.error());
  }
  return values;
}

}  // namespace exhibit::sqlite
