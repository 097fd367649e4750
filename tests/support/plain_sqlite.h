// A database read by SQLite itself, of a copy, beside its write-ahead log: what the tests compare with owes nothing to
// the code under test.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "temporary_folder.h"

namespace exhibit::tests {

class PlainSqlite {
 public:
  /// Copies the file and its -wal, if there is one.
  explicit PlainSqlite(const std::filesystem::path& database) {
    std::filesystem::copy_file(database, folder_.path() / "copy");
    if (std::filesystem::exists(database.string() + "-wal"))
      std::filesystem::copy_file(database.string() + "-wal", folder_.path() / "copy-wal");
    sqlite3* handle = nullptr;
    const int result = sqlite3_open((folder_.path() / "copy").c_str(), &handle);
    handle_.reset(handle);
    if (result != SQLITE_OK) throw std::runtime_error(database.string() + " cannot be opened");
  }

  /// Calls `row` with the statement for each row.
  template <class Row>
  void each(const std::string& sql, const Row& row) const {
    sqlite3_stmt* prepared = nullptr;
    if (sqlite3_prepare_v2(handle_.get(), sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK)
      throw std::runtime_error(sql + ": " + sqlite3_errmsg(handle_.get()));
    const std::unique_ptr<sqlite3_stmt, Finalize> statement(prepared);
    while (sqlite3_step(prepared) == SQLITE_ROW) row(prepared);
  }

  std::int64_t count(const std::string& sql) const {
    std::int64_t value = 0;
    each(sql, [&](sqlite3_stmt* row) { value = sqlite3_column_int64(row, 0); });
    return value;
  }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  TemporaryFolder folder_;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace exhibit::tests
