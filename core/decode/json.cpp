// JSON by RFC 8259, strictly. What the RFC leaves open: a byte order mark in front is skipped; duplicate keys are kept;
// text that is no UTF-8 and lone surrogates of \u escapes are kept as they are (with a remark, and is_utf8() tells);
// integers that do not fit 64 bits, and reals that do not fit a double, become the nearest real, with a remark.
#include <charconv>
#include <cmath>
#include <limits>

#include "base/unicode.h"
#include "decode/tree.h"

namespace exhibit::decode {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

class JsonReader {
 public:
  JsonReader(std::string_view text, const Limits& limits, Where where) : text_(text), limits_(limits), where_(where) {}

  Result<Tree> read() {
    if (text_.starts_with("\xef\xbb\xbf")) position_ = 3;
    skip_space();
    const auto root = read_value(0);
    skip_space();
    if (root && position_ < text_.size()) refuse("the end of the document");
    if (error_) return std::unexpected(*error_);
    tree_.set_root(root.value_or(0));  // without a root there is an error
    return std::move(tree_);
  }

 private:
  std::optional<NodeId> read_value(std::uint32_t depth) {
    if (depth > limits_.nesting) return refuse("values less deep", ErrorCode::limit);
    if (tree_.node_count() >= limits_.nodes) return refuse("fewer values", ErrorCode::limit);
    switch (peek()) {
      case '{':
        return read_object(depth);
      case '[':
        return read_array(depth);
      case '"': {
        const auto text = read_string();
        return text ? std::optional(tree_.add_text(*text)) : std::nullopt;
      }
      case 't':
        return take("true") ? std::optional(tree_.add_boolean(true)) : refuse("a value");
      case 'f':
        return take("false") ? std::optional(tree_.add_boolean(false)) : refuse("a value");
      case 'n':
        return take("null") ? std::optional(tree_.add_null()) : refuse("a value");
      default:
        return read_number();
    }
  }

  std::optional<NodeId> read_array(std::uint32_t depth) {
    std::vector<NodeId> elements;
    ++position_;
    skip_space();
    if (take("]")) return tree_.add_array(elements);
    while (true) {
      const auto value = read_value(depth + 1);
      if (!value) return std::nullopt;
      elements.push_back(*value);
      skip_space();
      if (take("]")) return tree_.add_array(elements);
      if (!take(",")) return refuse(", or ] behind an element");
      skip_space();
    }
  }

  std::optional<NodeId> read_object(std::uint32_t depth) {
    std::vector<std::string_view> keys;
    std::vector<NodeId> values;
    ++position_;
    skip_space();
    if (take("}")) return tree_.add_dictionary(keys, values);
    while (true) {
      if (peek() != '"') return refuse("a key in quotes");
      const auto key = read_string();
      if (!key) return std::nullopt;
      skip_space();
      if (!take(":")) return refuse(": behind a key");
      skip_space();
      const auto value = read_value(depth + 1);
      if (!value) return std::nullopt;
      keys.push_back(*key);
      values.push_back(*value);
      skip_space();
      if (take("}")) return tree_.add_dictionary(keys, values);
      if (!take(",")) return refuse(", or } behind a value");
      skip_space();
    }
  }

  std::optional<NodeId> read_number() {
    const std::size_t start = position_;
    bool is_integer = true;
    take("-");
    if (!take("0") && !take_digits()) return refuse("a value");
    if (take(".")) {
      is_integer = false;
      if (!take_digits()) return refuse("a digit behind the point");
    }
    if (take("e") || take("E")) {
      is_integer = false;
      if (!take("+")) take("-");
      if (!take_digits()) return refuse("a digit in the exponent");
    }
    const std::string_view digits = text_.substr(start, position_ - start);
    return is_integer && digits != "-0" ? add_integer(digits, start) : add_real(digits, start);
  }

  NodeId add_integer(std::string_view digits, std::size_t start) {
    const auto fits = [&](auto& value) {
      return std::from_chars(digits.data(), digits.data() + digits.size(), value).ec == std::errc();
    };
    std::int64_t value = 0;
    if (fits(value)) return tree_.add_integer(value);
    std::uint64_t large = 0;
    if (digits[0] != '-' && fits(large)) return tree_.add_unsigned(large);
    tree_.remark(ErrorCode::unsupported, "an integer of 64 bits (read as the nearest real)", digits.size(), at(start));
    return add_real(digits, start);
  }

