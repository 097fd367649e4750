// Passwords for encrypted evidence: out of a file, or asked on the terminal. Never an argument, never the environment,
// which other programs can see.
#pragma once

#include <exhibit/exhibit.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace exhibit::cli {

class Passwords {
 public:
  /// `file` holds one password a line, "-" is stdin; it is read at once. Empty: the terminal is asked. Throws Error.
  explicit Passwords(const std::string& file);

  /// The next of the file, or what is typed, up to three times. False: there is none.
  bool answer(const exhibit_secret_request& request, Answer& answer) const;

 private:
  void read(int descriptor, const std::string& name);
  void split();

  bool has_file_ = false;
  struct Wiped {
    Wiped() = default;
    ~Wiped();
    Wiped(const Wiped&) = delete;
    Wiped& operator=(const Wiped&) = delete;
    std::vector<char> bytes;  ///< never grows, so nothing of it is left behind
  };
  Wiped text_;                           ///< of the file
  std::vector<std::string_view> lines_;  ///< in text_
};

}  // namespace exhibit::cli
