// SQLite's own temporary files (its index sorter's) lie beside the case, never in a system folder: they hold evidence.
#pragma once

#include <memory>
#include <string>

namespace exhibit::casefile {

class TempVfs {
 public:
  /// Temporary files are named `stem` and a number, and have no name once they are open.
  explicit TempVfs(std::string stem);
  ~TempVfs();

  const std::string& name() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace exhibit::casefile
