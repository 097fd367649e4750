// What a library handle stands for: settings and parsers. Threads share it.
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "crypto/secret.h"
#include "engine/registry.h"
#include "evidence/secrets.h"

namespace exhibit::library {

/// What a host answered when it was asked, and what fitted.
struct GivenSecret {
  evidence::SecretKind kind;
  crypto::Secret secret;
};

struct LibraryState {
  unsigned threads = 0;
  std::uint64_t memory_limit = 0;
  Limits limits;
  std::mutex mutex;  ///< guards what follows: loading a parser never touches a run, which has its own copy
  engine::Registry registry;
  std::vector<GivenSecret> given;  ///< in the order in which they came

  engine::Registry snapshot() {
    const std::lock_guard lock(mutex);
    return registry;
  }

  void remember(GivenSecret secret) {
    const std::lock_guard lock(mutex);
    given.push_back(std::move(secret));
  }
};

}  // namespace exhibit::library
