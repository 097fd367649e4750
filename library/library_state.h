// What a library handle stands for: settings and parsers. Threads share it.
#pragma once

#include <cstdint>
#include <mutex>

#include "base/limits.h"
#include "engine/registry.h"

namespace exhibit::library {

struct LibraryState {
  unsigned threads = 0;
  std::uint64_t memory_limit = 0;
  Limits limits;
  std::mutex mutex;  ///< guards the registry: loading a parser never touches a run, which has its own copy
  engine::Registry registry;

  engine::Registry snapshot() {
    const std::lock_guard lock(mutex);
    return registry;
  }
};

}  // namespace exhibit::library
