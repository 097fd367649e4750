// SQLite as this box uses it: a connection and a statement that close themselves. Nothing outside the box sees it.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit::casefile {

/// What SQLite refused last, as an Error: io carries errno, all else SQLite's extended code.
Error sql_error(sqlite3* connection, Literal expected);

class Statement {
 public:
  Statement() = default;
  Statement(sqlite3* connection, sqlite3_stmt* statement) : connection_(connection), statement_(statement) {}

  // Places count from 1, as SQLite's do. Bytes and text must live until the next reset.
  void bind(int place, std::int64_t value) { sqlite3_bind_int64(get(), place, value); }
  void bind(int place, double value) { sqlite3_bind_double(get(), place, value); }
  /// Text that is not UTF-8 is bound as the bytes it is.
  void bind(int place, std::string_view text);
  /// For text that the model promises to be UTF-8.
  void bind_text(int place, std::string_view text) {
    sqlite3_bind_text64(get(), place, not_null(text), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  void bind_blob(int place, Bytes bytes);
  void bind_null(int place) { sqlite3_bind_null(get(), place); }

  /// True if there is a row.
  Result<bool> step();
  /// Runs to the end and stands ready for the next binding; all places are NULL again.
  Result<void> run();
  void reset();

  bool is_null(int column) const { return sqlite3_column_type(get(), column) == SQLITE_NULL; }
  int type(int column) const { return sqlite3_column_type(get(), column); }
  std::int64_t integer(int column) const { return sqlite3_column_int64(get(), column); }
  double real(int column) const { return sqlite3_column_double(get(), column); }
  /// Valid until the next step. Blobs are given as they are.
  std::string_view text(int column) const;
  Bytes blob(int column) const { return as_bytes(text(column)); }

  sqlite3_stmt* get() const { return statement_.get(); }
  explicit operator bool() const { return statement_ != nullptr; }

 private:
  // SQLite takes a null pointer for NULL, and an empty view may hold one.
  static const char* not_null(std::string_view text) { return text.data() == nullptr ? "" : text.data(); }

  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  sqlite3* connection_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// Keeps the state of a case for a longer reading, and spares each statement its lock. Nothing within a transaction.
class ReadTransaction {
 public:
  explicit ReadTransaction(sqlite3* connection) : connection_(connection) {
    is_own_ = sqlite3_get_autocommit(connection) != 0 &&
              sqlite3_exec(connection, "BEGIN", nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  ~ReadTransaction() {
    if (is_own_) sqlite3_exec(connection_, "COMMIT", nullptr, nullptr, nullptr);
  }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  sqlite3* connection_;
  bool is_own_ = false;
};

class Connection {
 public:
  Connection() = default;

  /// `vfs` empty: the system's. The path may be ":memory:".
  static Result<Connection> open(const std::string& path, int flags, const std::string& vfs = {});

  Result<Statement> prepare(std::string_view sql) const;
  /// One or more statements without results.
  Result<void> run(const std::string& sql) const;
  /// The first column of the first row; 0 if there is none or it is NULL.
  Result<std::int64_t> number(std::string_view sql) const;

  sqlite3* get() const { return connection_.get(); }
  explicit operator bool() const { return connection_ != nullptr; }
  void close() { connection_.reset(); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
  };
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace exhibit::casefile
