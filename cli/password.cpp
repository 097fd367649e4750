#include "password.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "password_prompt.h"

namespace exhibit::cli {

namespace {

/// Far more than anybody writes down, and little enough to be read at once.
constexpr std::size_t kMostBytes = 1 << 20;

[[noreturn]] void fail_reading(const std::string& name, const char* why) {
  throw Error(EXHIBIT_E_IO, "--password-file " + name + ": " + why);
}

}  // namespace

Passwords::Passwords(const std::string& file) : has_file_(!file.empty()) {
  if (!has_file_) return;
  if (file == "-") {
    read(STDIN_FILENO, file);
  } else {
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) fail_reading(file, std::strerror(errno));
    try {
      read(descriptor, file);
    } catch (const Error&) {
      close(descriptor);
      throw;
    }
    close(descriptor);
  }
  split();
  if (lines_.empty()) fail_reading(file, "no password in it");
}

Passwords::Wiped::~Wiped() {
  if (!bytes.empty()) explicit_bzero(bytes.data(), bytes.size());
}

void Passwords::read(int descriptor, const std::string& name) {
  std::vector<char>& text = text_.bytes;
  text.resize(kMostBytes);
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t got = ::read(descriptor, text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_reading(name, std::strerror(errno));
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  if (length == text.size()) fail_reading(name, "larger than 1 MB: a file of passwords is asked for");
  text.resize(length);
}

/// An empty line is no password: editors leave one at the end.
void Passwords::split() {
  std::string_view rest(text_.bytes.data(), text_.bytes.size());
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) lines_.push_back(line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

bool Passwords::answer(const exhibit_secret_request& request, Answer& answer) const {
  if (!has_file_) return ask_for_password(request, answer);
  if (request.attempt > lines_.size()) return false;
  answer.give(lines_[request.attempt - 1]);
  return true;
}

}  // namespace exhibit::cli
