// Ctrl-C and SIGTERM: the first asks the work to stop, a second one ends at once.
#pragma once

namespace exhibit::cli {

void watch_interrupts();
bool interrupted();
/// Tells what became of the case and dies by the signal itself.
[[noreturn]] void die_interrupted(const char* message);

}  // namespace exhibit::cli
