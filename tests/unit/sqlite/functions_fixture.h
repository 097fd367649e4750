// A database in memory with the functions, and the first value of a query taken out of SQLite's hands.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <map>
#include <string>
#include <vector>

#include "functions.h"
#include "time_subtype.h"

namespace exhibit::sqlite {

/// A Value whose bytes stay.
struct Kept {
  explicit Kept(const Value& value)
      : type(value.type),
        integer(value.integer),
        real(value.real),
        text(value.text()),
        moment(value.moment),
        raw(value.raw) {}

  ValueType type;
  std::int64_t integer;
  double real;
  std::string text;
  Moment moment;
  std::string raw;
};

class FunctionsTest : public testing::Test {
 protected:
  FunctionsTest() {
    EXPECT_EQ(sqlite3_open(":memory:", &connection), SQLITE_OK);
    EXPECT_EQ(register_functions(connection, context), SQLITE_OK);
  }
  ~FunctionsTest() override { sqlite3_close(connection); }

  void run(const std::string& sql) {
    EXPECT_EQ(sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sql << ": " << sqlite3_errmsg(connection);
  }

  /// Every value of every row, as if each row were one of a query of the lens. An SQL error is left in `error`.
  std::vector<std::vector<Kept>> rows(const std::string& sql) {
    std::vector<std::vector<Kept>> result;
    error.clear();
    sqlite3_stmt* statement = nullptr;
    int step = sqlite3_prepare_v2(connection, sql.c_str(), -1, &statement, nullptr);
    context.start_row();
    if (step == SQLITE_OK) step = sqlite3_step(statement);
    for (; step == SQLITE_ROW; step = sqlite3_step(statement)) {
      auto& row = result.emplace_back();
      for (int i = 0; i < sqlite3_column_count(statement); ++i)
        row.emplace_back(value_of(sqlite3_column_value(statement, i)));
    }
    if (step != SQLITE_DONE) error = sqlite3_errmsg(connection);
    sqlite3_finalize(statement);
    return result;
  }

  Kept one(const std::string& expression) {
    const auto all = rows("SELECT " + expression);
    EXPECT_EQ(error, "") << expression;
    return all.empty() ? Kept(Value{}) : all[0][0];
  }

  std::string text_of(const std::string& expression) {
    const Kept value = one(expression);
    EXPECT_EQ(value.type, ValueType::text) << expression;
    return value.text;
  }

  bool is_null(const std::string& expression) { return one(expression).type == ValueType::null; }

  std::string error_of(const std::string& expression) {
    rows("SELECT " + expression);
    return error;
  }

  std::map<std::string, CodeMap, std::less<>> maps;
  Limits limits;
  Budget budget;
  FunctionContext context{maps, limits, budget};
  sqlite3* connection = nullptr;
  std::string error;
};

}  // namespace exhibit::sqlite
