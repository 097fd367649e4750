// One automaton for the patterns of all modules, so that the cost of matching does not grow with parsers times files.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace exhibit::engine {

/// Threads may share one.
class Matcher {
 public:
  static Result<Matcher> build(const std::vector<std::string_view>& patterns);
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;
  ~Matcher();

  /// The numbers of the patterns that match, ascending. An error is the automaton out of memory, never "no match".
  Result<void> match(std::string_view device_path, std::vector<std::uint32_t>& numbers) const;

 private:
  Matcher();
  struct Automaton;
  std::unique_ptr<Automaton> automaton_;
};

}  // namespace exhibit::engine
