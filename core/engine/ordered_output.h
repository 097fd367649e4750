// Batches of tasks that run at the same time, handed on in the order of the tasks. The task at the head passes its
// batches straight through, so a huge one does not stall the rest; the others may keep a bounded amount back, then
// wait.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace exhibit::engine {

class OrderedOutput {
 public:
  OrderedOutput(std::size_t tasks, std::size_t window, std::size_t waiting_bytes);

  /// The next task for a worker, in order; waits while the window is full. Nothing: no task is left, or stop().
  std::optional<std::size_t> next_task();
  /// From the task's worker. May wait. False after stop().
  bool put(std::size_t task, std::string batch);
  /// The task is over; `closing` is handed on apart from the batches.
  void finish(std::size_t task, std::string closing);

  /// What the consumer takes: batches of task 0, its closing, those of task 1, ...
  struct Item {
    std::size_t task = 0;
    std::string bytes;
    bool is_closing = false;
  };
  enum class Got { item, timeout, end };
  Got take(Item& item, std::chrono::milliseconds wait);

  void stop();

 private:
  struct Task {
    std::deque<std::string> batches;
    std::string closing;
    bool finished = false;
  };

  std::mutex mutex_;
  std::condition_variable head_changed_;  // the consumer waits for it
  std::condition_variable taken_;         // the workers do
  std::vector<Task> tasks_;
  std::size_t window_;
  std::size_t limit_;
  std::size_t waiting_ = 0;  // bytes of all tasks
  std::size_t next_ = 0;     // to hand to a worker
  std::size_t head_ = 0;     // whose output the consumer takes
  bool stopped_ = false;
};

}  // namespace exhibit::engine
