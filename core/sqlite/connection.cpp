#include "connection.h"

#include <array>
#include <utility>

namespace exhibit::sqlite {

namespace {

// How often the progress handler runs: the budget is counted in steps of this.
constexpr int kStepsPerCall = 1000;

struct LimitSetting {
  int limit;
  int value;
};

// What an author's SQL and the evidence's schema may cost. SQLite's own defaults where none is named: 2,000 columns,
// 1,000 levels of an expression.
constexpr std::array kLimits = {
    LimitSetting{SQLITE_LIMIT_LENGTH, 512 << 20},  // one value or row
    LimitSetting{SQLITE_LIMIT_SQL_LENGTH, 4 << 20},       LimitSetting{SQLITE_LIMIT_VDBE_OP, 10'000'000},
    LimitSetting{SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000}, LimitSetting{SQLITE_LIMIT_TRIGGER_DEPTH, 1},
    LimitSetting{SQLITE_LIMIT_WORKER_THREADS, 0},
};

struct Switch {
  int option;
  int on;
};

// Views and triggers of the evidence never run; those in temp still do (SQLite 3.35 and later).
constexpr std::array kSwitches = {
    Switch{SQLITE_DBCONFIG_DEFENSIVE, 1},
    Switch{SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    Switch{SQLITE_DBCONFIG_DQS_DML, 0},
    Switch{SQLITE_DBCONFIG_DQS_DDL, 0},
    Switch{SQLITE_DBCONFIG_ENABLE_VIEW, 0},
    Switch{SQLITE_DBCONFIG_ENABLE_TRIGGER, 0},
    Switch{SQLITE_DBCONFIG_ENABLE_FKEY, 0},
    Switch{SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    Switch{SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    Switch{SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0},
};

// Table-valued modules that stay. Others (dbstat, sqlite_stmt) look at the connection, not at the evidence.
const char* kModules[] = {"fts3", "fts4", "fts5", "rtree", "rtree_i32", "json_each", "json_tree", nullptr};

// The page cache serves where the evidence is compressed: 16 MB instead of 2.
constexpr const char* kPragmas =
    "PRAGMA cell_size_check = 1; PRAGMA temp_store = 2; PRAGMA mmap_size = 0; PRAGMA cache_size = -16384;";

Problem simple_problem(std::string code, std::string expected, std::string found) {
  Problem problem;
  problem.code = std::move(code);
  problem.expected = std::move(expected);
  problem.found = std::move(found);
  return problem;
}

}  // namespace

Connection::~Connection() = default;

int Connection::count_steps(void* connection) {
  auto& self = *static_cast<Connection*>(connection);
  if (self.budget_.cancelled()) return 1;
  return Budget::spend(self.budget_.sql_steps, kStepsPerCall) ? 0 : 1;
}

std::expected<std::unique_ptr<Connection>, Problem> Connection::open(std::shared_ptr<const PageImage> image,
                                                                     Budget& budget, const Limits& limits) {
  auto connection = std::unique_ptr<Connection>(new Connection(budget));
  connection->served_.push_back(std::make_unique<ServedImage>(image, budget));
  connection->image_ = std::move(image);
  if (auto opened = connection->open_handle(connection->served_.back()->name(), SQLITE_OPEN_READONLY); !opened)
    return std::unexpected(opened.error());
  if (auto loaded = connection->load_schema("main", *connection->image_, limits); !loaded)
    return std::unexpected(loaded.error());
  return connection;
}

std::expected<std::unique_ptr<Connection>, Problem> Connection::open_memory(Budget& budget) {
  auto connection = std::unique_ptr<Connection>(new Connection(budget));
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MEMORY;
  if (auto opened = connection->open_handle(":memory:", flags); !opened) return std::unexpected(opened.error());
  return connection;
}

std::expected<void, Problem> Connection::open_handle(const std::string& name, int flags) {
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(name.c_str(), &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE,
                                     read_only_vfs_name());
  handle_.reset(handle);
  if (opened != SQLITE_OK) return std::unexpected(problem(opened));
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_progress_handler(handle, kStepsPerCall, count_steps, this);
  for (const LimitSetting& setting : kLimits) sqlite3_limit(handle, setting.limit, setting.value);
  for (const Switch& option : kSwitches) {
    const int set = sqlite3_db_config(handle, option.option, option.on, nullptr);
    if (set != SQLITE_OK) return std::unexpected(problem(set));
  }
  sqlite3_drop_modules(handle, kModules);
  const int set = sqlite3_exec(handle, kPragmas, nullptr, nullptr, nullptr);
  if (set != SQLITE_OK) return std::unexpected(problem(set));
  guard_ = std::make_unique<Guard>(handle);
  return {};
}

std::expected<void, Problem> Connection::load_schema(std::string_view schema, const PageImage& image,
                                                     const Limits& limits) {
  const auto objects = image.tree(1);
  if (objects && objects->rows > limits.schema_objects)
    return std::unexpected(simple_problem("limit",
                                          "a schema of at most " + std::to_string(limits.schema_objects) + " objects",
                                          std::to_string(objects->rows)));
  const EngineScope engine(*guard_);
  const auto statement = prepare("SELECT 1 FROM " + quoted_name(schema) + ".sqlite_schema LIMIT 1");
  if (!statement) return std::unexpected(statement.error());
  const auto row = step(statement->get());
  if (!row) return std::unexpected(row.error());
  return {};
}

std::expected<void, Problem> Connection::attach(const std::shared_ptr<const PageImage>& image, std::string_view name,
                                                const Limits& limits) {
  served_.push_back(std::make_unique<ServedImage>(image, budget_));
  guard_->attaching_ = true;
  auto attached = execute("ATTACH '" + served_.back()->name() + "' AS " + quoted_name(name));
  guard_->attaching_ = false;
  if (!attached) return attached;
  return load_schema(name, *image, limits);
}

std::expected<Statement, Problem> Connection::prepare(std::string_view sql) {
  guard_->forget_refused();
  sqlite3_stmt* compiled = nullptr;
  const char* rest = nullptr;
  const int result = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &compiled, &rest);
  Statement statement(compiled);
  if (result != SQLITE_OK) return std::unexpected(problem(result));
  if (!statement) return std::unexpected(simple_problem("sql", "a statement", "none"));
  const std::string_view left(rest, static_cast<std::size_t>(sql.data() + sql.size() - rest));
  if (left.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return std::unexpected(simple_problem("sql", "one statement", std::string(left.substr(0, 80))));
  return statement;
}

std::expected<bool, Problem> Connection::step(sqlite3_stmt* statement) {
  const int result = sqlite3_step(statement);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return std::unexpected(problem(result));
}

std::expected<void, Problem> Connection::execute(std::string_view sql) {
  const EngineScope engine(*guard_);
  guard_->forget_refused();
  const int result = sqlite3_exec(handle(), std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return std::unexpected(problem(result));
  return {};
}

Problem Connection::problem(int result_code) const {
  const std::string message = handle_ ? sqlite3_errmsg(handle()) : sqlite3_errstr(result_code);
  if (budget_.cancelled()) return simple_problem("cancelled", "to run to the end", "cancelled");
  // For a function SQLite gives its general error, and only the text tells.
  if ((result_code & 0xff) == SQLITE_AUTH || message.starts_with("not authorized"))
    return simple_problem("refused", "SELECT with harmless functions", guard_ ? guard_->refused() : message);
  switch (result_code & 0xff) {
    case SQLITE_INTERRUPT:
      return simple_problem("budget", "to end within the counted steps", message);
    case SQLITE_CORRUPT:
      return simple_problem("malformed", "a sound database", message);
    case SQLITE_NOTADB:
      return simple_problem("not_a_database", "a database", message);
    case SQLITE_TOOBIG:
      return simple_problem("limit", "values and statements within the limits", message);
    case SQLITE_NOMEM:
      return simple_problem("memory", "enough memory", message);
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return simple_problem("io", "a readable file", message);
    default:
      return simple_problem("sql", "SQL that runs", message);
  }
}

std::string quoted_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace exhibit::sqlite
