#include "guard.h"

#include <algorithm>
#include <array>

namespace exhibit::sqlite {

namespace {

// SQLite's own functions whose result depends on their arguments alone. Left out on purpose: random, randomblob, the
// date functions and current_* (the clock and the zone of this machine), changes, last_insert_rowid, load_extension,
// fts3_tokenizer, zeroblob, sqlite_*.
constexpr std::array kHarmless = {
    "->",
    "->>",
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "avg",
    "ceil",
    "ceiling",
    "char",
    "coalesce",
    "cos",
    "cosh",
    "count",
    "cume_dist",
    "degrees",
    "dense_rank",
    "exp",
    "first_value",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_patch",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_type",
    "json_valid",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "max",
    "min",
    "mod",
    "nth_value",
    "ntile",
    "nullif",
    "percent_rank",
    "pi",
    "pow",
    "power",
    "printf",
    "quote",
    "radians",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "sin",
    "sinh",
    "sqrt",
    "substr",
    "substring",
    "sum",
    "tan",
    "tanh",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unicode",
    "unlikely",
    "upper",
};

// Pragmas that only tell. FTS asks for data_version and page_size when its table is opened.
constexpr std::array kReadingPragmas = {"data_version", "foreign_key_list", "index_info", "index_list", "index_xinfo",
                                        "page_size",    "table_info",       "table_list", "table_xinfo"};

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

template <class Names>
bool holds(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string_view text(const char* value) { return value != nullptr ? std::string_view(value) : std::string_view(); }

}  // namespace

/// What SQLite asks. The meaning of `first` and `second` depends on the action.
struct Guard::Access {
  int action;
  std::string_view first, second, schema, view;
};

Guard::Guard(sqlite3* connection) { sqlite3_set_authorizer(connection, authorize, this); }

void Guard::allow_function(std::string_view name) { own_functions_.insert(lower(name)); }

bool Guard::is_allowed_function(std::string_view name) const {
  const std::string lowered = lower(name);
  return holds(kHarmless, std::string_view(lowered)) || own_functions_.contains(lowered);
}

int Guard::authorize(void* guard, int action, const char* first, const char* second, const char* schema,
                     const char* view) {
  return static_cast<Guard*>(guard)->allows({action, text(first), text(second), text(schema), text(view)})
             ? SQLITE_OK
             : SQLITE_DENY;
}

bool Guard::allows(const Access& access) {
  bool allowed = false;
  switch (access.action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      allowed = true;
      break;
    case SQLITE_READ:
      record(access);
      allowed = true;
      break;
    case SQLITE_FUNCTION:  // a table's generated columns and indexes may call functions too, in either mode
      allowed = is_allowed_function(access.second);
      if (!allowed) refused_ = "function " + std::string(access.second);
      return allowed;
    case SQLITE_UPDATE:
      // Asked when a virtual table is declared, which writes nothing; a real UPDATE of the schema SQLite refuses
      // itself.
      allowed = access.first == "sqlite_master" || mode_ == Mode::engine;
      break;
    default:
      allowed = mode_ == Mode::engine && allows_engine(access);
  }
  if (!allowed) refused_ = "anything but SELECT";
  return allowed;
}

bool Guard::allows_engine(const Access& access) const {
  switch (access.action) {
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      return attaching_;
    case SQLITE_PRAGMA:
      return holds(kReadingPragmas, lower(access.first));
    default:
      return true;  // main and companions are opened read-only: what is left is temp, and tables in memory
  }
}

void Guard::record(const Access& access) {
  if (mode_ != Mode::author) return;
  if (access.schema != "temp" && !access.view.empty()) return;
  coverage_.insert({std::string(access.schema), std::string(access.first), std::string(access.second)});
}

}  // namespace exhibit::sqlite
