// The object graph of a typedstream, read by its grammar and not yet interpreted. Private.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/reader.h"

namespace exhibit::decode {

struct TypedValue {
  enum class Kind : std::uint8_t { nil, integer, real, bytes, object };
  Kind kind = Kind::nil;
  std::int64_t integer = 0;
  double real = 0;
  Bytes bytes;             ///< strings of any kind, and arrays of chars
  std::size_t object = 0;  ///< its number in the object table
};

/// Values that were written together, with their type encoding.
struct TypedGroup {
  std::string_view types;
  std::vector<TypedValue> values;
};

struct TypedObject {
  enum class Kind : std::uint8_t { instance, class_description, c_string };
  Kind kind = Kind::instance;
  std::optional<std::size_t> class_number;  ///< of an instance its class, of a class its superclass
  std::string_view name;                    ///< of a class
  Bytes bytes;                              ///< of a C string
  std::vector<TypedGroup> groups;           ///< of an instance
};

struct TypedStream {
  std::vector<TypedObject> objects;  ///< by number; one that refers to itself is legal
  std::vector<TypedGroup> groups;    ///< at the top
  bool consumed_all = false;
  std::optional<Error> damage;  ///< what stopped the reading; everything before it is there
};

TypedStream read_typed_objects(Bytes bytes, const Limits& limits, Where where);

}  // namespace exhibit::decode
