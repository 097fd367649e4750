// A Time as text. What the text cannot say stands beside it in sibling keys: "sent_at.clock".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/json.h"

namespace exhibit::model {

/// What a reader of the text alone takes for granted.
struct TimeFromText {
  Moment moment;
  /// "us:…" leaves the precision to its sibling key.
  bool has_precision = true;
};

/// Appends the text and returns what it says, so that the writer knows which sibling keys are wanted.
TimeFromText append_time_text(std::string& out, const TimeValue& time);

/// Strict: only what append_time_text writes. Nothing if the text is none of its forms or no such moment exists.
std::optional<TimeFromText> read_time_text(std::string_view text);

}  // namespace exhibit::model
