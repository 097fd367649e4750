// What is read from the text of a query: what the lens refuses in it, and which name stands for which table.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "lens_views.h"
#include "sqlite/database.h"
#include "sqlite/sql_tokens.h"

namespace exhibit::sqlite {

/// ORDER BY, LIMIT and DISTINCT of the outermost SELECT: order is the engine's, and a sort keeps every row in memory.
std::expected<void, Problem> refuse_order(const std::vector<Token>& tokens);

/// "main.message" and "wa.wa_contacts" would pass the lens by.
std::expected<void, Problem> refuse_qualified_tables(const std::vector<Token>& tokens, const Lens& lens,
                                                     const std::vector<CompanionSchema>& companions);

/// The query with the names that the lens shows in place of reserved ones.
std::string with_shown_names(const std::string& sql, const Lens& lens);

/// A table in a query: under its own name and, where it has one, under its alias.
struct TableReference {
  std::string alias;  ///< or the name itself
  const LensView* view = nullptr;
};
std::vector<TableReference> table_references(const std::vector<Token>& tokens, const Lens& lens);

/// The view that `qualifier` stands for; null if it is none of the lens (a CTE, a subquery).
const LensView* view_of(std::string_view qualifier, const std::vector<TableReference>& references);

/// True if the expression of the outermost result column `column` is that column of the table, by its plain name.
bool is_plain_column_of(const std::vector<Token>& tokens, std::string_view column, const LensView& table,
                        const std::vector<TableReference>& references);

}  // namespace exhibit::sqlite
