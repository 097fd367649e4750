#include "ordered_output.h"

#include <random>
#include <thread>

namespace exhibit::engine {
namespace {

std::vector<std::string> collect(std::size_t tasks, std::size_t workers, std::size_t waiting_bytes) {
  OrderedOutput ordered(tasks, 8, waiting_bytes);
  const auto work = [&ordered] {
    while (const auto task = ordered.next_task()) {
      std::mt19937 random(static_cast<unsigned>(*task));
      for (unsigned batch = 0; batch < random() % 5; ++batch) {
        if (random() % 3 == 0) std::this_thread::yield();
        if (!ordered.put(*task, std::to_string(*task) + "." + std::to_string(batch))) return;
      }
      ordered.finish(*task, "closing " + std::to_string(*task));
    }
  };
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < workers; ++i) threads.emplace_back(work);
  std::vector<std::string> taken;
  OrderedOutput::Item item;
  while (ordered.take(item, std::chrono::milliseconds(1000)) == OrderedOutput::Got::item) taken.push_back(item.bytes);
  return taken;
}

TEST(OrderedOutput, GivesTheSameSequenceWhateverTheThreads) {
  const auto expected = collect(200, 1, 1'000'000);
  EXPECT_EQ(std::ranges::count_if(expected, [](const std::string& s) { return s.starts_with("closing"); }), 200);
  EXPECT_EQ(collect(200, 4, 1'000'000), expected);
  EXPECT_EQ(collect(200, 4, 10), expected) << "with next to no room the tasks behind the head wait";
}

TEST(OrderedOutput, StopWakesEveryWorker) {
  OrderedOutput ordered(10, 2, 4);
  std::jthread worker([&ordered] {
    while (const auto task = ordered.next_task())
      while (ordered.put(*task, "12345678")) {
      }
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  ordered.stop();
  worker.join();
  EXPECT_FALSE(ordered.next_task());
}

}  // namespace
}  // namespace exhibit::engine
