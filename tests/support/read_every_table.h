// Reads all that a database holds through its page image, and ends the program where image and SQLite disagree.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "connection.h"

namespace exhibit::tests {

struct TableRoot {
  std::string name;
  std::uint32_t root_page = 0;
};

inline std::vector<TableRoot> tables_of(sqlite::Connection& connection) {
  std::vector<TableRoot> tables;
  const auto statement = connection.prepare("SELECT name, rootpage FROM main.sqlite_schema WHERE type = 'table'");
  if (!statement) return tables;
  for (auto row = connection.step(statement->get()); row && *row; row = connection.step(statement->get())) {
    const auto* name = reinterpret_cast<const char*>(sqlite3_column_text(statement->get(), 0));
    if (name != nullptr)
      tables.push_back({name, static_cast<std::uint32_t>(sqlite3_column_int64(statement->get(), 1))});
  }
  return tables;
}

/// The walk's count and SQLite's must be one.
inline void compare_counts(sqlite::Connection& connection, const TableRoot& table) {
  const auto statement =
      connection.prepare("SELECT count(*) FROM main." + sqlite::quoted_name(table.name) + " NOT INDEXED");
  if (!statement) return;
  const auto row = connection.step(statement->get());
  const auto tree = connection.image()->tree(table.root_page);
  if (!row || !*row || !tree) return;
  const auto counted = static_cast<std::uint64_t>(sqlite3_column_int64(statement->get(), 0));
  if (counted == tree->rows) return;
  std::fprintf(stderr, "%s: %llu rows by SQLite, %llu by the walk\n", table.name.c_str(),
               static_cast<unsigned long long>(counted), static_cast<unsigned long long>(tree->rows));
  std::abort();
}

inline void read_rows(sqlite::Connection& connection, const TableRoot& table) {
  const auto statement = connection.prepare("SELECT * FROM main." + sqlite::quoted_name(table.name) + " NOT INDEXED");
  if (!statement) return;
  for (auto row = connection.step(statement->get()); row && *row; row = connection.step(statement->get())) {
    for (int i = 0; i < sqlite3_column_count(statement->get()); ++i) (void)sqlite3_column_blob(statement->get(), i);
  }
}

inline void read_every_table(sqlite::DatabaseFiles files) {
  const auto image = sqlite::PageImage::build(std::move(files), Limits{});
  if (!image) return;
  Budget budget;
  budget.sql_steps = 300'000;
  const auto connection = sqlite::Connection::open(*image, budget, Limits{});
  if (!connection) return;
  const sqlite::EngineScope engine((*connection)->guard());
  for (const TableRoot& table : tables_of(**connection)) {
    compare_counts(**connection, table);
    read_rows(**connection, table);
  }
}

}  // namespace exhibit::tests
