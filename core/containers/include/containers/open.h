// Opens evidence by its content: a folder or a ZIP today.
#pragma once

#include <memory>
#include <string>

#include "base/limits.h"
#include "evidence/evidence.h"

namespace exhibit::containers {

struct OpenError {
  Error error;
  std::string path;
  std::string detail;  ///< what the layer below said, or empty
};

/// not_found, io, unsupported (no known container; `detail` says what it looks like), malformed (known, and cannot be
/// listed: a ZIP without central directory).
std::expected<std::unique_ptr<evidence::Evidence>, OpenError> open(const std::string& path, const Limits& limits);

}  // namespace exhibit::containers
