// SQLite, opened so that evidence can neither be changed nor run anything: through the read-only VFS, guarded, counted.
// Belongs to one thread.
#pragma once

#include <sqlite3.h>

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "guard.h"
#include "read_only_vfs.h"
#include "sqlite/database.h"
#include "sqlite/page_image.h"

namespace exhibit::sqlite {

struct StatementEnd {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, StatementEnd>;

class Connection {
 public:
  /// Opens and loads the schema, so that a damaged or endless one fails here. `budget` must outlive the connection.
  static std::expected<std::unique_ptr<Connection>, Problem> open(std::shared_ptr<const PageImage> image,
                                                                  Budget& budget, const Limits& limits);
  /// An empty database in memory, which the engine fills.
  static std::expected<std::unique_ptr<Connection>, Problem> open_memory(Budget& budget);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Another database beside `main`, read-only too, under the schema name `name`.
  std::expected<void, Problem> attach(const std::shared_ptr<const PageImage>& image, std::string_view name,
                                      const Limits& limits);

  /// Compiles in the guard's mode of the moment. The text must be one statement.
  std::expected<Statement, Problem> prepare(std::string_view sql);
  /// True: a row stands ready. False: the end.
  std::expected<bool, Problem> step(sqlite3_stmt* statement);
  /// Runs statements that give no rows, as the engine.
  std::expected<void, Problem> execute(std::string_view sql);

  /// The last failure of SQLite in our words: code "budget", "cancelled", "malformed", "not_a_database", "refused",
  /// "limit", "memory", "io" or "sql".
  Problem problem(int result_code) const;

  sqlite3* handle() const { return handle_.get(); }
  Guard& guard() { return *guard_; }
  Budget& budget() { return budget_; }
  /// The image behind `main`; null for a database in memory.
  const PageImage* image() const { return image_.get(); }

 private:
  struct HandleEnd {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };

  explicit Connection(Budget& budget) : budget_(budget) {}
  std::expected<void, Problem> open_handle(const std::string& name, int flags);
  std::expected<void, Problem> load_schema(std::string_view schema, const PageImage& image, const Limits& limits);
  static int count_steps(void* connection);

  Budget& budget_;
  std::shared_ptr<const PageImage> image_;
  std::vector<std::unique_ptr<ServedImage>> served_;  ///< must outlive handle_
  std::unique_ptr<Guard> guard_;                      ///< likewise
  std::unique_ptr<sqlite3, HandleEnd> handle_;
};

/// A name as SQL text: "a""b".
std::string quoted_name(std::string_view name);

}  // namespace exhibit::sqlite
