// Tells the host where a call stands, hears whether it should go on, and hands it what was logged meanwhile: all on the
// thread that made the call.
#pragma once

#include <exhibit/exhibit.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/log.h"
#include "engine/run.h"

namespace exhibit::library {

class ProgressTeller {
 public:
  explicit ProgressTeller(const exhibit_callbacks& callbacks) : callbacks_(callbacks), log_(least_of(callbacks)) {}
  ~ProgressTeller() { tell_log(); }
  ProgressTeller(const ProgressTeller&) = delete;
  ProgressTeller& operator=(const ProgressTeller&) = delete;

  /// For every thread.
  Log& log() const { return log_; }

  /// False: the host cancels.
  bool tell(std::int32_t phase, const engine::Progress& at = {}) const {
    tell_log();
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
  static std::optional<LogLevel> least_of(const exhibit_callbacks& callbacks) {
    if (callbacks.log == nullptr) return std::nullopt;
    if (callbacks.log_level == 0) return LogLevel::info;
    return static_cast<LogLevel>(std::clamp(callbacks.log_level, EXHIBIT_LOG_ERROR + 0, EXHIBIT_LOG_DEBUG + 0));
  }

  void tell_log() const {
    if (callbacks_.log == nullptr) return;
    while (const auto line = log_.take())
      callbacks_.log(static_cast<std::int32_t>(line->level), line->text.data(), line->text.size(),
                     callbacks_.user_data);
  }

  exhibit_callbacks callbacks_;
  mutable Log log_;
};

}  // namespace exhibit::library
