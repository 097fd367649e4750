#include "password_prompt.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "interrupt.h"
#include "terminal_text.h"

namespace exhibit::cli {

namespace {

constexpr std::uint32_t kMostAttempts = 3;

class Terminal {
 public:
  Terminal() : descriptor_(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {}
  ~Terminal() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  int number() const { return descriptor_; }
  void print(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = write(descriptor_, text.data(), text.size());
      if (written <= 0) return;  // the terminal is gone: reading from it will say so
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }

 private:
  int descriptor_;
};

/// What is typed stays unseen while this lives. Ctrl-C comes as a signal, to which the program listens; keys that would
/// end or stop it on the spot, and leave the terminal mute, do nothing.
class Unseen {
 public:
  explicit Unseen(const Terminal& terminal) : terminal_(terminal) {
    if (tcgetattr(terminal.number(), &before_) != 0) return;
    termios muted = before_;
    muted.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHOE | ECHOK | ECHONL);
    muted.c_lflag |= ICANON | ISIG;
    muted.c_cc[VQUIT] = _POSIX_VDISABLE;
    muted.c_cc[VSUSP] = _POSIX_VDISABLE;
    is_unseen_ = tcsetattr(terminal.number(), TCSAFLUSH, &muted) == 0;
  }
  ~Unseen() {
    if (!is_unseen_) return;
    tcsetattr(terminal_.number(), TCSAFLUSH, &before_);
    terminal_.print("\n");
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

  explicit operator bool() const { return is_unseen_; }

 private:
  const Terminal& terminal_;
  termios before_{};
  bool is_unseen_ = false;
};

using Typed = std::array<char, 4096>;  // the longest line that a terminal hands over

/// The length of the line; nothing at its end, after Ctrl-C, or without a line's end.
std::optional<std::size_t> read_line(const Terminal& terminal, Typed& typed) {
  constexpr int kLookEvery_ms = 100;
  while (!interrupted()) {
    pollfd wait{terminal.number(), POLLIN, 0};
    if (poll(&wait, 1, kLookEvery_ms) <= 0) continue;
    const ssize_t got = read(terminal.number(), typed.data(), typed.size());
    if (got <= 0) return std::nullopt;
    const auto length = static_cast<std::size_t>(got);
    if (typed[length - 1] != '\n') return std::nullopt;
    return length - 1;
  }
  return std::nullopt;
}

std::string question(const exhibit_secret_request& request) {
  std::string text = request.kind == EXHIBIT_SECRET_APP_KEY ? "Key of " : "Password of ";
  text += clean(request.container);
  if (*request.hint != '\0') text += " (" + clean(request.hint) + ")";
  return text + ", Enter alone to leave it locked: ";
}

}  // namespace

bool ask_for_password(const exhibit_secret_request& request, Answer& answer) {
  if (request.attempt > kMostAttempts || interrupted()) return false;
  const Terminal terminal;
  if (!terminal.is_open()) return false;
  const Unseen unseen(terminal);
  if (!unseen) return false;
  if (request.attempt > 1) terminal.print("That is wrong.\n");
  terminal.print(question(request));
  Typed typed;
  const auto length = read_line(terminal, typed);
  const bool is_given = length.value_or(0) != 0;
  try {
    if (is_given) answer.give({typed.data(), *length});
  } catch (...) {
    explicit_bzero(typed.data(), typed.size());
    throw;
  }
  explicit_bzero(typed.data(), typed.size());
  return is_given;
}

}  // namespace exhibit::cli
