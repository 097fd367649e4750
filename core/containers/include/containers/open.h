// Opens evidence by its content, never by its name.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/limits.h"
#include "evidence/evidence.h"
#include "evidence/secrets.h"

namespace exhibit::containers {

struct OpenOptions {
  Limits limits;
  const evidence::Unlocking* unlocking = nullptr;  ///< without it nothing is asked, and what is locked stays so
  /// Bytes read of all, while a file is opened; told ten times a second, on the calling thread.
  std::function<void(std::uint64_t done, std::uint64_t total)> progress;
  bool salvage = false;  ///< read a ZIP without central directory by its local heads
};

struct OpenError {
  Error error;
  std::string path;
  std::string detail;  ///< what the layer below said, or empty
};

/// not_found, io, unsupported (no known container; `detail` says what it looks like), malformed (known, and cannot be
/// listed: a ZIP without central directory).
std::expected<std::unique_ptr<evidence::Evidence>, OpenError> open(const std::string& path,
                                                                   const OpenOptions& options = {});

}  // namespace exhibit::containers
