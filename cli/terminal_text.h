// Evidence text as a terminal may show it: no escape sequence, no character that changes the direction or hides,
// reaches it; what is taken away stays visible as <U+202E>.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace exhibit::cli {

enum class Lines { keep, one };

/// Line feeds are kept, or become blanks.
std::string clean(std::string_view text, Lines lines = Lines::one);

/// As many cells as a terminal needs, roughly: wide letters count two, marks none.
std::size_t display_width(std::string_view text);

/// Cut to this width with "..." at its end, or padded with blanks.
std::string fit(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);

/// As a JSON string, cleaned.
std::string json_text(std::string_view text);

/// 474145 -> "474 145".
std::string grouped(std::uint64_t number);
/// "212 KB"
std::string bytes_text(std::uint64_t bytes);
/// Microseconds since 1970 as "2023-05-01" and "12:34:56".
std::string day_text(std::int64_t us);
std::string clock_text(std::int64_t us);

}  // namespace exhibit::cli
