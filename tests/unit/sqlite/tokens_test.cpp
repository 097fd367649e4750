#include <string>

#include "sqlite/sql_tokens.h"

namespace exhibit::sqlite {
namespace {

using testing::ElementsAre;

std::vector<std::string> texts(std::string_view sql) {
  std::vector<std::string> result;
  for (const Token& token : tokenize(sql)) result.emplace_back(token.text);
  return result;
}

std::vector<std::string> aliases(std::string_view sql) {
  std::vector<std::string> result;
  for (const ResultColumn& column : result_columns(tokenize(sql))) result.push_back(column.alias);
  return result;
}

TEST(Tokenize, LeavesOutCommentsAndBlanks) {
  EXPECT_THAT(texts("SELECT a -- no, b\n , /* c, */ d"), ElementsAre("SELECT", "a", ",", "d"));
}

TEST(Tokenize, KeepsQuotesWithWhatLooksLikeTokensInside) {
  EXPECT_THAT(texts("'it''s, -- a' \"b\"\"c\" [d e] `f` x'00ff'"),
              ElementsAre("'it''s, -- a'", "\"b\"\"c\"", "[d e]", "`f`", "x'00ff'"));
}

TEST(Tokenize, NamesAreWithoutTheirQuotes) {
  const auto tokens = tokenize("\"b\"\"c\" [d e] `f``g` 'it''s' plain");
  ASSERT_EQ(tokens.size(), 5u);
  EXPECT_EQ(tokens[0].name(), "b\"c");
  EXPECT_EQ(tokens[1].name(), "d e");
  EXPECT_EQ(tokens[2].name(), "f`g");
  EXPECT_EQ(tokens[3].name(), "it's");
  EXPECT_EQ(tokens[4].name(), "plain");
}

TEST(Tokenize, TellsTypes) {
  const auto tokens = tokenize("word \"quoted\" 'string' 1.5e-3 x'00' ?1 ||");
  std::vector<TokenType> types;
  for (const Token& token : tokens) types.push_back(token.type);
  EXPECT_THAT(types, ElementsAre(TokenType::word, TokenType::quoted_name, TokenType::string, TokenType::number,
                                 TokenType::blob, TokenType::variable, TokenType::punctuation));
}

TEST(Tokenize, WhatIsNotClosedIsBad) {
  EXPECT_EQ(tokenize("'abc").back().type, TokenType::bad);
  EXPECT_EQ(tokenize("\"abc").back().type, TokenType::bad);
  EXPECT_EQ(tokenize("[abc").back().type, TokenType::bad);
  EXPECT_EQ(tokenize("x'00").back().type, TokenType::bad);
  EXPECT_EQ(tokenize("a )").back().type, TokenType::bad);
  EXPECT_EQ(tokenize("a ! b")[1].type, TokenType::bad);
}

TEST(Tokenize, CountsLinesAndParentheses) {
  const auto tokens = tokenize("a\n('b\nc' /*\n*/ d)\ne");
  ASSERT_EQ(tokens.size(), 6u);
  EXPECT_EQ(tokens[0].line, 1u);
  EXPECT_EQ(tokens[2].line, 2u) << "a string of two lines is in the line where it begins";
  EXPECT_EQ(tokens[3].line, 4u);
  EXPECT_EQ(tokens[5].line, 5u);
  EXPECT_EQ(tokens[1].depth, 0u);
  EXPECT_EQ(tokens[2].depth, 1u);
  EXPECT_EQ(tokens[4].depth, 1u) << "the closing parenthesis is still inside";
  EXPECT_EQ(tokens[5].depth, 0u);
}

TEST(Tokenize, ANameWithAnEntityIsOneWord) {
  EXPECT_THAT(texts("Z_{asset}ASSETS.Z_3{x}Y = {asset}"),
              ElementsAre("Z_{asset}ASSETS", ".", "Z_3{x}Y", "=", "{asset}"));
}

TEST(Tokenize, KeywordsAreOfAnyCaseButNeverQuoted) {
  EXPECT_TRUE(tokenize("select")[0].is("SELECT"));
  EXPECT_FALSE(tokenize("\"select\"")[0].is("SELECT"));
  EXPECT_FALSE(tokenize("selects")[0].is("SELECT"));
}

TEST(ResultColumns, TakesTheAliasOrTheLastWordOfAPlainReference) {
  EXPECT_THAT(aliases("SELECT _row, m.text, h.id AS \"sender.address\", a + b, f(x, y) AS z FROM t"),
              ElementsAre("_row", "text", "sender.address", "", "z"));
}

TEST(ResultColumns, AnAsInsideParenthesesIsNoAlias) {
  EXPECT_THAT(aliases("SELECT CAST(x AS TEXT), CAST(x AS TEXT) AS y, (SELECT b AS c FROM d) FROM t"),
              ElementsAre("", "y", ""));
}

TEST(ResultColumns, ACaseIsOneColumn) {
  EXPECT_THAT(aliases("SELECT CASE a WHEN 1 THEN 'x' ELSE 'y' END AS kind, b"), ElementsAre("kind", "b"));
}

TEST(ResultColumns, BehindAWithTheOutermostSelectCounts) {
  EXPECT_THAT(aliases("WITH x(p) AS (SELECT a FROM b), y AS (SELECT c FROM d) SELECT p, q AS r FROM x, y"),
              ElementsAre("p", "r"));
}

TEST(ResultColumns, OfAUnionTheFirstCounts) {
  EXPECT_THAT(aliases("SELECT a AS one FROM t UNION ALL SELECT b AS two FROM u"), ElementsAre("one"));
}

TEST(ResultColumns, DistinctFromIsAnOperator) {
  EXPECT_THAT(aliases("SELECT a IS NOT DISTINCT FROM b AS same, c FROM t"), ElementsAre("same", "c"));
  EXPECT_THAT(aliases("SELECT DISTINCT a FROM t"), ElementsAre("a"));
}

TEST(ResultColumns, TellsExpressionAndLine) {
  const auto tokens = tokenize("SELECT a,\n f(b) AS c FROM t");
  const auto columns = result_columns(tokens);
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(columns[1].line, 2u);
  EXPECT_EQ(tokens[columns[1].first_token].text, "f");
  EXPECT_EQ(tokens[columns[1].end_token].text, "AS");
}

TEST(ResultColumns, WhatIsNoQueryHasNone) {
  EXPECT_TRUE(result_columns(tokenize("")).empty());
  EXPECT_TRUE(result_columns(tokenize("DELETE FROM t")).empty());
  EXPECT_TRUE(result_columns(tokenize("SELECT")).empty());
}

}  // namespace
}  // namespace exhibit::sqlite
