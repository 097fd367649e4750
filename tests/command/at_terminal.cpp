// Runs a command on a terminal of its own and types when it asks:
//   at_terminal WORDS... -- COMMAND...
// Each time the output ends in a question (": "), and the terminal shows nothing of what is typed, the next of the
// words is typed, with Enter; "^C" is Ctrl-C. What the terminal showed goes to stdout, and at last a line that says
// whether typing can be seen again. Gives the command's status, or 128 + the signal it died of.
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

bool is_echoing(int terminal) {
  termios state{};
  return tcgetattr(terminal, &state) == 0 && (state.c_lflag & ECHO) != 0;
}

void type(int terminal, const std::string& word) {
  const std::string keys = word == "^C" ? "\x03" : word + "\n";
  if (write(terminal, keys.data(), keys.size()) < 0) std::perror("write");
}

/// Until the command closes its side. Half a minute without a word is a failure.
std::string talk(int terminal, const std::vector<std::string>& words) {
  constexpr int kPatience_ms = 30'000;
  std::string shown;
  std::size_t typed = 0;
  std::array<char, 4096> buffer{};
  pollfd wait{terminal, POLLIN, 0};
  while (poll(&wait, 1, kPatience_ms) > 0) {
    const ssize_t got = read(terminal, buffer.data(), buffer.size());
    if (got <= 0) return shown;
    shown.append(buffer.data(), static_cast<std::size_t>(got));
    if (!shown.ends_with(": ") || typed == words.size() || is_echoing(terminal)) continue;
    type(terminal, words[typed++]);
  }
  return shown + "\n[waited in vain]";
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> words;
  int at = 1;
  for (; at < count && std::strcmp(arguments[at], "--") != 0; ++at) words.emplace_back(arguments[at]);
  if (at + 1 >= count) return 2;
  int terminal = -1, other_side = -1;
  if (openpty(&terminal, &other_side, nullptr, nullptr, nullptr) != 0) return 77;  // no terminals here
  const pid_t child = fork();
  if (child == 0) {
    close(terminal);
    login_tty(other_side);
    execv(arguments[at + 1], arguments + at + 1);
    _exit(127);
  }
  close(other_side);
  // Our own end of the other side would keep it open: the state is asked of the master, which has the same.
  std::string shown = talk(terminal, words);
  int status = 0;
  waitpid(child, &status, 0);
  shown += is_echoing(terminal) ? "\n[typing is seen]\n" : "\n[typing is not seen]\n";
  std::fwrite(shown.data(), 1, shown.size(), stdout);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
