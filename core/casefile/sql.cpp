#include "sql.h"

#include "base/unicode.h"

namespace exhibit::casefile {

Error sql_error(sqlite3* connection, Literal expected) {
  const int code = connection == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(connection);
  switch (code & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return {ErrorCode::io, expected, static_cast<std::uint64_t>(sqlite3_system_errno(connection)), {}};
    case SQLITE_INTERRUPT:
      return {ErrorCode::cancelled, "work with the case to its end", 0, {}};
    case SQLITE_TOOBIG:
      return {ErrorCode::limit, expected, static_cast<std::uint64_t>(code), {}};
    default:
      return {ErrorCode::malformed, expected, static_cast<std::uint64_t>(code), {}};
  }
}

void Statement::bind(int place, std::string_view text) {
  if (is_utf8(text))
    bind_text(place, text);
  else
    bind_blob(place, as_bytes(text));
}

void Statement::bind_blob(int place, Bytes bytes) {
  sqlite3_bind_blob64(get(), place, not_null(as_text(bytes)), bytes.size(), SQLITE_STATIC);
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(sql_error(connection_, "a case file that can be read and written"));
}

Result<void> Statement::run() {
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(get());
  if (code != SQLITE_DONE) return std::unexpected(sql_error(connection_, "a case file that can be read and written"));
  reset();
  return {};
}

void Statement::reset() {
  sqlite3_reset(get());
  sqlite3_clear_bindings(get());
}

std::string_view Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(get(), column);
  const int size = sqlite3_column_bytes(get(), column);
  return bytes == nullptr ? std::string_view{} : std::string_view{static_cast<const char*>(bytes), std::size_t(size)};
}

Result<Connection> Connection::open(const std::string& path, int flags, const std::string& vfs) {
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                                   vfs.empty() ? nullptr : vfs.c_str());
  Connection connection;
  connection.connection_.reset(raw);
  if (code != SQLITE_OK) return std::unexpected(sql_error(raw, "a case file that can be opened"));
  return connection;
}

Result<Statement> Connection::prepare(std::string_view sql) const {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(get(), sql.data(), static_cast<int>(sql.size()), 0, &raw, nullptr) != SQLITE_OK)
    return std::unexpected(sql_error(get(), "a case file with the tables of its schema"));
  return Statement(get(), raw);
}

Result<void> Connection::run(const std::string& sql) const {
  if (sqlite3_exec(get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return std::unexpected(sql_error(get(), "a case file that takes a change"));
  return {};
}

Result<std::int64_t> Connection::number(std::string_view sql) const {
  auto statement = prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  return *row ? statement->integer(0) : 0;
}

}  // namespace exhibit::casefile
