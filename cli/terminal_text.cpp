#include "terminal_text.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace exhibit::cli {

namespace {

struct Decoded {
  char32_t code_point;
  std::size_t length;
  bool is_valid;
};

Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || length > text.size() - at) return {lead, 1, false};
  char32_t code_point = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0) != 0x80) return {lead, 1, false};
    code_point = code_point << 6 | (byte(at + i) & 0x3Fu);
  }
  return {code_point, length, code_point < 0xD800 || code_point > 0xDFFF};
}

bool in(char32_t c, char32_t first, char32_t last) { return c >= first && c <= last; }

/// Controls, direction marks and other characters that show nothing and change what is seen.
bool is_hostile(char32_t c) {
  return c < 0x20 || in(c, 0x7F, 0x9F) || c == 0x061C || in(c, 0x200E, 0x200F) || in(c, 0x2028, 0x202E) ||
         in(c, 0x2066, 0x2069) || c == 0xFEFF || in(c, 0xE0000, 0xE007F);
}

bool is_mark(char32_t c) {
  return in(c, 0x0300, 0x036F) || in(c, 0x0483, 0x0489) || in(c, 0x0591, 0x05BD) || in(c, 0x0610, 0x061A) ||
         in(c, 0x064B, 0x065F) || in(c, 0x0E31, 0x0E3A) || in(c, 0x1AB0, 0x1AFF) || in(c, 0x1DC0, 0x1DFF) ||
         in(c, 0x20D0, 0x20FF) || in(c, 0xFE00, 0xFE0F) || in(c, 0xFE20, 0xFE2F) || c == 0x200D;
}

bool is_wide(char32_t c) {
  return in(c, 0x1100, 0x115F) || in(c, 0x2E80, 0xA4CF) || in(c, 0xAC00, 0xD7A3) || in(c, 0xF900, 0xFAFF) ||
         in(c, 0xFE30, 0xFE6F) || in(c, 0xFF00, 0xFF60) || in(c, 0xFFE0, 0xFFE6) || in(c, 0x1F300, 0x1FAFF) ||
         in(c, 0x20000, 0x3FFFD);
}

std::string shown_code(char32_t c) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "<U+%04X>", static_cast<unsigned>(c));
  return text.data();
}

std::tm civil(std::int64_t us) {
  const std::time_t seconds = us >= 0 ? us / 1'000'000 : (us - 999'999) / 1'000'000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

}  // namespace

std::string clean(std::string_view text, Lines lines) {
  constexpr std::size_t kMostMarks = 8;  // on one letter; more is a prank on the reader's screen
  std::string shown;
  shown.reserve(text.size());
  std::size_t marks = 0;
  std::size_t dropped = 0;
  const auto end_marks = [&] {
    if (dropped != 0) shown.append("<+").append(std::to_string(dropped)).append(">");
    marks = dropped = 0;
  };
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    if (next.is_valid && is_mark(next.code_point)) {
      if (++marks > kMostMarks) {
        ++dropped;
      } else {
        shown += text.substr(at, next.length);
      }
      at += next.length;
      continue;
    }
    end_marks();
    if (next.is_valid && next.code_point == '\n') {
      shown += lines == Lines::keep ? '\n' : ' ';
    } else if (next.is_valid && next.code_point == '\t') {
      shown += ' ';
    } else if (!next.is_valid || is_hostile(next.code_point)) {
      shown += shown_code(next.code_point);
    } else {
      shown += text.substr(at, next.length);
    }
    at += next.length;
  }
  end_marks();
  return shown;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    width += is_mark(next.code_point) ? 0u : is_wide(next.code_point) ? 2u : 1u;
    at += next.length;
  }
  return width;
}

std::string fit(std::string_view text, std::size_t width) {
  constexpr std::size_t kDots = 3;
  const std::size_t whole = display_width(text);
  std::string cut;
  if (whole <= width) {
    cut = text;
    cut.append(width - whole, ' ');
    return cut;
  }
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded next = decode(text, at);
    const std::size_t cells = is_mark(next.code_point) ? 0u : is_wide(next.code_point) ? 2u : 1u;
    if (used + cells + kDots > width) break;
    cut += text.substr(at, next.length);
    used += cells;
    at += next.length;
  }
  cut.append(kDots, '.');
  cut.append(width - used - kDots, ' ');
  return cut;
}

std::string pad_left(std::string_view text, std::size_t width) {
  const std::size_t whole = display_width(text);
  std::string padded(whole < width ? width - whole : 0, ' ');
  padded += text;
  return padded;
}

std::string json_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : clean(text)) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ' ');
  return digits;
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  if (bytes < 1'000'000) return std::to_string((bytes + 500) / 1000) + " KB";
  if (bytes < 10'000'000'000) return grouped((bytes + 500'000) / 1'000'000) + " MB";
  return grouped((bytes + 500'000'000) / 1'000'000'000) + " GB";
}

std::string day_text(std::int64_t us) {
  const std::tm parts = civil(us);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
  return text.data();
}

std::string clock_text(std::int64_t us) {
  const std::tm parts = civil(us);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%02d:%02d:%02d", parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text.data();
}

}  // namespace exhibit::cli
