#include "sqlite/sql_tokens.h"

#include <algorithm>
#include <array>

namespace exhibit::sqlite {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_word_char(char c) { return is_word_start(c) || is_digit(c) || c == '$'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view sql) : sql_(sql) {}

  std::vector<Token> run() {
    std::vector<Token> tokens;
    for (skip_blanks(); position_ < sql_.size(); skip_blanks()) {
      const std::size_t start = position_;
      const TokenType type = take();
      const std::string_view text = sql_.substr(start, position_ - start);
      if (text == ")" && depth_ == 0) {
        tokens.push_back({TokenType::bad, text, line_, 0});
        continue;
      }
      tokens.push_back({type, text, line_, depth_});
      if (text == "(") ++depth_;
      if (text == ")") --depth_;
      count_lines(start);
    }
    return tokens;
  }

 private:
  char at(std::size_t ahead) const { return position_ + ahead < sql_.size() ? sql_[position_ + ahead] : '\0'; }

  void count_lines(std::size_t start) {
    const std::string_view passed = sql_.substr(start, position_ - start);
    line_ += static_cast<std::uint32_t>(std::ranges::count(passed, '\n'));
  }

  void skip_to(std::string_view end) {
    const std::size_t found = sql_.find(end, position_);
    position_ = found == std::string_view::npos ? sql_.size() : found + end.size();
  }

  void skip_blanks() {
    for (;;) {
      const std::size_t start = position_;
      if (at(0) == '-' && at(1) == '-') {
        skip_to("\n");
      } else if (at(0) == '/' && at(1) == '*') {
        position_ += 2;
        skip_to("*/");
      } else if (is_blank(at(0))) {
        ++position_;
      } else {
        return;
      }
      count_lines(start);
    }
  }

  TokenType take() {
    const char first = at(0);
    if ((first == 'x' || first == 'X') && at(1) == '\'') {
      ++position_;
      return take_quoted('\'') ? TokenType::blob : TokenType::bad;
    }
    if (is_word_start(first) || placeholder_size() > 0) return take_word();
    if (is_digit(first) || (first == '.' && is_digit(at(1)))) return take_number();
    if (first == '\'') return take_quoted('\'') ? TokenType::string : TokenType::bad;
    if (first == '"' || first == '`') return take_quoted(first) ? TokenType::quoted_name : TokenType::bad;
    if (first == '[') {
      const bool closed = sql_.find(']', position_) != std::string_view::npos;
      skip_to("]");
      return closed ? TokenType::quoted_name : TokenType::bad;
    }
    if (first == '?' || first == ':' || first == '@' || first == '$' || first == '#') {
      ++position_;
      while (is_word_char(at(0))) ++position_;
      return TokenType::variable;
    }
    return take_punctuation();
  }

  /// The size of "{entity}" at the position, or 0.
  std::size_t placeholder_size() const {
    if (at(0) != '{') return 0;
    std::size_t size = 1;
    while (is_word_char(at(size))) ++size;
    return size > 1 && at(size) == '}' ? size + 1 : 0;
  }

  TokenType take_word() {
    for (;;) {
      const std::size_t placeholder = placeholder_size();
      if (placeholder > 0) {
        position_ += placeholder;
      } else if (is_word_char(at(0))) {
        ++position_;
      } else {
        return TokenType::word;
      }
    }
  }

  TokenType take_number() {
    while (is_word_char(at(0)) || at(0) == '.') {
      const bool exponent = lower(at(0)) == 'e' && (at(1) == '+' || at(1) == '-') && is_digit(at(2));
      position_ += exponent ? 2 : 1;
    }
    return TokenType::number;
  }

  /// True if the closing quote was found; a doubled quote is content.
  bool take_quoted(char quote) {
    for (++position_; position_ < sql_.size(); ++position_) {
      if (at(0) != quote) continue;
      ++position_;
      if (at(0) != quote) return true;
    }
    return false;
  }

