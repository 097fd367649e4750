#include "module_check.h"

#include <algorithm>
#include <array>

#include "sqlite/function_names.h"
#include "sqlite/sql_tokens.h"

namespace exhibit::engine {

namespace {

using sqlite::Token;
using sqlite::TokenType;

// Words that stand before a parenthesis without being functions.
constexpr std::string_view kNotFunctions[] = {
    "all",          "and",     "as",     "between",   "by",     "case",   "cast",  "collate", "cross",
    "distinct",     "else",    "escape", "except",    "exists", "filter", "from",  "full",    "group",
    "having",       "in",      "inner",  "intersect", "is",     "isnull", "join",  "left",    "like",
    "materialized", "natural", "not",    "notnull",   "on",     "or",     "outer", "over",    "partition",
    "right",        "select",  "then",   "union",     "using",  "values", "when",  "where"};

class QueryCheck {
 public:
  QueryCheck(const ModuleText& module, const QueryDefinition& query, std::vector<Finding>& findings)
      : module_(module),
        query_(query),
        findings_(findings),
        where_("query " + std::to_string(query.number)),
        tokens_(sqlite::tokenize(query.sql)) {}

  std::shared_ptr<ColumnPlan> check() {
    if (tokens_.empty() || !(tokens_.front().is("select") || tokens_.front().is("with"))) {
      find(0, "the SQL is one SELECT");
      return nullptr;
    }
    check_tokens();
    const auto columns = sqlite::result_columns(tokens_);
    if (columns.empty()) {
      find(0, "the SQL has no result columns");
      return nullptr;
    }
    const bool is_child = query_.child_field != nullptr;
    auto plan = std::make_shared<ColumnPlan>(is_child ? *query_.child_field->message : *query_.kind, is_child);
    for (std::size_t i = 0; i < columns.size(); ++i) add_column(*plan, columns[i], static_cast<int>(i));
    if (plan->row == kNoColumn && plan->key == kNoColumn)
      find(0, "selects no _row (or _key, for a table without rowid)", "SELECT _row, ...");
    const bool of_rows =
        std::ranges::any_of(module_.rows, [&](const RowsText& rows) { return rows.table.name == query_.table; });
    if (of_rows && plan->path == kNoColumn)
      find(0, "a query over [[rows]] selects _path: it is where the row stands in its file", "SELECT _row, _path, ...");
    if (is_child && plan->parent == kNoColumn) find(0, "a child query selects _parent, a _row of its parent's table");
    return plan;
  }

 private:
  void find(std::uint32_t line_in_sql, std::string message, std::string nearest = {}) {
    const std::uint32_t line = line_in_sql == 0 ? query_.sql_line : query_.sql_line + line_in_sql - 1;
    findings_.push_back({line, 0, where_, std::move(message), std::move(nearest)});
  }

  void check_tokens() {
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.type == TokenType::bad) find(token.line, "cannot be read as SQL: " + std::string(token.text));
      if (token.text == ";") find(token.line, "a query is one statement without a semicolon");
      if (is_call(i)) check_call(i);
    }
  }

  bool is_call(std::size_t i) const {
    if (tokens_[i].type != TokenType::word || i + 1 >= tokens_.size() || tokens_[i + 1].text != "(") return false;
    // "WITH name(columns) AS (" names a table.
    if (i > 0 && (tokens_[i - 1].is("with") || tokens_[i - 1].is("recursive"))) return false;
    return std::ranges::none_of(kNotFunctions, [&](std::string_view word) { return tokens_[i].is(word); });
  }

  void check_call(std::size_t i) {
    const std::string name = tokens_[i].name();
    const auto known = sqlite::function_names();
    if (std::ranges::none_of(known, [&](std::string_view function) { return tokens_[i].is(function); })) {
      // A name with a column list in front of a common table expression after the first one.
      if (is_table_name(i)) return;
      find(tokens_[i].line, "no function \"" + name + "\"", std::string(model::nearest(name, known)));
      return;
    }
    if (tokens_[i].is("map")) check_map(i);
  }

  bool is_table_name(std::size_t i) const {
    std::size_t end = i + 2;
    while (end < tokens_.size() && tokens_[end].depth > tokens_[i].depth) ++end;
    return end + 1 < tokens_.size() && tokens_[end + 1].is("as");
  }

  void check_map(std::size_t i) {
    if (i + 2 >= tokens_.size() || tokens_[i + 2].type != TokenType::string) {
      find(tokens_[i].line, "map() begins with the name of a map in quotes");
      return;
    }
    const std::string name = tokens_[i + 2].name();
    if (module_.maps.contains(name)) return;
    std::vector<std::string_view> names;
    for (const auto& [known, codes] : module_.maps) names.push_back(known);
    find(tokens_[i].line, "no [map." + name + "]", std::string(model::nearest(name, names)));
  }

  void add_column(ColumnPlan& plan, const sqlite::ResultColumn& column, int number) {
    const auto mistake = plan.add(column.alias, number);
    if (mistake) {
      const std::string name = column.alias.empty() ? std::to_string(number + 1) : "\"" + column.alias + "\"";
      find(column.line, "column " + name + ": " + mistake->message, mistake->nearest);
      return;
    }
    for (std::size_t i = column.first_token; i < column.end_token && i + 2 < tokens_.size(); ++i) {
      if (tokens_[i].is("map") && tokens_[i + 1].text == "(" && tokens_[i + 2].type == TokenType::string)
        plan.map_uses.push_back({tokens_[i + 2].name(), column.alias});
      if (tokens_[i].is("list") && tokens_[i + 1].text == "(") check_list(plan, column, i);
    }
  }

  /// list('path', value, 'path', value): each path is a field of the list's elements.
  void check_list(const ColumnPlan& plan, const sqlite::ResultColumn& column, std::size_t i) {
    const auto path = model::Model::get().path(plan.message(), column.alias);
    if (!path || !path->last().repeated || path->last().message == nullptr) return;
    const std::uint32_t inside = tokens_[i].depth + 1;
    bool expects_path = true;
    for (std::size_t k = i + 2; k < column.end_token && tokens_[k].depth >= inside; ++k) {
      if (tokens_[k].depth == inside && tokens_[k].text == ",") {
        expects_path = !expects_path;
      } else if (expects_path && tokens_[k].depth == inside && tokens_[k].type == TokenType::string) {
        std::vector<PlanNode> ignored;
        const auto mistake = add_path(*path->last().message, tokens_[k].name(), 0, ignored);
        if (mistake)
          find(tokens_[k].line, "list(): \"" + tokens_[k].name() + "\": " + mistake->message, mistake->nearest);
      }
    }
  }

  const ModuleText& module_;
  const QueryDefinition& query_;
  std::vector<Finding>& findings_;
  std::string where_;
  std::vector<Token> tokens_;
};

}  // namespace

std::shared_ptr<ColumnPlan> check_query(const ModuleText& module, const QueryDefinition& query,
                                        std::vector<Finding>& findings) {
  return QueryCheck(module, query, findings).check();
}

}  // namespace exhibit::engine
