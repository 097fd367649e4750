// A strict reader of JSON (RFC 8259) that keeps numbers as they are written: an integer of 64 bits must not pass
// through a double.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exhibit::model {

enum class JsonKind : std::uint8_t { null, boolean, number, text, array, object };

struct JsonValue {
  JsonKind kind = JsonKind::null;
  std::string text;               ///< a string's content, a number as written, "true" or "false"
  std::vector<std::string> keys;  ///< of an object, in order; duplicates are kept for the reader to refuse
  std::vector<JsonValue> items;   ///< of an array, or the values of `keys`
};

/// The one value of `text`, or what is wrong with it and where.
std::expected<JsonValue, std::string> parse_json(std::string_view text);

}  // namespace exhibit::model
