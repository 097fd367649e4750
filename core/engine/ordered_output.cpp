#include "ordered_output.h"

#include <utility>

namespace exhibit::engine {

OrderedOutput::OrderedOutput(std::size_t tasks, std::size_t window, std::size_t waiting_bytes)
    : tasks_(tasks), window_(window), limit_(waiting_bytes) {}

std::optional<std::size_t> OrderedOutput::next_task() {
  std::unique_lock lock(mutex_);
  taken_.wait(lock, [this] { return stopped_ || next_ == tasks_.size() || next_ < head_ + window_; });
  if (stopped_ || next_ == tasks_.size()) return std::nullopt;
  return next_++;
}

bool OrderedOutput::put(std::size_t task, std::string batch) {
  std::unique_lock lock(mutex_);
  // The head is let in when its own batches were taken, so that it never runs far ahead of the writer either.
  taken_.wait(lock, [&] {
    return stopped_ || waiting_ + batch.size() <= limit_ || (task == head_ && tasks_[task].batches.empty());
  });
  if (stopped_) return false;
  waiting_ += batch.size();
  tasks_[task].batches.push_back(std::move(batch));
  if (task == head_) head_changed_.notify_one();
  return true;
}

void OrderedOutput::finish(std::size_t task, std::string closing) {
  const std::lock_guard lock(mutex_);
  tasks_[task].closing = std::move(closing);
  tasks_[task].finished = true;
  if (task == head_) head_changed_.notify_one();
}

OrderedOutput::Got OrderedOutput::take(Item& item, std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  const auto ready = [this] {
    return head_ == tasks_.size() || !tasks_[head_].batches.empty() || tasks_[head_].finished;
  };
  if (!head_changed_.wait_for(lock, wait, ready)) return Got::timeout;
  if (head_ == tasks_.size()) return Got::end;
  Task& head = tasks_[head_];
  item.task = head_;
  item.is_closing = head.batches.empty();
  if (item.is_closing) {
    item.bytes = std::move(head.closing);
    ++head_;
  } else {
    item.bytes = std::move(head.batches.front());
    head.batches.pop_front();
    waiting_ -= item.bytes.size();
  }
  taken_.notify_all();
  return Got::item;
}

void OrderedOutput::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  taken_.notify_all();
}

}  // namespace exhibit::engine
