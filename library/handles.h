// The handles: each holds what it needs alive, so a host may free them in any order.
#pragma once

#include <exhibit/exhibit.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "casefile/case.h"
#include "engine/registry.h"
#include "evidence/evidence.h"

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

/// A case belongs to one thread at a time; a call that finds it at work waits, a second writer is refused.
struct CaseState {
  CaseState(std::shared_ptr<LibraryState> of, casefile::Case opened_case)
      : library(std::move(of)), opened(std::move(opened_case)) {}

  std::shared_ptr<LibraryState> library;
  std::mutex mutex;
  casefile::Case opened;
  std::atomic<bool> is_writing = false;
};

}  // namespace exhibit::library

struct exhibit_library {
  std::shared_ptr<exhibit::library::LibraryState> state;
};

struct exhibit_evidence {
  std::shared_ptr<exhibit::library::LibraryState> library;
  std::shared_ptr<const exhibit::evidence::Evidence> evidence;
};

struct exhibit_case {
  std::shared_ptr<exhibit::library::CaseState> state;
};
