// The lens rests on properties of SQLite that its documentation does not promise for ever. They are tried once, at
// start-up, in the library that is linked.
#include <array>
#include <cstring>

#include "connection.h"
#include "evidence/byte_source.h"
#include "sqlite/database.h"

namespace exhibit::sqlite {

namespace {

constexpr unsigned kSubtype = 'T';

void mark(sqlite3_context* context, int, sqlite3_value** arguments) {
  sqlite3_result_int64(context, sqlite3_value_int64(arguments[0]));
  sqlite3_result_subtype(context, kSubtype);
}

/// Each check gives what is wrong, or nothing.
using Check = std::string (*)(Connection&);

constexpr std::string_view kTables =
    "CREATE TABLE t(id TEXT, at INTEGER); CREATE TABLE u(t INTEGER, name TEXT);"
    "INSERT INTO t(rowid, id, at) VALUES (7, 'a', 5); INSERT INTO u VALUES (7, 'b');"
    "CREATE VIEW kept AS SELECT id FROM t;"
    "CREATE TEMP VIEW t AS SELECT rowid AS _row, rowid AS rowid, id, at FROM main.t;"
    "CREATE TEMP VIEW u AS SELECT rowid AS _row, t, name FROM main.u";

std::string rowid_through_view(Connection& connection) {
  const auto statement = connection.prepare("SELECT t._row FROM t JOIN u ON u.t = t.rowid");
  if (!statement) return "the rowid column of a view does not compile: " + statement.error().found;
  const auto row = connection.step(statement->get());
  return row && *row && sqlite3_column_int64(statement->get(), 0) == 7 ? "" : "the rowid column of a view finds no row";
}

std::string origin_through_view(Connection& connection) {
  const auto statement = connection.prepare("SELECT t._row, t._row + 0 FROM t LEFT JOIN u ON u.t = t.rowid");
  if (!statement) return "a join of views does not compile: " + statement.error().found;
  const char* table = sqlite3_column_table_name(statement->get(), 0);
  const char* column = sqlite3_column_origin_name(statement->get(), 0);
  if (table == nullptr || column == nullptr || std::strcmp(table, "t") != 0 || sqlite3_stricmp(column, "rowid") != 0)
    return "the origin of a column is not known through a view";
  return sqlite3_column_table_name(statement->get(), 1) == nullptr ? "" : "an expression has an origin";
}

std::string subtype_through_case(Connection& connection) {
  const int made = sqlite3_create_function_v2(connection.handle(), "mark", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC,
                                              nullptr, mark, nullptr, nullptr, nullptr);
  if (made != SQLITE_OK) return "a function cannot be made";
  connection.guard().allow_function("mark");
  const auto statement = connection.prepare("SELECT CASE WHEN at > 0 THEN mark(at) ELSE mark(0) END FROM t");
  if (!statement) return "a function over a view's column does not compile: " + statement.error().found;
  const auto row = connection.step(statement->get());
  if (!row || !*row) return "a function over a view's column gives no row";
  return sqlite3_value_subtype(sqlite3_column_value(statement->get(), 0)) == kSubtype
             ? ""
             : "a subtype is lost in CASE over a view's column";
}

std::string double_quoted_strings(Connection& connection) {
  return connection.prepare("SELECT \"no such column\" FROM t") ? "a name in double quotes is taken as a string" : "";
}

std::string views_of_the_file(Connection& connection) {
  return connection.prepare("SELECT id FROM main.kept") ? "a view of the file can be run" : "";
}

std::string flattening(Connection& connection) {
  const auto plan = connection.prepare("EXPLAIN QUERY PLAN SELECT t._row FROM t JOIN u ON u.t = t.rowid");
  if (!plan) return "EXPLAIN QUERY PLAN does not compile: " + plan.error().found;
  while (true) {
    const auto row = connection.step(plan->get());
    if (!row) return "EXPLAIN QUERY PLAN does not run";
    if (!*row) return "";
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(plan->get(), 3));
    const std::string_view detail = text != nullptr ? text : "";
    if (detail.starts_with("MATERIALIZE") || detail.starts_with("CO-ROUTINE")) return "views are not flattened";
  }
}

/// A database of many entries, as a file. Empty if SQLite cannot make one.
std::vector<std::uint8_t> large_schema() {
  sqlite3* raw = nullptr;
  const int opened = sqlite3_open_v2(":memory:", &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close_v2)> handle(raw, sqlite3_close_v2);
  std::string sql = "BEGIN;";
  for (int i = 0; i < 1000; ++i) sql += "CREATE VIEW v" + std::to_string(i) + " AS SELECT 1;";
  sql += "COMMIT";
  if (opened != SQLITE_OK || sqlite3_exec(raw, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return {};
  sqlite3_int64 size = 0;
  const std::unique_ptr<unsigned char, decltype(&sqlite3_free)> bytes(sqlite3_serialize(raw, "main", &size, 0),
                                                                      sqlite3_free);
  if (!bytes) return {};
  return {bytes.get(), bytes.get() + size};
}

std::string steps_of_schema_load() {
  auto image = PageImage::build({evidence::make_source(large_schema()), nullptr, nullptr}, Limits{});
  if (!image) return "a database made in memory is no database";
  Budget budget;
  budget.sql_steps = 1000;
  const auto connection = Connection::open(*image, budget, Limits{});
  return connection ? "the loading of a schema is not counted" : "";
}

constexpr std::array<Check, 6> kChecks = {rowid_through_view,    origin_through_view, subtype_through_case,
                                          double_quoted_strings, views_of_the_file,   flattening};

}  // namespace

std::string self_test() {
  Budget budget;
  const auto connection = Connection::open_memory(budget);
  if (!connection) return "SQLite does not open: " + connection.error().found;
  if (const auto made = (*connection)->execute(kTables); !made) return "tables cannot be made: " + made.error().found;
  for (const Check check : kChecks) {
    if (std::string wrong = check(**connection); !wrong.empty()) return wrong;
  }
  return steps_of_schema_load();
}

}  // namespace exhibit::sqlite
