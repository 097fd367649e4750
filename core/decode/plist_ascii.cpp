// The property lists of NeXTSTEP and OpenStep, still written into .strings files and by GNUstep.
//
//   { key = value; … }   ( value, … )   < hex digits >   word   "text with \escapes"   'text'
//   <*I5> integer   <*R1.5> real   <*BY> <*BN> boolean   <*D2002-03-22 11:30:00 +0100> date     (GNUstep's own)
//
// Comments are /* … */ and // to the end of the line. A .strings file is a dictionary without its braces. The form has
// no numbers of its own: 5 is text. Escapes: \a \b \f \n \r \t \v, \Uhhhh (UTF-16 unit), \ooo (octal); a backslash
// before any other character stands for that character.
// Source: Apple's "Old-Style ASCII Property Lists" and the GNUstep documentation. Octal escapes above 177 meant the
// NeXTSTEP character set; they are read as Latin-1 with a remark, as none was ever seen.
#include <algorithm>
#include <charconv>
#include <optional>

#include "base/time.h"
#include "base/unicode.h"
#include "plist.h"

namespace exhibit::decode {

namespace {

constexpr std::int64_t kAppleEpochUs = 978307200 * std::int64_t{1'000'000};

bool is_word_character(char c) {
  const bool is_alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return is_alphanumeric || std::string_view("_$/:.-+").find(c) != std::string_view::npos ||
         static_cast<std::uint8_t>(c) >= 0x80;
}

std::optional<std::uint32_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

class AsciiPlist {
 public:
  AsciiPlist(std::string_view text, const Limits& limits, Where where) : text_(text), limits_(limits), where_(where) {}

  Result<Tree> read() {
    const std::optional<NodeId> root = looks_like_strings() ? read_entries('\0', 1) : read_value(0);
    if (root) skip_space();
    if (root && position_ < text_.size()) refuse("the end of the list", position_);
    if (error_) return std::unexpected(*error_);
    tree_.set_root(root.value_or(0));  // without a root there is an error
    return std::move(tree_);
  }

 private:
  /// A key and its = without a brace before it.
  bool looks_like_strings() {
    skip_space();
    const std::size_t start = position_;
    const char first = peek();
    const bool is_text = first == '"' || first == '\'' || is_word_character(first);
    const bool has_key = is_text && first != '\0' && read_text().has_value();
    skip_space();
    const bool is_entry = has_key && (peek() == '=' || peek() == ';');
    position_ = start;
    error_.reset();
    return is_entry;
  }

  std::optional<NodeId> read_value(std::uint32_t depth) {
    skip_space();
    if (depth >= limits_.nesting) return refuse_limit("containers less deep", depth);
    switch (peek()) {
      case '{':
        ++position_;
        return read_entries('}', depth + 1);
      case '(':
        ++position_;
        return read_array(depth + 1);
      case '<':
        ++position_;
        return peek() == '*' ? read_typed() : read_data();
      default:
        break;
    }
    const auto text = read_text();
    if (!text) return std::nullopt;
    return tree_.add_text(*text);
  }

  /// Up to `end`, which is taken; NUL stands for the end of the text.
  std::optional<NodeId> read_entries(char end, std::uint32_t depth) {
    std::vector<std::string_view> keys;
    std::vector<NodeId> values;
    while (true) {
      skip_space();
      if (at_end() && end != '\0') return refuse("a closing brace", position_);
      if (peek() == end) break;
      const auto key = read_text();
      if (!key) return std::nullopt;
      skip_space();
      std::optional<NodeId> value;
      if (peek() == ';') {
        value = tree_.add_text(*key);  // "key;" in a .strings file: the text is its own translation
      } else {
        if (!take('=', "= behind a key")) return std::nullopt;
        value = read_value(depth);
      }
      if (!value) return std::nullopt;
      keys.push_back(*key);
      values.push_back(*value);
      skip_space();
      // The last entry before a brace may go without its semicolon: old versions of CoreFoundation read it so.
      if (peek() == end) continue;
      if (!take(';', "; behind a value")) return std::nullopt;
    }
    if (end != '\0') ++position_;
    return tree_.add_dictionary(keys, values);
  }

  std::optional<NodeId> read_array(std::uint32_t depth) {
    std::vector<NodeId> values;
    while (true) {
      skip_space();
      if (peek() == ')') break;
      const auto value = read_value(depth);
      if (!value) return std::nullopt;
      values.push_back(*value);
      skip_space();
      if (peek() == ')') continue;
      if (!take(',', ", or ) behind an element")) return std::nullopt;
    }
    ++position_;
    return tree_.add_array(values);
  }

  std::optional<NodeId> read_data() {
    std::string data;
    std::optional<std::uint32_t> high;
    while (true) {
      skip_space();
      if (peek() == '>') break;
      const auto digit = hex_digit(peek());
      if (!digit) return refuse("hex digits and >", position_);
      if (high) data.push_back(static_cast<char>(*high << 4 | *digit));
      high = high ? std::nullopt : digit;
      ++position_;
    }
    if (high) return refuse("an even count of hex digits", position_);
    ++position_;
    return tree_.add_data(as_bytes(tree_.keep(std::move(data))));
  }

  std::optional<NodeId> read_typed() {
    const std::size_t start = position_;
    const std::size_t end = text_.find('>', position_);
    if (end == std::string_view::npos || end - start < 3) return refuse("a typed value and >", start);
    position_ = end + 1;
    std::string_view value = text_.substr(start + 2, end - start - 2);
    const char type = text_[start + 1];
    if (type == 'B' && (value == "Y" || value == "N")) return tree_.add_boolean(value == "Y");
    if (type == 'D') return read_date(value, start);
    const auto read_whole = [&](auto& number) {
      const auto [stop, error] = std::from_chars(value.data(), value.data() + value.size(), number);
      return error == std::errc() && stop == value.data() + value.size();
    };
    std::int64_t integer = 0;
    if (type == 'I' && read_whole(integer)) return tree_.add_integer(integer);
    std::uint64_t large = 0;
    if (type == 'I' && read_whole(large)) return tree_.add_unsigned(large);
    double real = 0;
    if (type == 'R' && read_whole(real)) return tree_.add_real(real);
    return refuse("a typed value: integer, real, boolean or date", start);
  }

