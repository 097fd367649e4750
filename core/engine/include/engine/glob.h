// Names with * and ?: parsers chosen on a command line, files looked for by a part of their path.
#pragma once

#include <string_view>

namespace exhibit::engine {

/// True if the whole text matches: * is any run of bytes (slashes too), ? is one byte.
bool matches_glob(std::string_view glob, std::string_view text);

}  // namespace exhibit::engine
