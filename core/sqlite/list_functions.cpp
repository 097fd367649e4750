// list() and list_rows(): aggregates whose result carries values with their types, which JSON could not.
#include "function_call.h"
#include "list_encoding.h"
#include "time_subtype.h"

namespace exhibit::sqlite {

namespace {

// SQLite's own limit of a value is a gigabyte; a list is at most as large as one inflated value.
bool has_room(sqlite3_context* call, const ListWriter& list) {
  if (list.size() <= context_of(call).limits().inflated_value) return true;
  sqlite3_result_error_toobig(call);
  return false;
}

/// The group's list; SQLite zeroes the pointer at the group's first row. Null: out of memory.
ListWriter* list_of_group(sqlite3_context* call) {
  auto** list = static_cast<ListWriter**>(sqlite3_aggregate_context(call, sizeof(ListWriter*)));
  if (list == nullptr) {
    sqlite3_result_error_nomem(call);
    return nullptr;
  }
  if (*list == nullptr) *list = new ListWriter;
  return *list;
}

void step_list(sqlite3_context* call, Arguments arguments) {
  if (arguments.empty() || arguments.size() % 2 != 0) return give_error(call, "list: takes pairs of name and value");
  std::vector<std::pair<std::string_view, Value>> fields;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    if (sqlite3_value_type(arguments[i]) != SQLITE_TEXT)
      return give_error(call, "list: name " + std::to_string(i / 2 + 1) + " is no text");
    fields.emplace_back(text_of(arguments[i]), value_of(arguments[i + 1]));
  }
  ListWriter* list = list_of_group(call);
  if (list != nullptr && has_room(call, *list)) list->add_element(fields);
}

void step_list_rows(sqlite3_context* call, Arguments arguments) {
  ListWriter* list = list_of_group(call);
  if (list != nullptr && has_room(call, *list)) list->add_element({{"rowid", value_of(arguments[0])}});
}

template <unsigned subtype>
void finish_list(sqlite3_context* call) {
  auto** list = static_cast<ListWriter**>(sqlite3_aggregate_context(call, 0));
  if (list == nullptr || *list == nullptr) return sqlite3_result_null(call);
  if ((*list)->size() == 0) {
    sqlite3_result_null(call);
  } else if (has_room(call, **list)) {
    give_blob(call, (*list)->bytes());
    sqlite3_result_subtype(call, subtype);
  }
  delete *list;
}

}  // namespace

int register_list_functions(sqlite3* connection, FunctionContext& context) {
  const int result = sqlite3_create_function_v2(connection, "list", -1, function_flags(), &context, nullptr,
                                                called<step_list>, finish_list<kListSubtype>, nullptr);
  if (result != SQLITE_OK) return result;
  return sqlite3_create_function_v2(connection, "list_rows", 1, function_flags(), &context, nullptr,
                                    called<step_list_rows>, finish_list<kRowListSubtype>, nullptr);
}

}  // namespace exhibit::sqlite
