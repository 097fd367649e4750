// The handles: each holds what it needs alive, so a host may free them in any order.
#pragma once

#include <exhibit/exhibit.h>

#include <memory>

#include "case_state.h"
#include "evidence/evidence.h"
#include "library_state.h"

struct exhibit_library {
  std::shared_ptr<exhibit::library::LibraryState> state;
};

struct exhibit_evidence {
  std::shared_ptr<exhibit::library::LibraryState> library;
  std::shared_ptr<const exhibit::evidence::Evidence> evidence;
  bool is_unlocked = false;  ///< a secret was used to open it
};

struct exhibit_case {
  std::shared_ptr<exhibit::library::CaseState> state;
};
