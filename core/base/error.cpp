#include <array>
#include <cstring>

#include "base/result.h"

namespace exhibit {

std::string_view error_code_name(ErrorCode code) {
  static constexpr std::array<std::string_view, 10> kNames = {
      "malformed", "truncated", "unsupported", "limit", "budget", "io", "not_found", "locked", "checksum", "cancelled"};
  return kNames[static_cast<std::size_t>(code)];
}

std::string error_text(const Error& error) {
  std::string text = "expected ";
  text += error.expected.view();
  if (error.code == ErrorCode::not_found) return text + ", which is not there";
  if (error.code == ErrorCode::io) {
    std::array<char, 128> buffer{};
    // GNU's strerror_r, which may return a text of its own instead of the buffer.
    text += ": ";
    text += strerror_r(static_cast<int>(error.found), buffer.data(), buffer.size());
    return text;
  }
  text += ", found " + std::to_string(error.found);
  text += ", at offset " + std::to_string(error.where.offset);
  return text;
}

}  // namespace exhibit
