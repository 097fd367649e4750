// Tells the host where a call stands, and hears whether it should go on.
#pragma once

#include <exhibit/exhibit.h>

#include <array>
#include <string>

#include "engine/run.h"

namespace exhibit::library {

class ProgressTeller {
 public:
  explicit ProgressTeller(const exhibit_callbacks& callbacks) : callbacks_(callbacks) {}

  /// False: the host cancels.
  bool tell(std::int32_t phase, const engine::Progress& at = {}) const {
    if (callbacks_.progress == nullptr) return true;
    const std::string item(at.item);
    const exhibit_progress progress{
        sizeof(exhibit_progress), phase, at.done, at.total, at.artefacts, at.problems, item.c_str()};
    return callbacks_.progress(&progress, callbacks_.user_data) == 0;
  }

  bool tell(const engine::Progress& at) const {
    static constexpr std::array kPhases = {EXHIBIT_PHASE_MATCH, EXHIBIT_PHASE_PARSE, EXHIBIT_PHASE_UNREAD,
                                           EXHIBIT_PHASE_HASH};
    return tell(kPhases[static_cast<std::size_t>(at.phase)], at);
  }

 private:
  exhibit_callbacks callbacks_;
};

}  // namespace exhibit::library
