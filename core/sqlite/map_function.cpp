// map('name', code): the parser's words for stored codes.
#include "base/unicode.h"
#include "function_call.h"

namespace exhibit::sqlite {

namespace {

void map_code(sqlite3_context* call, Arguments arguments) {
  const std::string_view name = text_of(arguments[0]);
  FunctionContext& context = context_of(call);
  const CodeMap* map = context.find_map(name);
  if (map == nullptr) return give_error(call, "map: the parser has no [map." + std::string(name) + "]");
  if (is_null(arguments[1])) return sqlite3_result_null(call);
  const std::string_view code = text_of(arguments[1]);
  const auto found = map->find(code);
  if (found != map->end()) return give_text(call, found->second);
  // A blob is told in hexadecimal: its bytes are no text that a problem could show.
  context.note_unknown_code(
      name, sqlite3_value_type(arguments[1]) == SQLITE_BLOB ? shown(arguments[1]) : escape_invalid_utf8(code));
  sqlite3_result_null(call);
}

}  // namespace

int register_map_function(sqlite3* connection, FunctionContext& context) {
  return register_scalars(connection, context, {{{"map", 2, called<map_code>}}});
}

}  // namespace exhibit::sqlite
