// Work beside the calling thread: who is told, how often, and how soon it stops.
#include "aside.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace exhibit::library {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

TEST(Aside, TellsOnTheCallingThreadWhileTheWorkGoesOn) {
  const auto caller = std::this_thread::get_id();
  int told = 0;
  Aside aside(
      [&] {
        EXPECT_EQ(std::this_thread::get_id(), caller);
        ++told;
        return true;
      },
      [] { FAIL() << "nobody cancelled"; });
  bool is_elsewhere = false;
  aside.run([&] {
    is_elsewhere = std::this_thread::get_id() != caller;
    std::this_thread::sleep_for(1s);
  });
  EXPECT_TRUE(is_elsewhere);
  EXPECT_GE(told, 5);
  EXPECT_LE(told, 20);
}

TEST(Aside, StopsTheWorkSoonAfterTheHostSaysSo) {
  std::atomic<bool> is_stopped = false;
  Clock::time_point cancelled_at;
  Aside aside(
      [&] {
        cancelled_at = Clock::now();
        return false;
      },
      [&] { is_stopped = true; });
  aside.run([&] {
    while (!is_stopped) std::this_thread::sleep_for(1ms);
  });
  EXPECT_TRUE(aside.cancel().requested());
  EXPECT_LT(Clock::now() - cancelled_at, 100ms);
}

TEST(Aside, AsksAgainToStopUntilTheWorkEnds) {
  std::atomic<int> asked = 0;
  Aside aside([] { return false; }, [&] { ++asked; });
  aside.run([&] {
    while (asked < 3) std::this_thread::sleep_for(1ms);
  });
  EXPECT_GE(asked, 3);
}

TEST(Aside, RunsTasksOfTheWorkOnTheCallingThread) {
  const auto caller = std::this_thread::get_id();
  Aside aside([] { return true; }, [] {});
  int done = 0;
  aside.run([&] {
    for (int i = 0; i < 1000; ++i) {
      aside.on_caller([&] { done += std::this_thread::get_id() == caller ? 1 : 0; });
      ASSERT_EQ(done, i + 1) << "the work waits for its task";
    }
  });
  EXPECT_EQ(done, 1000);
}

TEST(Aside, TellsWhileTasksKeepTheCallerBusy) {
  int told = 0;
  Aside aside(
      [&] {
        ++told;
        return true;
      },
      [] {});
  aside.run([&] {
    for (const auto end = Clock::now() + 1s; Clock::now() < end;)
      aside.on_caller([] { std::this_thread::sleep_for(10ms); });
  });
  EXPECT_GE(told, 5);
}

TEST(Aside, ThrowsWhatTheWorkThrew) {
  Aside aside([] { return true; }, [] {});
  EXPECT_THROW(aside.run([] { throw std::bad_alloc(); }), std::bad_alloc);
}

TEST(Aside, ThrowsWhatATaskThrewIntoTheWork) {
  Aside aside([] { return true; }, [] {});
  bool is_caught = false;
  aside.run([&] {
    try {
      aside.on_caller([] { throw std::runtime_error("task"); });
    } catch (const std::runtime_error&) {
      is_caught = true;
    }
  });
  EXPECT_TRUE(is_caught);
}

}  // namespace
}  // namespace exhibit::library
