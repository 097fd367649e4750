#include "base/unicode.h"

#include <cstring>

namespace exhibit {

namespace {

constexpr char32_t kLastCodePoint = 0x10FFFF;

constexpr bool is_surrogate(char32_t code_point) { return code_point >= 0xD800 && code_point <= 0xDFFF; }

std::uint8_t byte_at(std::string_view text, std::size_t position) { return static_cast<std::uint8_t>(text[position]); }

/// Most text is ASCII: eight bytes of it at once.
bool has_ascii_word(std::string_view text, std::size_t position) {
  std::uint64_t word = 0;
  if (text.size() - position < sizeof word) return false;
  std::memcpy(&word, text.data() + position, sizeof word);
  return (word & 0x8080808080808080u) == 0;
}

}  // namespace

std::optional<char32_t> next_utf8(std::string_view text, std::size_t& position) {
  if (position >= text.size()) return std::nullopt;
  const std::uint8_t lead = byte_at(text, position);
  if (lead < 0x80) {
    ++position;
    return lead;
  }
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || length > text.size() - position) return std::nullopt;
  char32_t code_point = lead & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const std::uint8_t next = byte_at(text, position + i);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    code_point = code_point << 6 | (next & 0x3Fu);
  }
  constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code_point < kSmallest[length] || code_point > kLastCodePoint || is_surrogate(code_point)) return std::nullopt;
  position += length;
  return code_point;
}

bool is_utf8(std::string_view text) {
  for (std::size_t position = 0; position < text.size();) {
    if (has_ascii_word(text, position)) {
      position += sizeof(std::uint64_t);
    } else if (byte_at(text, position) < 0x80) {
      ++position;
    } else if (!next_utf8(text, position)) {
      return false;
    }
  }
  return true;
}

void append_utf8(std::string& text, char32_t code_point) {
  const auto put = [&text](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

std::string utf8_from_utf16(Bytes units, ByteOrder order) {
  const auto unit_at = [&](std::size_t i) -> char32_t {
    const std::uint32_t first = units[i];
    const std::uint32_t second = units[i + 1];
    return order == ByteOrder::big ? first << 8 | second : second << 8 | first;
  };
  std::string text;
  text.reserve(units.size());
  const std::size_t end = units.size() & ~std::size_t{1};
  for (std::size_t i = 0; i < end; i += 2) {
    char32_t code_point = unit_at(i);
    if (code_point >= 0xD800 && code_point <= 0xDBFF && i + 2 < end) {
      const char32_t low = unit_at(i + 2);
      if (low >= 0xDC00 && low <= 0xDFFF) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    append_utf8(text, code_point);
  }
  return text;
}

std::string utf8_from_latin1(Bytes bytes) {
  std::string text;
  text.reserve(bytes.size());
  for (const std::uint8_t byte : bytes) append_utf8(text, byte);
  return text;
}

std::string escape_invalid_utf8(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string escaped;
  escaped.reserve(text.size());
  for (std::size_t position = 0; position < text.size();) {
    const std::size_t start = position;
    if (next_utf8(text, position)) {
      escaped.append(text.substr(start, position - start));
    } else {
      const std::uint8_t byte = byte_at(text, position++);
      escaped.append("\\x");
      escaped.push_back(kHex[byte >> 4]);
      escaped.push_back(kHex[byte & 0xF]);
    }
  }
  return escaped;
}

}  // namespace exhibit
