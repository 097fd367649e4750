#include "base/log.h"

#include <utility>

namespace exhibit {

void Log::put(LogLevel level, std::string text) {
  if (!wants(level)) return;
  const std::lock_guard lock(mutex_);
  if (lines_.size() == kMostLines)
    ++dropped_;
  else
    lines_.push_back({level, std::move(text)});
}

std::optional<LogLine> Log::take() {
  const std::lock_guard lock(mutex_);
  if (!lines_.empty()) {
    LogLine line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }
  if (dropped_ == 0) return std::nullopt;
  return LogLine{LogLevel::warning, std::to_string(std::exchange(dropped_, 0)) + " lines were dropped"};
}

}  // namespace exhibit
