#include <array>
#include <charconv>
#include <cmath>

#include "base/unicode.h"
#include "model/json.h"

namespace exhibit::model {

namespace {

/// Bytes that stand for themselves: printable ASCII but the quote and the backslash.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x7F; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

/// What could steer a terminal or make text look other than it is: controls, marks of direction and separators, the
/// byte order mark, the object replacement character (invisible in most fonts), tags.
bool is_escaped(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x61C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0xFFFC ||
         (c >= 0xE0000 && c <= 0xE007F);
}

void append_unit(std::string& out, std::uint32_t unit) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[unit >> shift & 15];
}

void append_escape(std::string& out, char32_t c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\r':
      out += "\\r";
      return;
    default:
      break;
  }
  if (c < 0x10000) {
    append_unit(out, c);
    return;
  }
  append_unit(out, 0xD800 + ((c - 0x10000) >> 10));
  append_unit(out, 0xDC00 + ((c - 0x10000) & 0x3FF));
}

void append_not_utf8(std::string& out, char byte) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto value = static_cast<std::uint8_t>(byte);
  out += "\\\\x";  // the name of such a byte everywhere is \xNN
  out += kHex[value >> 4];
  out += kHex[value & 15];
}

/// ECMAScript's Number::toString for 0 < value, from its decimal digits d1 d2 d3… and the exponent of 0.d1d2d3….
void append_ecmascript(std::string& out, std::string_view digits, int point) {
  const auto count = static_cast<int>(digits.size());
  if (point > 21 || point <= -6) {
    out += digits[0];
    if (count > 1) out.append(".").append(digits.substr(1));
    out += point > 0 ? "e+" : "e-";
    out += std::to_string(std::abs(point - 1));
  } else if (point <= 0) {
    out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
  } else if (count <= point) {
    out.append(digits).append(static_cast<std::size_t>(point - count), '0');
  } else {
    const auto whole = static_cast<std::size_t>(point);
    out.append(digits.substr(0, whole)).append(".").append(digits.substr(whole));
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t position = 0;
  while (position < text.size()) {
    std::size_t end = position;
    while (end < text.size() && kPlain[static_cast<std::uint8_t>(text[end])]) ++end;
    out.append(text, position, end - position);
    position = end;
    if (position == text.size()) break;
    const std::size_t start = position;
    const auto c = next_utf8(text, position);
    if (!c)
      append_not_utf8(out, text[position++]);
    else if (*c == '"' || *c == '\\' || is_escaped(*c))
      append_escape(out, *c);
    else
      out.append(text, start, position - start);
  }
  out += '"';
}

void append_json_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";
    return;
  }
  if (std::signbit(value)) out += '-';
  value = std::abs(value);
  if (value == 0) {
    out += '0';
    return;
  }
  // "1.2345e+06": at most 17 digits, so that the buffer never is too small.
  char buffer[32];
  const auto written = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  const std::string_view text(buffer, static_cast<std::size_t>(written.ptr - buffer));
  const std::size_t e = text.find('e');
  char digits[24];
  std::size_t count = 0;
  for (const char c : text.substr(0, e))
    if (c != '.') digits[count++] = c;
  int exponent = 0;
  const bool negative = text[e + 1] == '-';
  std::from_chars(text.data() + e + 2, text.data() + text.size(), exponent);
  append_ecmascript(out, {digits, count}, (negative ? -exponent : exponent) + 1);
}

}  // namespace exhibit::model
