// Lines for developers, from any thread, until somebody takes them. What concerns evidence is a problem of the case,
// never only a line here.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

namespace exhibit {

enum class LogLevel : std::uint8_t { error = 1, warning = 2, info = 3, debug = 4 };

struct LogLine {
  LogLevel level;
  std::string text;
};

/// Bounded: when nobody takes the lines, those that come later are counted and not kept.
class Log {
 public:
  static constexpr std::size_t kMostLines = 4096;

  /// Nothing less important is kept; without a level nothing at all.
  explicit Log(std::optional<LogLevel> least) : least_(least) {}

  bool wants(LogLevel level) const { return least_ && level <= *least_; }
  void put(LogLevel level, std::string text);
  /// The oldest line; after the last one perhaps a warning that tells how many were dropped. Nothing: none waits.
  std::optional<LogLine> take();

 private:
  const std::optional<LogLevel> least_;
  std::mutex mutex_;
  std::deque<LogLine> lines_;
  std::uint64_t dropped_ = 0;
};

}  // namespace exhibit
