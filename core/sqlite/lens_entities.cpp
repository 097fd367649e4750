#include "lens_entities.h"

#include <algorithm>

#include "lens_words.h"
#include "sqlite/sql_tokens.h"

namespace exhibit::sqlite {
namespace {

/// Replaces each {placeholder} by what `number` gives for it.
template <class Number>
std::string replaced(std::string_view name, const Number& number) {
  std::string result;
  while (!name.empty()) {
    const std::size_t open = name.find('{');
    const std::size_t close = open == std::string_view::npos ? open : name.find('}', open);
    if (close == std::string_view::npos) break;
    result += name.substr(0, open);
    result += number(name.substr(open + 1, close - open - 1));
    name.remove_prefix(close + 1);
  }
  return result += name;
}

bool is_name_with_placeholder(const Token& token) {
  return (token.type == TokenType::word || token.type == TokenType::quoted_name) &&
         token.text.find('{') != std::string_view::npos;
}

}  // namespace

std::expected<EntityNumbers, Problem> EntityNumbers::read(Connection& connection, const FileSchema& file,
                                                          const std::vector<EntityName>& wanted) {
  EntityNumbers result;
  result.wanted_ = wanted;
  const FileTable* keys = wanted.empty() ? nullptr : file.find("Z_PRIMARYKEY");
  if (keys == nullptr || keys->find_column("Z_ENT") == nullptr || keys->find_column("Z_NAME") == nullptr) return result;
  const EngineScope as_engine(connection.guard());
  auto statement = connection.prepare("SELECT Z_NAME, Z_ENT FROM main.Z_PRIMARYKEY WHERE typeof(Z_ENT) = 'integer'");
  if (!statement) return std::unexpected(statement.error());
  for (;;) {
    const auto row = connection.step(statement->get());
    if (!row) return std::unexpected(row.error());
    if (!*row) return result;
    const auto* name = reinterpret_cast<const char*>(sqlite3_column_text(statement->get(), 0));
    if (name == nullptr) continue;
    result.entities_in_file_.emplace_back(name);
    for (const EntityName& entity : wanted)
      if (entity.entity == name)
        result.numbers_.emplace(entity.placeholder, std::to_string(sqlite3_column_int64(statement->get(), 1)));
  }
}

std::optional<std::string> EntityNumbers::fill(std::string_view name) const {
  bool all_known = true;
  std::string result = replaced(name, [&](std::string_view placeholder) {
    const auto number = numbers_.find(placeholder);
    if (number != numbers_.end()) return number->second;
    all_known = false;
    return std::string();
  });
  if (!all_known) return std::nullopt;
  return result;
}

std::string EntityNumbers::fill_or_zero(std::string_view name) const {
  return replaced(name, [&](std::string_view placeholder) {
    const auto number = numbers_.find(placeholder);
    return number == numbers_.end() ? std::string("0") : number->second;
  });
}

std::expected<std::string, Problem> EntityNumbers::fill_query(std::string_view sql, bool may_be_absent) const {
  std::string result;
  std::size_t copied = 0;
  for (const Token& token : tokenize(sql)) {
    if (!is_name_with_placeholder(token)) continue;
    const auto at = static_cast<std::size_t>(token.text.data() - sql.data());
    result += sql.substr(copied, at - copied);
    copied = at + token.text.size();
    const bool stands_alone = token.text.starts_with('{') && token.text.find('}') == token.text.size() - 1;
    if (!stands_alone) {
      result += fill_or_zero(token.text);
      continue;
    }
    const std::string_view placeholder = token.text.substr(1, token.text.size() - 2);
    const auto entity = std::ranges::find(wanted_, placeholder, &EntityName::placeholder);
    if (entity == wanted_.end())
      return std::unexpected(
          Problem{.code = "sql", .expected = "a placeholder of [entities]", .found = std::string(token.text)});
    if (const auto number = fill(token.text)) {
      result += *number;
    } else if (may_be_absent) {
      result += "NULL";
    } else {
      return std::unexpected(Problem{.code = "schema_unknown",
                                     .expected = "entity " + entity->entity,
                                     .found = joined_names(entities_in_file_),
                                     .table = "Z_PRIMARYKEY"});
    }
  }
  return result += sql.substr(copied);
}

std::string EntityNumbers::as_written(std::string_view filled, std::string_view sql) const {
  for (const Token& token : tokenize(sql))
    if (is_name_with_placeholder(token) && is_same_name(fill_or_zero(token.name()), filled)) return token.name();
  return std::string(filled);
}

}  // namespace exhibit::sqlite
