// A party, a conversation or a file that a query takes from another table was looked up: the row may have been used
// again since. So the query says which row it was (`_row_<name>`), and recovery can tell.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "examined_fixtures.h"

namespace exhibit::tests {
namespace {

struct Token {
  std::string text;
  bool is_word = false;  ///< a name, perhaps in quotes, or a keyword
  int depth = 0;         ///< of parentheses
  int subquery = 0;      ///< how many of them hold a SELECT
};

std::string lower(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return text;
}

/// Names and punctuation; strings and comments say nothing here.
std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> tokens;
  const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = 0; at < sql.size();) {
    std::size_t end = at + 1;
    if (sql.substr(at, 2) == "--") {
      end = std::min(sql.find('\n', at), sql.size());
    } else if (sql[at] == '\'' || sql[at] == '"') {
      end = std::min(sql.find(sql[at], at + 1), sql.size() - 1) + 1;
      if (sql[at] == '"') tokens.push_back({std::string(sql.substr(at + 1, end - at - 2)), true});
    } else if (is_name(sql[at])) {
      while (end < sql.size() && is_name(sql[end])) ++end;
      tokens.push_back({std::string(sql.substr(at, end - at)), true});
    } else if (std::isspace(static_cast<unsigned char>(sql[at])) == 0) {
      tokens.push_back({std::string(1, sql[at])});
    }
    at = end;
  }
  std::vector<bool> holds_select;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text == ")" && !tokens[i].is_word && !holds_select.empty()) holds_select.pop_back();
    tokens[i].depth = static_cast<int>(holds_select.size());
    tokens[i].subquery = static_cast<int>(std::ranges::count(holds_select, true));
    if (tokens[i].text == "(" && !tokens[i].is_word)
      holds_select.push_back(i + 1 < tokens.size() && lower(tokens[i + 1].text) == "select");
  }
  return tokens;
}

bool is_keyword(const Token& token, std::string_view word) { return token.is_word && lower(token.text) == word; }

struct Column {
  std::string alias;
  std::set<std::string> from;  ///< aliases of tables, outside of subqueries
};

struct Select {
  std::vector<Column> columns;
  std::vector<std::string> joined;  ///< aliases of tables after the first
};

/// What follows FROM, or JOIN: the name or alias of a table; empty for a subquery and a function.
std::string table_alias(const std::vector<Token>& tokens, std::size_t at) {
  static const std::set<std::string> kAfter = {"on",    "left",  "inner", "cross", "join",
                                               "where", "group", "union", "order"};
  if (at >= tokens.size() || !tokens[at].is_word) return {};
  if (at + 1 < tokens.size() && tokens[at + 1].text == "(") return {};
  std::size_t alias = at + 1;
  if (alias < tokens.size() && is_keyword(tokens[alias], "as")) ++alias;
  const bool has_alias = alias < tokens.size() && tokens[alias].is_word && !kAfter.contains(lower(tokens[alias].text));
  return tokens[has_alias ? alias : at].text;
}

/// The SELECTs at the top of a statement.
std::vector<Select> selects_of(std::string_view sql) {
  std::vector<Select> selects;
  enum { kOutside, kColumns, kTables } place = kOutside;
  const auto tokens = tokens_of(sql);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const Token& token = tokens[i];
    const bool is_top = token.depth == 0;
    if (is_top && is_keyword(token, "select")) {
      selects.push_back({{Column{}}, {}});
      place = kColumns;
    } else if (is_top && is_keyword(token, "from") && place == kColumns) {
      place = kTables;
    } else if (is_top && is_keyword(token, "join") && place == kTables) {
      if (const std::string alias = table_alias(tokens, i + 1); !alias.empty()) selects.back().joined.push_back(alias);
    } else if (place == kColumns && is_top && token.text == ",") {
      selects.back().columns.push_back({});
    } else if (place == kColumns) {
      Column& column = selects.back().columns.back();
      if (is_top && token.is_word) column.alias = token.text;
      if (token.is_word && token.subquery == 0 && i + 1 < tokens.size() && tokens[i + 1].text == ".")
        column.from.insert(token.text);
    }
  }
  return selects;
}

/// True if the path says who, in which conversation, or which file.
bool is_identity(const model::MessageInfo& message, std::string_view path) {
  const model::MessageInfo* at = &message;
  if (path == "conversation_id") return true;
  while (at != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const model::FieldInfo* field = at->find(path.substr(0, dot));
    if (field == nullptr || field->message == nullptr) return false;
    at = field->message;
    if (at->name == "Party" || at->name == "File") return true;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return false;
}

/// Columns whose table's row the query does not give: "sender.address from h".
std::vector<std::string> missing_rows(const engine::QueryDefinition& query) {
  const model::MessageInfo& message = query.child_field != nullptr ? *query.child_field->message : *query.kind;
  std::vector<std::string> missing;
  for (const Select& select : selects_of(query.sql)) {
    std::set<std::string> with_row;
    for (const Column& column : select.columns)
      if (column.alias.starts_with("_row_")) with_row.insert(column.from.begin(), column.from.end());
    for (const Column& column : select.columns) {
      if (!is_identity(message, column.alias)) continue;
      for (const std::string& table : select.joined)
        if (column.from.contains(table) && !with_row.contains(table))
          missing.push_back(column.alias + " from " + table);
    }
  }
  return missing;
}

std::vector<std::string> missing_in(const std::string& sql) {
  const std::string text =
      "[parser]\nname = \"ios.x\"\ntitle = \"X\"\nfiles = [\"home:x.db\"]\nseen_on = []\nnotes = \"x\"\n"
      "[[query]]\nkind = \"Message\"\ntable = \"message\"\nsql = '''\n" +
      sql + "\n'''\n";
  const auto module = engine::load_module(text, "test");
  EXPECT_TRUE(module.has_value()) << (module ? "" : engine::finding_text("test", module.error().front()));
  return module ? missing_rows((*module)->queries.front()) : std::vector<std::string>{};
}

TEST(LookedUp, TheCheckFindsAModuleThatDoesNotSayWhichRow) {
  const std::string from =
      " FROM message m LEFT JOIN handle h ON h.ROWID = m.handle_id LEFT JOIN chat AS c ON c.id = m.c";
  using List = std::vector<std::string>;
  EXPECT_EQ(missing_in("SELECT m._row, h.id AS \"sender.address\"" + from), List{"sender.address from h"});
  EXPECT_EQ(missing_in("SELECT m._row, h._row AS _row_handle, h.id AS \"sender.address\"" + from), List{});
  EXPECT_EQ(missing_in("SELECT m._row, coalesce(phone(h.id), m.x) AS \"sender.normalized\"" + from),
            List{"sender.normalized from h"});
  EXPECT_EQ(missing_in("SELECT m._row, h._row AS _row_handle, c.guid AS conversation_id" + from),
            List{"conversation_id from c"});
  EXPECT_EQ(missing_in("SELECT m._row, m.who AS \"sender.address\", h.note AS subject -- h.id" + from), List{})
      << "what the row itself says, and what identifies nobody";
  EXPECT_EQ(missing_in("SELECT m._row, (SELECT list('address', h.id) FROM handle h) AS recipients" + from), List{})
      << "a list has its rows by itself";
}

TEST(LookedUp, EveryQuerySaysWhichRowItLookedUp) {
  for (const auto& module : packed_registry().modules())
    for (const engine::QueryDefinition& query : module->queries)
      for (const std::string& missing : missing_rows(query))
        ADD_FAILURE() << module->name << ", " << query.name << ": " << missing << " without its _row";
}

}  // namespace
}  // namespace exhibit::tests
