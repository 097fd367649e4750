// What a ZIP calls its members.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace exhibit::containers {

/// Code page 437, the ZIP format's own. One byte is one character, so the stored bytes can be told from the text.
std::string utf8_from_cp437(std::string_view bytes);

/// Systems whose file names are bytes ("made by" 3 Unix, 19 macOS): a name that is not UTF-8 is then kept as it is.
constexpr bool names_are_bytes(std::uint8_t made_by) { return made_by == 3 || made_by == 19; }

/// The member's path: `unicode_path` (extra 7075, empty if there is none or its sum does not fit) before the raw name,
/// which is UTF-8 by its flag or by its bytes, or else what its system makes of it. Separators are left alone. A view
/// of what it was given, or of `scratch`.
std::string_view zip_path(std::string_view raw, std::string_view unicode_path, bool utf8_flag, std::uint8_t made_by,
                          std::string& scratch);

}  // namespace exhibit::containers
