#include "interrupt.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace exhibit::cli {

namespace {

volatile std::sig_atomic_t received = 0;

extern "C" void on_signal(int number) {
  received = number;
  std::signal(number, SIG_DFL);
}

}  // namespace

void watch_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

bool interrupted() { return received != 0; }

void die_interrupted(const char* message) {
  std::fprintf(stderr, "%s\n", message);
  const int number = received;
  std::signal(number, SIG_DFL);
  std::raise(number);
  std::abort();
}

}  // namespace exhibit::cli
