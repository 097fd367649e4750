#include "base64.h"

namespace exhibit::decode {

namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<std::string> bytes_from_base64(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  unsigned digits = 0;
  unsigned padding = 0;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
    if (c == '=') {
      if (++padding > 2 || digits < 2) return std::nullopt;
      continue;
    }
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos || padding > 0) return std::nullopt;
    group = group << 6 | static_cast<std::uint32_t>(digit);
    if (++digits < 4) continue;
    for (const unsigned shift : {16u, 8u, 0u}) bytes.push_back(static_cast<char>(group >> shift & 0xff));
    group = 0;
    digits = 0;
  }
  if (digits == 1) return std::nullopt;
  if (digits >= 2) bytes.push_back(static_cast<char>(group >> (digits == 2 ? 4 : 10) & 0xff));
  if (digits == 3) bytes.push_back(static_cast<char>(group >> 2 & 0xff));
  return bytes;
}

}  // namespace exhibit::decode