  NodeId add_real(std::string_view digits, std::size_t start) {
    double value = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (result.ec == std::errc()) return tree_.add_real(value);
    tree_.remark(ErrorCode::unsupported, "a number that fits a double (read as the nearest)", digits.size(), at(start));
    return tree_.add_real(std::strtod(std::string(digits).c_str(), nullptr));
  }

  std::optional<std::string_view> read_string() {
    const std::size_t start = ++position_;
    const std::size_t plain_end = text_end(position_);
    if (plain_end < text_.size() && text_[plain_end] == '"') {
      position_ = plain_end + 1;
      return checked(text_.substr(start, plain_end - start), start);
    }
    std::string text;
    while (true) {
      const std::size_t end = text_end(position_);
      text.append(text_.substr(position_, end - position_));
      position_ = end;
      if (take("\"")) return checked(tree_.keep(std::move(text)), start);
      if (peek() != '\\') {
        refuse("a closing quote before any control character");
        return std::nullopt;
      }
      if (!read_escape(text)) return std::nullopt;
    }
  }

  /// The first quote, backslash or control character.
  std::size_t text_end(std::size_t from) const {
    while (from < text_.size() && text_[from] != '"' && text_[from] != '\\' &&
           static_cast<std::uint8_t>(text_[from]) >= 0x20) {
      ++from;
    }
    return from;
  }

  std::string_view checked(std::string_view text, std::size_t start) {
    if (!is_utf8(text)) {
      tree_.remark(ErrorCode::malformed, "UTF-8 in strings (kept as it is)", text.size(), at(start));
    }
    return text;
  }

  bool read_escape(std::string& text) {
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    ++position_;
    if (take("u")) return read_code_point(text);
    const std::size_t letter = peek() == '\0' ? std::string_view::npos : kLetters.find(peek());
    if (letter == std::string_view::npos) {
      refuse("a known escape");
      return false;
    }
    text.push_back(kMeanings[letter]);
    ++position_;
    return true;
  }

  bool read_code_point(std::string& text) {
    const auto first = read_unit();
    if (!first) return false;
    char32_t code_point = *first;
    if (code_point >= 0xD800 && code_point <= 0xDBFF && text_.substr(position_).starts_with("\\u")) {
      const std::size_t second_at = position_;
      position_ += 2;
      const auto second = read_unit();
      if (!second) return false;
      if (*second >= 0xDC00 && *second <= 0xDFFF) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10) + (*second - 0xDC00);
      } else {
        position_ = second_at;
      }
    }
    append_utf8(text, code_point);
    return true;
  }

  std::optional<std::uint32_t> read_unit() {
    const std::string_view digits = text_.substr(position_, 4);
    std::uint32_t unit = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (error != std::errc() || stop != digits.data() + 4) {
      refuse("four hex digits");
      return std::nullopt;
    }
    position_ += 4;
    return unit;
  }

  void skip_space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++position_;
  }

  bool take(std::string_view wanted) {
    if (!text_.substr(position_).starts_with(wanted)) return false;
    position_ += wanted.size();
    return true;
  }

  bool take_digits() {
    const std::size_t start = position_;
    while (is_digit(peek())) ++position_;
    return position_ > start;
  }

  char peek() const { return position_ < text_.size() ? text_[position_] : '\0'; }
  Where at(std::size_t position) const { return {where_.file, where_.offset + position}; }

  std::nullopt_t refuse(Literal expected, ErrorCode code = ErrorCode::malformed) {
    if (code == ErrorCode::malformed && position_ >= text_.size()) code = ErrorCode::truncated;
    if (!error_) error_ = Error{code, expected, static_cast<std::uint8_t>(peek()), at(position_)};
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

Result<Tree> read_json(Bytes bytes, const Limits& limits, Where where) {
  return JsonReader(as_text(bytes), limits, where).read();
}

}  // namespace exhibit::decode
