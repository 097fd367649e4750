// A database made of SQL, opened through the lens, and the rows of a query as text.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "evidence/byte_source.h"
#include "sqlite/database.h"
#include "sqlite_builder.h"

namespace exhibit::sqlite {

inline DatabaseFiles files_of(const std::string& sql) {
  tests::SqliteBuilder builder(sql);
  return {evidence::make_source(builder.bytes().main), nullptr, nullptr};
}

inline std::string shown(const Value& value) {
  switch (value.type) {
    case ValueType::null:
      return "NULL";
    case ValueType::integer:
      return std::to_string(value.integer);
    case ValueType::real:
      return std::to_string(value.real);
    case ValueType::time:
      return "time " + std::to_string(value.moment.us);
    default:
      return std::string(value.text());
  }
}

class LensFixture : public testing::Test {
 protected:
  void open(const std::string& sql, LensSpec spec = {}) {
    const auto image = PageImage::build(files_of(sql), limits);
    ASSERT_TRUE(image) << error_text(image.error());
    auto opened = Database::open(*image, std::move(spec), budget, limits);
    ASSERT_TRUE(opened) << opened.error().found;
    database = std::move(*opened);
  }

  std::expected<std::unique_ptr<Query>, Problem> prepare(const std::string& sql, const std::string& table) {
    return database->prepare({.sql = sql, .table = table, .needs_row = true});
  }

  /// Rows by line, values joined by '|'; or "code: expected / found" of the problem.
  std::string rows(const std::string& sql, const std::string& table) {
    auto query = prepare(sql, table);
    if (!query) return told(query.error());
    return rows(**query);
  }
  static std::string rows(Query& query) {
    std::string result;
    for (;;) {
      const auto row = query.step();
      if (!row) return result + told(row.error());
      if (!*row) return result;
      for (std::size_t i = 0; i < query.column_count(); ++i) result += (i > 0 ? "|" : "") + shown(query.value(i));
      result += '\n';
    }
  }
  static std::string told(const Problem& problem) {
    return problem.code + ": " + problem.expected + " / " + problem.found;
  }
  std::string code_of(const std::string& sql, const std::string& table) {
    const auto query = prepare(sql, table);
    return query ? "none" : query.error().code;
  }

  std::string unread() {
    const auto items = database->unread();
    if (!items) return told(items.error());
    std::string result;
    for (const UnreadItem& item : *items)
      result += item.table + "." + item.column + " " + std::to_string(item.count) + "\n";
    return result;
  }

  Budget budget;
  Limits limits;
  std::unique_ptr<Database> database;
};

}  // namespace exhibit::sqlite
