// What a case handle stands for. Threads share it: one writes, and those that read open the file for themselves.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "casefile/case.h"
#include "library_state.h"

namespace exhibit::library {

struct CaseState {
  std::shared_ptr<LibraryState> library;
  casefile::CaseFacts facts;  ///< of a case that was created
  std::string path;           ///< as given; empty: in memory
  std::string full_path;      ///< stays right if the host changes its folder
  bool is_read_only = false;

  std::atomic<bool> is_writing = false;
  std::atomic<bool> is_on_disk = false;  ///< a file with this case stands under the path

  /// Guards `opened` and what follows. Recursive: a callback may read what its own thread is working at.
  std::recursive_mutex mutex;
  std::optional<casefile::Case> opened;  ///< by have_case()
  bool is_lent = false;                  ///< an export reads it, and a callback of it is at work

  /// Needs the lock. A case that never got its file lay in the partial one, which went when its first run was given up:
  /// it begins anew when it is asked for, so that nothing is left if the host ends here.
  Result<void> have_case() {
    if (opened) return {};
    auto made = casefile::Case::create(full_path, facts);
    if (!made) return std::unexpected(made.error());
    opened.emplace(std::move(*made));
    return {};
  }
};

/// One writer at a time: a second one is refused, also from a callback of the first.
class WritingScope {
 public:
  explicit WritingScope(std::atomic<bool>& is_writing)
      : is_writing_(is_writing), is_ours_(!is_writing.exchange(true)) {}
  ~WritingScope() {
    if (is_ours_) is_writing_ = false;
  }
  WritingScope(const WritingScope&) = delete;
  WritingScope& operator=(const WritingScope&) = delete;
  bool is_ours() const { return is_ours_; }

 private:
  std::atomic<bool>& is_writing_;
  bool is_ours_;
};

}  // namespace exhibit::library
