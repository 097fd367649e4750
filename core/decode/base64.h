// Base64 as XML property lists hold it. Private.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace exhibit::decode {

/// White space is skipped; padding may be missing. Nothing if there is any other character, or a lone last one.
std::optional<std::string> bytes_from_base64(std::string_view text);

}  // namespace exhibit::decode
