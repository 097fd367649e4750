// Protobuf messages of other makers, read without a schema: the fields as the wire has them, with nothing guessed.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace exhibit::decode {

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, group = 3, fixed32 = 5 };

/// A field; its bytes are a view into the message.
struct ProtobufField {
  std::uint32_t number = 0;
  WireType type = WireType::varint;
  std::uint64_t value = 0;   ///< varint, fixed64, fixed32
  Bytes bytes;               ///< length-delimited; of a group what is between its two tags
  std::uint64_t offset = 0;  ///< of the field's key, from the start of the message it was looked for in

  double as_double() const { return std::bit_cast<double>(value); }
  float as_float() const { return std::bit_cast<float>(static_cast<std::uint32_t>(value)); }
  /// sint32 and sint64.
  std::int64_t as_zigzag() const { return static_cast<std::int64_t>((value >> 1) ^ (0 - (value & 1))); }
  bool has_fields() const { return type == WireType::bytes || type == WireType::group; }
};

/// Walks one message, field after field. Strict: field numbers 1 to 2^29-1, wire types 0, 1, 2, 5 and balanced groups,
/// and nothing left at the end.
class ProtobufReader {
 public:
  explicit ProtobufReader(Bytes message, Where where = {}) : message_(message), where_(where) {}

  /// The next field, or nothing at the end and at the first error.
  std::optional<ProtobufField> next();
  /// What stopped the walk before the end.
  const std::optional<Error>& damage() const { return damage_; }

 private:
  Bytes message_;
  Where where_;
  std::uint64_t position_ = 0;
  std::optional<Error> damage_;
};

struct ProtobufMessage {
  std::vector<ProtobufField> fields;
  std::optional<Error> damage;  ///< why the walk ended early; the fields before stand
  bool has_groups = false;      ///< the long obsolete form: a weaker sign that the bytes are a message at all
};

/// The fields of one message, at most `limits.nodes`.
ProtobufMessage read_protobuf(Bytes message, const Limits& limits, Where where = {});

/// The first value at a dotted path of field numbers ("2.3.2"), of which every step but the last holds fields. Nothing
/// if the message is whole and has no such field; an error if it is damaged and the part that is readable has none, or
/// if the path is no path.
Result<std::optional<ProtobufField>> find_field(Bytes message, std::string_view path, Where where = {});

/// All values at the path, in the order of the message, and the first damage met on the way.
ProtobufMessage find_fields(Bytes message, std::string_view path, const Limits& limits, Where where = {});

}  // namespace exhibit::decode
