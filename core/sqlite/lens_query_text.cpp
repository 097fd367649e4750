#include "lens_query_text.h"

#include <algorithm>
#include <array>

#include "lens_words.h"

namespace exhibit::sqlite {
namespace {

bool is_name(const Token& token) { return token.type == TokenType::word || token.type == TokenType::quoted_name; }

std::unexpected<Problem> refused(std::string code, std::string expected, std::string found) {
  return std::unexpected(Problem{.code = std::move(code), .expected = std::move(expected), .found = std::move(found)});
}

/// Words that may follow a table's name and are no alias of it.
bool is_clause_word(const Token& token) {
  constexpr std::array<std::string_view, 22> kWords = {
      "ON",    "WHERE", "LEFT",  "RIGHT",     "FULL",   "INNER",  "CROSS",  "OUTER", "NATURAL", "JOIN", "USING",
      "GROUP", "ORDER", "LIMIT", "INTERSECT", "EXCEPT", "HAVING", "WINDOW", "UNION", "INDEXED", "NOT",  "AND"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return token.is(word); });
}

}  // namespace

std::expected<void, Problem> refuse_order(const std::vector<Token>& tokens) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].depth != 0) continue;
    const bool by = i + 1 < tokens.size() && tokens[i + 1].is("BY");
    const bool distinct = i > 0 && tokens[i - 1].is("SELECT") && tokens[i].is("DISTINCT");
    if (distinct || tokens[i].is("LIMIT") || (tokens[i].is("ORDER") && by))
      return refused("order_in_query", "no ORDER BY, LIMIT or DISTINCT in the outermost SELECT",
                     std::string(tokens[i].text) + (by ? " BY" : "") + " in line " + std::to_string(tokens[i].line));
  }
  return {};
}

std::expected<void, Problem> refuse_qualified_tables(const std::vector<Token>& tokens, const Lens& lens,
                                                     const std::vector<CompanionSchema>& companions) {
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (!is_name(tokens[i]) || tokens[i + 1].text != ".") continue;
    const std::string schema = tokens[i].name();
    const bool is_schema = is_same_name(schema, "main") || is_same_name(schema, "temp") ||
                           std::ranges::any_of(companions, [&](const CompanionSchema& companion) {
                             return is_same_name(schema, companion.name) ||
                                    (companion.schema && is_same_name(schema, companion.schema->schema()));
                           });
    const bool stands_for_table = i > 0 && (tokens[i - 1].is("FROM") || tokens[i - 1].is("JOIN"));
    const bool names_table = lens.find(Lens::shown_name(tokens[i + 2].name())) != nullptr;
    if (is_schema && (stands_for_table || names_table))
      return refused("qualified_table", "the table's bare name, " + tokens[i + 2].name(),
                     schema + "." + tokens[i + 2].name());
  }
  return {};
}

std::string with_shown_names(const std::string& sql, const Lens& lens) {
  std::string result;
  std::size_t copied = 0;
  for (const Token& token : tokenize(sql)) {
    const std::string name = token.name();
    const std::string shown = Lens::shown_name(name);
    if (!is_name(token) || shown == name || lens.find(shown) == nullptr) continue;
    const auto at = static_cast<std::size_t>(token.text.data() - sql.data());
    result.append(sql, copied, at - copied).append(quoted_name(shown));
    copied = at + token.text.size();
  }
  return result.append(sql, copied);
}

std::vector<TableReference> table_references(const std::vector<Token>& tokens, const Lens& lens) {
  std::vector<TableReference> references;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!is_name(tokens[i]) && tokens[i].type != TokenType::string) continue;
    const LensView* view = lens.find(Lens::shown_name(tokens[i].name()));
    if (view == nullptr || (i > 0 && tokens[i - 1].text == ".")) continue;
    references.push_back({tokens[i].name(), view});
    std::size_t next = i + 1;
    if (next < tokens.size() && tokens[next].is("AS")) ++next;
    if (next < tokens.size() && is_name(tokens[next]) && !is_clause_word(tokens[next]))
      references.push_back({tokens[next].name(), view});
  }
  return references;
}

const LensView* view_of(std::string_view qualifier, const std::vector<TableReference>& references) {
  const auto found =
      std::ranges::find_if(references, [&](const TableReference& r) { return is_same_name(r.alias, qualifier); });
  return found == references.end() ? nullptr : found->view;
}

bool is_plain_column_of(const std::vector<Token>& tokens, std::string_view column, const LensView& table,
                        const std::vector<TableReference>& references) {
  for (const ResultColumn& result : result_columns(tokens)) {
    if (!is_same_name(result.alias, column)) continue;
    const std::size_t size = result.end_token - result.first_token;
    const bool bears_name = size > 0 && is_same_name(tokens[result.end_token - 1].name(), column);
    if (size == 1) return bears_name;
    return size == 3 && bears_name && view_of(tokens[result.first_token].name(), references) == &table;
  }
  return false;
}

}  // namespace exhibit::sqlite