  std::optional<NodeId> read_date(std::string_view value, std::size_t start) {
    // "2002-03-22 11:30:00 +0100": ISO 8601 with spaces.
    if (value.size() != 25) return refuse("a date with its offset", start);
    const std::string iso = std::string(value.substr(0, 10)) + "T" + std::string(value.substr(11, 8)) +
                            std::string(value.substr(20, 3)) + ":" + std::string(value.substr(23));
    const TimeReading time = iso_time(iso);
    if (time.reading != Reading::moment) return refuse("a date with its offset", start);
    return tree_.add_date(static_cast<double>(time.moment.us - kAppleEpochUs) / 1e6);
  }

  std::optional<std::string_view> read_text() {
    if (peek() == '"' || peek() == '\'') return read_quoted();
    const std::size_t start = position_;
    while (!at_end() && is_word_character(peek())) ++position_;
    if (position_ == start) {
      refuse("a value", position_);
      return std::nullopt;
    }
    return text_.substr(start, position_ - start);
  }

  std::optional<std::string_view> read_quoted() {
    const std::size_t start = position_;
    const char quote = text_[position_++];
    const std::size_t end = text_.find_first_of(quote == '"' ? "\"\\" : "'\\", position_);
    if (end != std::string_view::npos && text_[end] == quote) {
      const std::string_view plain = text_.substr(position_, end - position_);
      position_ = end + 1;
      return plain;
    }
    std::string text;
    std::string units;  // UTF-16 of \U escapes that follow one another: a pair may be in it
    while (!at_end() && peek() != quote) {
      if (peek() == '\\' && text_.substr(position_ + 1).starts_with('U') && read_unit(units)) continue;
      flush(units, text);
      if (peek() == '\\') {
        ++position_;
        read_escape(text);
      } else {
        text.push_back(text_[position_++]);
      }
    }
    flush(units, text);
    if (at_end()) {
      refuse("a closing quote", start);
      return std::nullopt;
    }
    ++position_;
    return tree_.keep(std::move(text));
  }

  bool read_unit(std::string& units) {
    std::uint32_t unit = 0;
    std::size_t digits = 0;
    while (digits < 4 && position_ + 2 + digits < text_.size()) {
      const auto digit = hex_digit(text_[position_ + 2 + digits]);
      if (!digit) break;
      unit = unit << 4 | *digit;
      ++digits;
    }
    if (digits == 0) return false;
    position_ += 2 + digits;
    units.push_back(static_cast<char>(unit >> 8));
    units.push_back(static_cast<char>(unit & 0xff));
    return true;
  }

  static void flush(std::string& units, std::string& text) {
    text.append(utf8_from_utf16(as_bytes(units), ByteOrder::big));
    units.clear();
  }

  void read_escape(std::string& text) {
    constexpr std::string_view kLetters = "abfnrtv";
    constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v";
    if (at_end()) return;
    const std::size_t start = position_;
    std::uint32_t octal = 0;
    while (position_ - start < 3 && peek() >= '0' && peek() <= '7') {
      octal = octal << 3 | static_cast<std::uint32_t>(text_[position_++] - '0');
    }
    if (position_ > start) {
      if (octal > 0177) {
        tree_.remark(ErrorCode::unsupported, "octal escapes up to 177 (read as Latin-1)", octal, at(start));
      }
      append_utf8(text, octal);
      return;
    }
    const std::size_t letter = kLetters.find(peek());
    text.push_back(letter == std::string_view::npos ? peek() : kMeanings[letter]);
    ++position_;
  }

  void skip_space() {
    while (!at_end()) {
      const char c = peek();
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        ++position_;
      } else if (text_.substr(position_).starts_with("//")) {
        position_ = std::min(text_.find_first_of("\r\n", position_), text_.size());
      } else if (text_.substr(position_).starts_with("/*")) {
        const std::size_t end = text_.find("*/", position_ + 2);
        if (end == std::string_view::npos) return;  // then no value can stand here, and that is the error
        position_ = end + 2;
      } else {
        return;
      }
    }
  }

  bool take(char wanted, Literal expected) {
    if (at_end() || peek() != wanted) {
      refuse(expected, position_);
      return false;
    }
    ++position_;
    return true;
  }

  bool at_end() const { return position_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[position_]; }
  Where at(std::size_t position) const { return {where_.file, where_.offset + position}; }

  std::nullopt_t refuse(Literal expected, std::size_t position) {
    const std::uint64_t found = position < text_.size() ? static_cast<std::uint8_t>(text_[position]) : 0;
    const ErrorCode code = position < text_.size() ? ErrorCode::malformed : ErrorCode::truncated;
    if (!error_) error_ = Error{code, expected, found, at(position)};
    return std::nullopt;
  }

  std::nullopt_t refuse_limit(Literal expected, std::uint64_t found) {
    if (!error_) error_ = Error{ErrorCode::limit, expected, found, at(position_)};
    return std::nullopt;
  }

  std::string_view text_;
  const Limits& limits_;
  Where where_;
  Tree tree_;
  std::size_t position_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<Tree> read_ascii_plist(Bytes bytes, const Limits& limits, Where where) {
  return AsciiPlist(as_text(bytes), limits, where).read();
}

}  // namespace exhibit::decode
