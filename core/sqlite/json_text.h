// Decoded trees as JSON text, for containers in SQL: dates as ISO 8601 in UTC (iso_time() reads them), data as
// hexadecimal, UIDs as integers.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "decode/tree.h"

namespace exhibit::sqlite {

struct JsonText {
  std::string text;
  /// An object of a keyed archive holds itself: null stands where it comes again.
  bool has_cycle = false;
};

/// Over limits.nesting, limits.nodes or limits.inflated_value (shared objects may unfold without end): a limit error.
Result<JsonText> json_text(const decode::Tree& tree, decode::NodeId node, const Limits& limits);

/// Appends the text in quotation marks. Lone surrogates become \uXXXX.
void append_json_string(std::string& out, std::string_view text);

}  // namespace exhibit::sqlite
