#include "lens_diagnosis.h"

#include <algorithm>

#include "lens_words.h"
#include "sqlite/function_names.h"

namespace exhibit::sqlite {
namespace {

struct ColumnName {
  std::string qualifier;
  std::string column;
};

std::optional<std::string_view> after_prefix(std::string_view text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

/// The column that SQLite did not find: "no such column: m.text".
std::optional<ColumnName> missing_column(std::string_view message) {
  constexpr std::string_view kUsing = "cannot join using column ";
  if (const auto rest = after_prefix(message, kUsing))
    return ColumnName{"", std::string(rest->substr(0, rest->find(" - ")))};
  const auto name = after_prefix(message, "no such column: ");
  if (!name) return std::nullopt;
  const std::size_t dot = name->rfind('.');
  if (dot == std::string_view::npos) return ColumnName{"", std::string(*name)};
  const std::string_view before = name->substr(0, dot);
  const std::size_t schema_dot = before.rfind('.');
  return ColumnName{std::string(schema_dot == std::string_view::npos ? before : before.substr(schema_dot + 1)),
                    std::string(name->substr(dot + 1))};
}

std::string names_with_nearest(std::string_view word, const std::vector<std::string>& names) {
  const std::string nearest = nearest_name(word, names);
  return joined_names(names) + (nearest.empty() ? "" : " (nearest: " + nearest + ")");
}

std::vector<const LensView*> different_views(const std::vector<TableReference>& references) {
  std::vector<const LensView*> views;
  for (const TableReference& reference : references)
    if (std::ranges::find(views, reference.view) == views.end()) views.push_back(reference.view);
  return views;
}

Problem unknown_column(const ColumnName& name, const std::vector<TableReference>& references) {
  std::vector<const LensView*> views = different_views(references);
  if (!name.qualifier.empty()) {
    const LensView* view = view_of(name.qualifier, references);
    views.assign(view == nullptr ? 0 : 1, view);
  }
  std::vector<std::string> columns;
  for (const LensView* view : views)
    if (view->table != nullptr) std::ranges::copy(view->table->column_names(), std::back_inserter(columns));
  if (views.empty() || columns.empty()) {
    const std::string full = name.qualifier.empty() ? name.column : name.qualifier + "." + name.column;
    return {.code = "sql", .expected = "a query that SQLite accepts", .found = "no such column: " + full};
  }
  const std::string table = views.size() == 1 ? views[0]->table->table.name : "";
  if (views.size() == 1 && views[0]->table->table.without_rowid && is_same_name(name.column, "_row"))
    return {
        .code = "row_origin", .expected = "_key, since the table is WITHOUT ROWID", .found = "_row", .table = table};
  return {.code = "schema_unknown",
          .expected = table.empty() ? name.column : table + "." + name.column,
          .found = names_with_nearest(name.column, columns),
          .table = table};
}

Problem unknown_table(std::string_view name, const FileSchema& file, const std::vector<CompanionSchema>& companions) {
  std::vector<std::string> tables = file.table_names();
  for (const CompanionSchema& companion : companions)
    if (companion.schema && std::ranges::any_of(companion.tables, [&](auto& t) { return is_same_name(t, name); }))
      tables = companion.schema->table_names();
  return {.code = "schema_unknown",
          .expected = std::string(name),
          .found = names_with_nearest(name, tables),
          .table = std::string(name)};
}

Problem author_mistake(std::string_view message) {
  Problem problem{.code = "sql", .expected = "a query that SQLite accepts", .found = std::string(message)};
  if (const auto function = after_prefix(message, "no such function: ")) {
    std::vector<std::string> names;
    for (const std::string_view name : function_names()) names.emplace_back(name);
    if (const std::string nearest = nearest_name(*function, names); !nearest.empty()) problem.expected = nearest;
  }
  return problem;
}

}  // namespace

std::optional<AbsentColumn> column_of_absent_table(std::string_view message,
                                                   const std::vector<TableReference>& references) {
  const auto name = missing_column(message);
  if (!name) return std::nullopt;
  // A bare name belongs to an absent table only where the query reads no other: else a misspelt column of a table that
  // is there would become NULL.
  if (name->qualifier.empty() &&
      std::ranges::any_of(references, [](const TableReference& x) { return x.view->table != nullptr; }))
    return std::nullopt;
  for (const TableReference& reference : references) {
    if (reference.view->table != nullptr) continue;
    if (name->qualifier.empty() || is_same_name(name->qualifier, reference.alias))
      return AbsentColumn{reference.view->name, name->column};
  }
  return std::nullopt;
}

Problem unreadable_table(const FileTable& table) {
  return {.code = table.table.is_virtual ? "virtual_table" : "table_unreadable",
          .expected = "a table that this SQLite can read",
          .found = table.failure,
          .table = table.table.name};
}

Problem diagnosis(std::string_view message, const std::vector<TableReference>& references, const FileSchema& file,
                  const std::vector<CompanionSchema>& companions) {
  if (const auto table = after_prefix(message, "no such table: ")) return unknown_table(*table, file, companions);
  if (const auto view = after_prefix(message, "access to view \"")) {
    const std::string name(view->substr(0, view->rfind('"')));
    return {.code = "schema_unknown",
            .expected = name,
            .found = "a view of the file, which is never run; tables: " + joined_names(file.table_names()),
            .table = name};
  }
  for (const TableReference& reference : references)
    if (reference.view->table != nullptr && !reference.view->table->failure.empty())
      return unreadable_table(*reference.view->table);
  if (const auto column = missing_column(message)) return unknown_column(*column, references);
  return author_mistake(message);
}

}  // namespace exhibit::sqlite
