// Colour on stdout: only where a person sees it, and never the only sign of anything.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace exhibit::cli {

enum class Style : std::uint8_t { heading, quiet, deleted, problem };

/// "always", "never", or "auto": stdout is a terminal that is not dumb, and NO_COLOR is unset or empty.
void choose_color(std::string_view wanted);

/// The text in its colour, or as it is. Lines keep their end outside.
std::string styled(Style style, std::string_view text);

}  // namespace exhibit::cli
