// The forms of names by which a phone's folders are recognised.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace exhibit::evidence {

/// 8-4-4-4-12 hexadecimal digits: how iOS names an app's container.
constexpr bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (c != '-') return false;
    } else if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))) {
      return false;
    }
  }
  return true;
}

/// An Android package with a dot in it ("android" alone has none, and is no landmark).
constexpr bool is_package_name(std::string_view text) {
  bool dot = false;
  for (const char c : text) {
    dot = dot || c == '.';
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
          c == '-'))
      return false;
  }
  return dot && !text.starts_with('.') && !text.ends_with('.');
}

/// Android's users are numbered from 0; the largest is well below 10 digits.
constexpr std::optional<std::uint32_t> user_number(std::string_view text) {
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::uint32_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return number;
}

}  // namespace exhibit::evidence
