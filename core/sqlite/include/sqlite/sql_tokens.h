// SQL cut into tokens: enough to see which tables, functions and aliases a query names, before any database is there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exhibit::sqlite {

enum class TokenType : std::uint8_t { word, quoted_name, string, number, blob, variable, punctuation, bad };

struct Token {
  TokenType type;
  std::string_view text;    ///< as written, quotes included
  std::uint32_t line = 1;   ///< from 1
  std::uint32_t depth = 0;  ///< of parentheses, before this token

  /// A word or quoted name without its quotes; a string's content.
  std::string name() const;
  /// Case-insensitive comparison with a keyword or name; quoted names are no keywords.
  bool is(std::string_view keyword) const;
};

/// Comments and blanks are left out. Views into `sql`.
std::vector<Token> tokenize(std::string_view sql);

/// A result column of the outermost SELECT (the last one where a WITH stands in front; of a UNION the first).
struct ResultColumn {
  std::string alias;  ///< its AS name, else the last word of a plain column reference, else empty
  std::uint32_t line = 1;
  std::size_t first_token = 0, end_token = 0;  ///< its expression, [first, end)
};

std::vector<ResultColumn> result_columns(const std::vector<Token>& tokens);

}  // namespace exhibit::sqlite
