#include "aside.h"

#include <pthread.h>

#include <csignal>
#include <system_error>
#include <thread>
#include <utility>

namespace exhibit::library {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kTellEvery = std::chrono::milliseconds(50);
constexpr auto kStopEvery = std::chrono::milliseconds(10);

/// A thread that blocks all signals: those are the host's. Nothing if the system has none to give.
std::jthread start(const std::function<void()>& work) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  std::jthread worker;
  try {
    worker = std::jthread(work);
  } catch (const std::system_error&) {
    // The system's limit: the caller does the work itself.
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return worker;
}

}  // namespace

void Aside::run(const std::function<void()>& work) {
  std::exception_ptr thrown;
  is_over_ = false;
  std::jthread worker = start([&] {
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    is_over_ = true;
    wake_.notify_one();
  });
  if (!worker.joinable()) {
    is_inline_ = true;
    return work();
  }
  wait_and_tell();
  worker.join();
  if (thrown) std::rethrow_exception(thrown);
}

void Aside::wait_and_tell() {
  auto told_at = Clock::now();
  std::unique_lock lock(mutex_);
  while (!is_over_) {
    wake_.wait_for(lock, cancel_.requested() ? kStopEvery : kTellEvery, [&] { return is_over_ || task_ != nullptr; });
    const auto* task = task_;
    const bool is_over = is_over_;
    lock.unlock();
    if (task != nullptr) {
      try {
        (*task)();
      } catch (...) {
        task_threw_ = std::current_exception();
      }
    }
    if (!is_over && !cancel_.requested() && Clock::now() - told_at >= kTellEvery) {
      told_at = Clock::now();
      if (!tell_()) cancel_.request();
    }
    if (!is_over && cancel_.requested()) stop_();
    lock.lock();
    if (task == nullptr) continue;
    task_ = nullptr;
    done_.notify_one();
  }
}

void Aside::on_caller(const std::function<void()>& task) {
  if (is_inline_) return task();
  std::unique_lock lock(mutex_);
  task_ = &task;
  wake_.notify_one();
  done_.wait(lock, [&] { return task_ == nullptr; });
  if (task_threw_) std::rethrow_exception(std::exchange(task_threw_, nullptr));
}

}  // namespace exhibit::library
