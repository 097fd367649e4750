// Text that NSArchiver wrote: the bodies of messages ("attributedBody") and the versions of an edited one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace exhibit::decode {

struct AttributedText {
  /// A stretch of text with the same attributes, counted in UTF-16 units.
  struct Run {
    std::uint64_t length_utf16 = 0;
    std::uint64_t start_utf16 = 0;
    /// Name and value as text, in the order of the archive: strings and URLs as they are, numbers and dates (Apple
    /// absolute seconds) in digits, data in hex, arrays as [a, b], dictionaries as {key: value}; an object of another
    /// class is its name in angle brackets.
    std::vector<std::pair<std::string, std::string>> attributes;
  };

  std::string text;  ///< UTF-8 as it was stored
  std::vector<Run> runs;
  bool consumed_all = false;    ///< the archive ends where the bytes do
  bool runs_cover_text = true;  ///< the runs' lengths sum to the text's; an unattributed string has none to sum
  std::optional<Error> damage;  ///< the archive broke off after the text; text and the runs so far stand
};

/// An archive whose first object is an NSString, an NSAttributedString or a mutable one. Any other is refused as
/// unsupported.
Result<AttributedText> read_typedstream(Bytes bytes, const Limits& limits, Where where = {});

}  // namespace exhibit::decode
