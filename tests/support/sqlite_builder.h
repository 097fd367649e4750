// Databases made with SQLite itself in a temporary folder; hands out the bytes of the file, its -wal and its -journal,
// also in the middle of a transaction.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace exhibit::tests {

struct DatabaseBytes {
  std::vector<std::uint8_t> main, wal, journal;
};

class SqliteBuilder {
 public:
  SqliteBuilder() {
    static std::atomic<int> number{0};
    folder_ = std::filesystem::temp_directory_path() /
              ("exhibit-sqlite-" + std::to_string(getpid()) + "-" + std::to_string(++number));
    std::filesystem::create_directories(folder_);
    open();
  }
  explicit SqliteBuilder(const std::string& sql) : SqliteBuilder() { run(sql); }
  ~SqliteBuilder() {
    close();
    std::filesystem::remove_all(folder_);
  }
  SqliteBuilder(const SqliteBuilder&) = delete;
  SqliteBuilder& operator=(const SqliteBuilder&) = delete;

  SqliteBuilder& run(const std::string& sql) {
    char* message = nullptr;
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK)
      ADD_FAILURE() << sql.substr(0, 200) << ": " << (message != nullptr ? message : "?");
    sqlite3_free(message);
    return *this;
  }

  /// All rows of a query, values joined by '|', rows by '\n'.
  std::string query(const std::string& sql) { return query(handle_, sql); }
  static std::string query(sqlite3* handle, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(handle, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      return std::string("error: ") + sqlite3_errmsg(handle);
    std::string rows;
    int result = SQLITE_ROW;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
      for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        if (i != 0) rows += '|';
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, i));
        rows += text != nullptr ? text : "NULL";
      }
      rows += '\n';
    }
    if (result != SQLITE_DONE) rows += std::string("error: ") + sqlite3_errmsg(handle);
    sqlite3_finalize(statement);
    return rows;
  }

  /// What the files hold at this moment, a transaction open or not.
  DatabaseBytes bytes() const { return {read(""), read("-wal"), read("-journal")}; }

  /// What SQLite itself reads from these files, on a copy.
  static std::string read_by_sqlite(const DatabaseBytes& files, const std::string& sql) {
    SqliteBuilder copy;
    copy.close();
    copy.write("", files.main);
    copy.write("-wal", files.wal);
    copy.write("-journal", files.journal);
    copy.open();
    return copy.query(sql);
  }

  void close() {
    sqlite3_close(handle_);
    handle_ = nullptr;
  }
  void open() { ASSERT_EQ(sqlite3_open(path("").c_str(), &handle_), SQLITE_OK); }
  sqlite3* handle() const { return handle_; }
  std::string path(const std::string& suffix) const { return (folder_ / "test.db").string() + suffix; }

 private:
  std::vector<std::uint8_t> read(const std::string& suffix) const {
    std::ifstream file(path(suffix), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  void write(const std::string& suffix, const std::vector<std::uint8_t>& bytes) const {
    if (bytes.empty() && !suffix.empty()) return;
    std::ofstream file(path(suffix), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }

  std::filesystem::path folder_;
  sqlite3* handle_ = nullptr;
};

}  // namespace exhibit::tests
