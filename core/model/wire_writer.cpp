#include "model/wire_writer.h"

#include <bit>
#include <cstring>

namespace exhibit::model {

namespace {

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kFixed64 = 1;
constexpr std::uint32_t kBytes = 2;

/// Writes a varint into `to` and returns how many bytes it took, at most 10.
std::size_t put_varint(char* to, std::uint64_t value) {
  std::size_t size = 0;
  while (value >= 0x80) {
    to[size++] = static_cast<char>(value | 0x80);
    value >>= 7;
  }
  to[size++] = static_cast<char>(value);
  return size;
}

void append_fixed64(std::string& out, std::uint64_t value) {
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  char bytes[8];
  std::memcpy(bytes, &value, sizeof bytes);
  out.append(bytes, sizeof bytes);
}

}  // namespace

void WireWriter::varint(std::uint64_t value) {
  if (value < 0x80) {
    out_.push_back(static_cast<char>(value));
    return;
  }
  char bytes[10];
  out_.append(bytes, put_varint(bytes, value));
}

void WireWriter::boolean(std::uint32_t field, bool value) {
  tag(field, kVarint);
  varint(value ? 1 : 0);
}

void WireWriter::integer(std::uint32_t field, std::int64_t value) {
  tag(field, kVarint);
  varint(static_cast<std::uint64_t>(value));
}

void WireWriter::unsigned_integer(std::uint32_t field, std::uint64_t value) {
  tag(field, kVarint);
  varint(value);
}

void WireWriter::signed_integer(std::uint32_t field, std::int32_t value) {
  tag(field, kVarint);
  varint(static_cast<std::uint32_t>(value) << 1 ^ static_cast<std::uint32_t>(value >> 31));
}

void WireWriter::fixed_integer(std::uint32_t field, std::int64_t value) {
  tag(field, kFixed64);
  append_fixed64(out_, static_cast<std::uint64_t>(value));
}

void WireWriter::real(std::uint32_t field, double value) {
  tag(field, kFixed64);
  append_fixed64(out_, std::bit_cast<std::uint64_t>(value));
}

void WireWriter::text(std::uint32_t field, std::string_view value) {
  tag(field, kBytes);
  varint(value.size());
  out_.append(value);
}

void WireWriter::message(std::uint32_t field, std::string_view wire) {
  if (!wire.empty()) text(field, wire);
}

void WireWriter::pack_integer(std::string& packed, std::int64_t value) {
  WireWriter(packed).varint(static_cast<std::uint64_t>(value));
}

WireWriter::Mark WireWriter::begin(std::uint32_t field) {
  const Mark mark{field, out_.size()};
  tag(field, kBytes);
  out_.push_back('\0');  // most nested messages are below 128 bytes: their length takes this one byte
  return mark;
}

void WireWriter::end(Mark mark) {
  char head[20];
  const std::size_t tag_size = put_varint(head, std::uint64_t{mark.field} << 3 | kBytes);
  const std::size_t content = mark.start + tag_size + 1;
  const std::size_t length = out_.size() - content;
  if (length == 0) {
    out_.resize(mark.start);
    return;
  }
  const std::size_t length_size = put_varint(head, length);
  if (length_size > 1) out_.insert(content, length_size - 1, '\0');
  std::memcpy(out_.data() + content - 1, head, length_size);
}

void WireWriter::time(std::uint32_t field, const Moment& moment, Clock clock, std::string_view zone_name,
                      std::string_view raw) {
  const Mark mark = begin(field);
  fixed_integer(1, moment.us);
  if (moment.zone != Zone::utc && moment.zone != Zone::unspecified)
    enumeration(2, static_cast<std::int32_t>(moment.zone));
  if (moment.zone == Zone::offset || moment.offset_s != 0) signed_integer(3, moment.offset_s);
  if (!zone_name.empty()) text(4, zone_name);
  if (moment.precision != Precision::s && moment.precision != Precision::unspecified)
    enumeration(5, static_cast<std::int32_t>(moment.precision));
  if (clock != Clock::unknown && clock != Clock::unspecified) enumeration(6, static_cast<std::int32_t>(clock));
  if (!raw.empty()) text(7, raw);
  end(mark);
}

}  // namespace exhibit::model
