#include "json_tree.h"

#include <cstdint>

#include "base/unicode.h"

namespace exhibit::model {

namespace {

constexpr std::size_t kMaxDepth = 32;  // twice the deepest message: each level may be a list too

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::expected<JsonValue, std::string> whole() {
    JsonValue value;
    if (parse_value(value, 0)) {
      skip_space();
      if (position_ < text_.size()) fail("the end of the line");
    }
    if (!expected_.empty())
      return std::unexpected(std::string("expected ").append(expected_) + " at byte " + std::to_string(position_));
    return value;
  }

 private:
  /// False, for `return fail(…)`. The first failure counts.
  bool fail(std::string_view expected) {
    if (expected_.empty()) expected_ = expected;
    return false;
  }

  void skip_space() {
    while (position_ < text_.size() && std::string_view(" \t\r\n").contains(text_[position_])) ++position_;
  }

  bool take(char c) {
    if (position_ == text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }

  bool take_word(std::string_view word) {
    if (!text_.substr(position_).starts_with(word)) return false;
    position_ += word.size();
    return true;
  }

  std::size_t take_digits() {
    const std::size_t start = position_;
    while (position_ < text_.size() && text_[position_] >= '0' && text_[position_] <= '9') ++position_;
    return position_ - start;
  }

  bool parse_value(JsonValue& value, std::size_t depth);
  bool parse_object(JsonValue& value, std::size_t depth);
  bool parse_array(JsonValue& value, std::size_t depth);
  bool parse_number(JsonValue& value);
  bool parse_string(std::string& content);
  bool parse_escape(std::string& content);
  bool parse_unicode_escape(std::string& content);
  bool parse_unit(std::uint32_t& unit);

  std::string_view text_;
  std::size_t position_ = 0;
  std::string_view expected_;
};

bool Parser::parse_value(JsonValue& value, std::size_t depth) {
  if (depth > kMaxDepth) return fail("less nesting");
  skip_space();
  const char c = position_ < text_.size() ? text_[position_] : '\0';
  if (c == '{') return parse_object(value, depth);
  if (c == '[') return parse_array(value, depth);
  if (c == '"') {
    value.kind = JsonKind::text;
    return parse_string(value.text);
  }
  if (c == '-' || (c >= '0' && c <= '9')) return parse_number(value);
  for (const std::string_view word : {"true", "false"}) {
    if (!take_word(word)) continue;
    value.kind = JsonKind::boolean;
    value.text = word;
    return true;
  }
  return take_word("null") || fail("a value");
}

bool Parser::parse_object(JsonValue& value, std::size_t depth) {
  value.kind = JsonKind::object;
  take('{');
  skip_space();
  if (take('}')) return true;
  for (;;) {
    skip_space();
    if (!parse_string(value.keys.emplace_back())) return false;
    skip_space();
    if (!take(':')) return fail("':'");
    if (!parse_value(value.items.emplace_back(), depth + 1)) return false;
    skip_space();
    if (take('}')) return true;
    if (!take(',')) return fail("',' or '}'");
  }
}

bool Parser::parse_array(JsonValue& value, std::size_t depth) {
  value.kind = JsonKind::array;
  take('[');
  skip_space();
  if (take(']')) return true;
  for (;;) {
    if (!parse_value(value.items.emplace_back(), depth + 1)) return false;
    skip_space();
    if (take(']')) return true;
    if (!take(',')) return fail("',' or ']'");
  }
}

bool Parser::parse_number(JsonValue& value) {
  value.kind = JsonKind::number;
  const std::size_t start = position_;
  take('-');
  if (!take('0') && take_digits() == 0) return fail("a digit");
  if (take('.') && take_digits() == 0) return fail("a digit");
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    if (take_digits() == 0) return fail("a digit");
  }
  value.text = text_.substr(start, position_ - start);
  return true;
}

bool Parser::parse_string(std::string& content) {
  if (!take('"')) return fail("'\"'");
  while (position_ < text_.size()) {
    if (take('"')) return true;
    if (take('\\')) {
      if (!parse_escape(content)) return false;
      continue;
    }
    const std::size_t start = position_;
    if (static_cast<std::uint8_t>(text_[start]) < 0x20) return fail("no control character in a string");
    if (!next_utf8(text_, position_)) return fail("UTF-8");
    content.append(text_, start, position_ - start);
  }
  return fail("'\"'");
}

bool Parser::parse_escape(std::string& content) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (take('u')) return parse_unicode_escape(content);
  const std::size_t letter = position_ < text_.size() ? kLetters.find(text_[position_]) : std::string_view::npos;
  if (letter == std::string_view::npos) return fail("an escape of JSON");
  content += kMeanings[letter];
  ++position_;
  return true;
}

bool Parser::parse_unit(std::uint32_t& unit) {
  unit = 0;
  for (int i = 0; i < 4; ++i) {
    const char c = position_ < text_.size() ? text_[position_] : '\0';
    if (c >= '0' && c <= '9')
      unit = unit << 4 | static_cast<std::uint32_t>(c - '0');
    else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
      unit = unit << 4 | static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
    else
      return fail("a hex digit");
    ++position_;
  }
  return true;
}

bool Parser::parse_unicode_escape(std::string& content) {
  std::uint32_t unit = 0;
  if (!parse_unit(unit)) return false;
  if (unit >= 0xD800 && unit < 0xE000) {
    std::uint32_t low = 0;
    if (unit >= 0xDC00 || !take_word("\\u")) return fail("a pair of surrogates");
    if (!parse_unit(low)) return false;
    if (low < 0xDC00 || low >= 0xE000) return fail("a pair of surrogates");
    unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  }
  append_utf8(content, unit);
  return true;
}

}  // namespace

std::expected<JsonValue, std::string> parse_json(std::string_view text) { return Parser(text).whole(); }

}  // namespace exhibit::model
