// Work on a thread of its own, while the thread that made the call waits, tells the host where it stands, and does what
// only it may do: call the host.
#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>

#include "base/limits.h"

namespace exhibit::library {

class Aside {
 public:
  /// `tell` is called twenty times a second and says whether to go on; once it says no, `stop` is called again and
  /// again until the work has ended. Both on the calling thread.
  Aside(std::function<bool()> tell, std::function<void()> stop) : tell_(std::move(tell)), stop_(std::move(stop)) {}

  /// Returns when the work has ended, and throws what it threw.
  void run(const std::function<void()>& work);

  /// For the work: runs the task on the calling thread and waits for it.
  void on_caller(const std::function<void()>& task);

  /// Set once the host wants no more.
  const Cancel& cancel() const { return cancel_; }

 private:
  void wait_and_tell();

  std::function<bool()> tell_;
  std::function<void()> stop_;
  Cancel cancel_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  const std::function<void()>* task_ = nullptr;
  std::exception_ptr task_threw_;
  bool is_over_ = false;
  bool is_inline_ = false;
};

}  // namespace exhibit::library
