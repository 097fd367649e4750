#include "lens_collation.h"

#include <algorithm>
#include <cstring>

#include "lens_words.h"
#include "sqlite/sql_tokens.h"

namespace exhibit::sqlite {
namespace {

int compare_bytes(void*, int first_size, const void* first, int second_size, const void* second) {
  const int common = std::memcmp(first, second, static_cast<std::size_t>(std::min(first_size, second_size)));
  return common != 0 ? common : first_size - second_size;
}

/// Where SQLite has no memory for it, the statement that needs the collation fails and says so.
void add_collation(void*, sqlite3* connection, int, const char* name) {
  sqlite3_create_collation_v2(connection, name, SQLITE_UTF8, nullptr, compare_bytes, nullptr);
}

}  // namespace

int stand_in_for_collations(sqlite3* connection) {
  return sqlite3_collation_needed(connection, nullptr, add_collation);
}

bool has_foreign_collation(std::string_view sql) {
  const std::vector<Token> tokens = tokenize(sql);
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    const std::string name = tokens[i + 1].name();
    const bool is_own = is_same_name(name, "BINARY") || is_same_name(name, "NOCASE") || is_same_name(name, "RTRIM");
    if (tokens[i].is("COLLATE") && !is_own) return true;
  }
  return false;
}

}  // namespace exhibit::sqlite