  TokenType take_punctuation() {
    constexpr std::array<std::string_view, 11> kLong = {"->>", "->", "||", "<=", ">=", "<>",
                                                        "!=",  "==", "<<", ">>", "::"};
    for (const std::string_view text : kLong) {
      if (!sql_.substr(position_).starts_with(text)) continue;
      position_ += text.size();
      return TokenType::punctuation;
    }
    constexpr std::string_view kKnown = "()+-*/%,;.=<>&|~";
    const bool known = kKnown.find(sql_[position_]) != std::string_view::npos;
    ++position_;
    return known ? TokenType::punctuation : TokenType::bad;
  }

  std::string_view sql_;
  std::size_t position_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t depth_ = 0;
};

bool ends_columns(const std::vector<Token>& tokens, std::size_t at) {
  constexpr std::array<std::string_view, 10> kClauses = {"WHERE", "GROUP", "HAVING",    "WINDOW", "ORDER",
                                                         "LIMIT", "UNION", "INTERSECT", "EXCEPT", "FROM"};
  const Token& token = tokens[at];
  if (token.depth != 0) return false;
  if (token.text == ";") return true;
  // "a IS DISTINCT FROM b" is an operator.
  if (token.is("FROM") && at > 0 && tokens[at - 1].is("DISTINCT")) return false;
  return std::ranges::any_of(kClauses, [&](std::string_view clause) { return token.is(clause); });
}

bool is_name(const Token& token) { return token.type == TokenType::word || token.type == TokenType::quoted_name; }

std::string alias_of(const std::vector<Token>& tokens, std::size_t first, std::size_t& end) {
  const std::size_t size = end - first;
  if (size >= 2 && tokens[end - 2].is("AS") && tokens[end - 2].depth == 0) {
    end -= 2;
    return tokens[end + 1].name();
  }
  if (size == 0 || size % 2 == 0 || !is_name(tokens[end - 1])) return {};
  for (std::size_t i = first; i < end; ++i) {
    const bool fits = (i - first) % 2 == 0 ? is_name(tokens[i]) : tokens[i].text == ".";
    if (!fits) return {};
  }
  return tokens[end - 1].name();
}

}  // namespace

std::string Token::name() const {
  if (type != TokenType::quoted_name && type != TokenType::string) return std::string(text);
  if (text.size() < 2) return {};
  const std::string_view content = text.substr(1, text.size() - 2);
  if (text.front() == '[') return std::string(content);
  std::string result;
  for (std::size_t i = 0; i < content.size(); ++i) {
    result += content[i];
    if (content[i] == text.front()) ++i;
  }
  return result;
}

bool Token::is(std::string_view keyword) const {
  return type == TokenType::word && std::ranges::equal(text, keyword, {}, lower, lower);
}

std::vector<Token> tokenize(std::string_view sql) { return Tokenizer(sql).run(); }

std::vector<ResultColumn> result_columns(const std::vector<Token>& tokens) {
  // What stands in a WITH is in parentheses, so the first SELECT outside of them is the outermost.
  const auto select = std::ranges::find_if(tokens, [](const Token& t) { return t.depth == 0 && t.is("SELECT"); });
  if (select == tokens.end()) return {};
  std::size_t at = static_cast<std::size_t>(select - tokens.begin()) + 1;
  if (at < tokens.size() && (tokens[at].is("DISTINCT") || tokens[at].is("ALL"))) ++at;

  std::vector<ResultColumn> columns;
  std::size_t first = at;
  for (;; ++at) {
    const bool last = at >= tokens.size() || ends_columns(tokens, at);
    if (!last && !(tokens[at].depth == 0 && tokens[at].text == ",")) continue;
    if (at > first) {
      ResultColumn column{{}, tokens[first].line, first, at};
      column.alias = alias_of(tokens, column.first_token, column.end_token);
      columns.push_back(std::move(column));
    }
    if (last) return columns;
    first = at + 1;
  }
}

}  // namespace exhibit::sqlite
