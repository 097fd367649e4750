// Results and errors: what was expected, what was found, and where. An Error owns nothing; text is built when it is
// shown.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace exhibit {

/// Text from compile time.
class Literal {
 public:
  template <std::size_t N>
  consteval Literal(const char (&text)[N]) : text_(text, N - 1) {}  // NOLINT: implicit on purpose

  std::string_view view() const { return text_; }

 private:
  std::string_view text_;
};

enum class ErrorCode : std::uint8_t {
  malformed,    ///< not what the format says
  truncated,    ///< ends too early
  unsupported,  ///< known, and not read by this version
  limit,        ///< larger, deeper or more than Limits allow
  budget,       ///< the task's counted work is used up
  io,           ///< the operating system refused; `found` is errno
  not_found,
  locked,     ///< encrypted, and no secret fits
  checksum,   ///< the bytes do not match the sum stored with them
  cancelled,  ///< the host said so
};

/// The name used in problems, for example "malformed".
std::string_view error_code_name(ErrorCode code);

/// A place in a file. `file` is the entry's number in its Evidence, 0 where there is no file.
struct Where {
  std::uint32_t file = 0;
  std::uint64_t offset = 0;

  bool operator==(const Where&) const = default;
};

struct Error {
  ErrorCode code;
  Literal expected;         ///< what the format asks for
  std::uint64_t found = 0;  ///< what stood there instead
  Where where;              ///< of the field that is wrong, not of the code that noticed
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorCode code, Literal expected, std::uint64_t found = 0, Where where = {}) {
  return std::unexpected(Error{code, expected, found, where});
}

/// "expected entry count that fits the file, found 2147483647, at offset 4"; an io error tells errno's text.
std::string error_text(const Error& error);

}  // namespace exhibit
