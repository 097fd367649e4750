// What a piece of work costs: processor time, time and peak memory, in a process of its own, so that none of them
// depends on what ran before. Of several runs the least counts: all else is the machine's other work.
#pragma once

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

namespace exhibit::bench {

struct Cost {
  double cpu_s = 0;  ///< user and system, all threads
  double peak_mb = 0;
  double wall_s = 0;
};

inline double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// Of this process so far.
inline double cpu_s() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

[[noreturn]] inline void stop(const char* why) {
  std::fprintf(stderr, "bench: %s\n", why);
  std::exit(1);
}

inline Cost cost_of(const std::function<void()>& work) {
  std::fflush(nullptr);
  const auto start = std::chrono::steady_clock::now();
  const pid_t child = fork();
  if (child < 0) stop("no child process");
  if (child == 0) {
    work();
    std::fflush(nullptr);
    _exit(0);
  }
  int status = 0;
  rusage used{};
  if (wait4(child, &status, 0, &used) != child || status != 0) stop("the work failed");
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  return {seconds(used.ru_utime) + seconds(used.ru_stime), static_cast<double>(used.ru_maxrss) * 1024 / 1e6,
          wall.count()};
}

inline Cost least_of(const Cost& a, const Cost& b) {
  return {std::min(a.cpu_s, b.cpu_s), std::min(a.peak_mb, b.peak_mb), std::min(a.wall_s, b.wall_s)};
}

inline Cost least_cost(int runs, const std::function<void()>& work) {
  Cost least = cost_of(work);
  for (int run = 1; run < runs; ++run) least = least_of(least, cost_of(work));
  return least;
}

inline void print_cost(const char* name, const Cost& cost, const char* goal) {
  std::printf("%-44s %8.3f s CPU %9.1f MB   %s\n", name, cost.cpu_s, cost.peak_mb, goal);
}

}  // namespace exhibit::bench
