// The modules that are linked in.
#pragma once

#include <vector>

#include "engine/registry.h"

namespace exhibit::parsers {

/// By path: "ios/sms.toml" and its text.
std::vector<engine::PackedModule> packed_modules();

}  // namespace exhibit::parsers
