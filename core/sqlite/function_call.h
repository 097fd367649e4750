// What the functions share: how SQLite calls them, and how arguments are read and results given.
#pragma once

#include <sqlite3.h>

#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "functions.h"

namespace exhibit::sqlite {

using Arguments = std::span<sqlite3_value*>;

/// A function as SQLite calls it. SQLite is C: no exception may run through it.
template <void (*function)(sqlite3_context*, Arguments)>
void called(sqlite3_context* call, int count, sqlite3_value** values) {
  try {
    function(call, Arguments(values, static_cast<std::size_t>(count)));
  } catch (const std::bad_alloc&) {
    sqlite3_result_error_nomem(call);
  }
}

struct ScalarFunction {
  const char* name;
  int arguments;  ///< -1: any number
  void (*call)(sqlite3_context*, int, sqlite3_value**);
};

/// The flags of every function of the box: pure, harmless in views, and with subtypes in and out.
int function_flags();

int register_scalars(sqlite3* connection, FunctionContext& context, std::span<const ScalarFunction> functions);

inline FunctionContext& context_of(sqlite3_context* call) {
  return *static_cast<FunctionContext*>(sqlite3_user_data(call));
}

inline bool is_null(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }

/// The bytes of a text or blob; of a number, its text. Empty for NULL.
Bytes bytes_of(sqlite3_value* value);
inline std::string_view text_of(sqlite3_value* value) { return as_text(bytes_of(value)); }

/// The value as a person reads it: digits, text, a blob as hexadecimal.
std::string shown(sqlite3_value* value);

void give_text(sqlite3_context* call, std::string_view text);
void give_blob(sqlite3_context* call, Bytes bytes);
/// The statement ends: only for an author's mistake, never for what stands in the evidence.
void give_error(sqlite3_context* call, const std::string& text);

// The groups, each in its own file.
int register_time_functions(sqlite3* connection, FunctionContext& context);
int register_text_functions(sqlite3* connection, FunctionContext& context);
int register_blob_functions(sqlite3* connection, FunctionContext& context);
int register_list_functions(sqlite3* connection, FunctionContext& context);
int register_map_function(sqlite3* connection, FunctionContext& context);
int register_each_tables(sqlite3* connection, FunctionContext& context);

}  // namespace exhibit::sqlite
