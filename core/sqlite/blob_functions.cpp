// What is inside a blob, by path. A blob that does not decode is NULL and a note in the ledger, never the end of the
// query; a malformed path is the author's mistake and ends it.
#include <algorithm>
#include <array>
#include <string>

#include "base/unicode.h"
#include "blob_values.h"
#include "function_call.h"
#include "json_text.h"
#include "time_subtype.h"

namespace exhibit::sqlite {

namespace {

template <TreeForm form>
constexpr const char* kTreeFunction = form == TreeForm::plist ? "plist" : "keyed_archive";

/// Without an absent tree there is nothing to select in: only a malformed path fails.
bool is_path_to_one(std::string_view path, const Limits& limits) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (is_quoted && path[i] == '\\')
      ++i;
    else if (path[i] == '\'')
      is_quoted = !is_quoted;
    else if (path[i] == '*' && !is_quoted)
      return false;
  }
  return decode::select(decode::Tree(), path, limits).has_value();
}

template <TreeForm form>
void value_at_path(sqlite3_context* call, Arguments arguments) {
  FunctionContext& context = context_of(call);
  const std::string function = kTreeFunction<form>;
  const std::string_view path = text_of(arguments[1]);
  if (!is_path_to_one(path, context.limits()))
    return give_error(call, function + ": not a path to one value: " + std::string(path));
  if (is_null(arguments[0])) return sqlite3_result_null(call);
  const DecodedTree decoded = tree_of(context, form, bytes_of(arguments[0]), function);
  if (decoded == nullptr) return sqlite3_result_null(call);
  const decode::Tree& tree = *decoded->result;
  const auto node = decode::find_path(tree, tree.root(), path);
  if (!node) return sqlite3_result_null(call);
  give_node(call, context, function, tree, *node);
}

void protobuf(sqlite3_context* call, Arguments arguments) {
  if (arguments.size() != 2 && arguments.size() != 3)
    return give_error(call, "protobuf: takes a message, a path, and perhaps a type");
  FunctionContext& context = context_of(call);
  const std::string_view path = text_of(arguments[1]);
  if (!is_field_path(path)) return give_error(call, "protobuf: not a path of field numbers: " + std::string(path));
  const auto form = arguments.size() == 3 ? field_form(text_of(arguments[2])) : FieldForm::as_stored;
  if (!form) return give_error(call, "protobuf: unknown type: " + std::string(text_of(arguments[2])));
  if (is_null(arguments[0])) return sqlite3_result_null(call);
  const auto found = decode::find_fields(bytes_of(arguments[0]), path, context.limits());
  if (found.damage) context.note_blob("protobuf", *found.damage);
  if (found.fields.empty()) return sqlite3_result_null(call);
  give_field(call, context, "protobuf", found.fields.front(), *form);
}

/// The text of a typedstream; null if it has none. What is wrong with it is noted once for the row.
DecodedText typedstream_of(sqlite3_context* call, sqlite3_value* blob, std::string_view function) {
  FunctionContext& context = context_of(call);
  DecodedText decoded = context.decoded().typedstream(bytes_of(blob), context.limits());
  const auto note = [&](const std::string& text) {
    if (!decoded->is_noted) context.note_blob(function, text);
  };
  if (!decoded->result) {
    note(error_text(decoded->result.error()));
  } else if (decoded->result->damage) {
    note(error_text(*decoded->result->damage));
  } else if (!decoded->result->runs_cover_text) {
    note("expected runs that sum to the text's length");
  } else if (!decoded->result->consumed_all) {
    note("expected the archive to end where the bytes do");
  }
  decoded->is_noted = true;
  return decoded->result ? decoded : nullptr;
}

void typedstream_text(sqlite3_context* call, Arguments arguments) {
  if (is_null(arguments[0])) return sqlite3_result_null(call);
  const DecodedText decoded = typedstream_of(call, arguments[0], "typedstream_text");
  if (decoded == nullptr) return sqlite3_result_null(call);
  give_text(call, decoded->result->text);
}

std::string runs_json(const decode::AttributedText& attributed) {
  std::string json = "[";
  for (const auto& run : attributed.runs) {
    if (json.size() > 1) json += ',';
    json += "{\"start\":" + std::to_string(run.start_utf16) + ",\"length\":" + std::to_string(run.length_utf16) +
            ",\"attributes\":{";
    for (std::size_t i = 0; i < run.attributes.size(); ++i) {
      if (i > 0) json += ',';
      append_json_string(json, run.attributes[i].first);
      json += ':';
      append_json_string(json, run.attributes[i].second);
    }
    json += "}}";
  }
  return json + "]";
}

void typedstream_runs(sqlite3_context* call, Arguments arguments) {
  if (is_null(arguments[0])) return sqlite3_result_null(call);
  const DecodedText decoded = typedstream_of(call, arguments[0], "typedstream_runs");
  if (decoded == nullptr) return sqlite3_result_null(call);
  give_text(call, runs_json(*decoded->result));
  sqlite3_result_subtype(call, kJsonSubtype);
}

void inflate(sqlite3_context* call, Arguments arguments) {
  if (is_null(arguments[0])) return sqlite3_result_null(call);
  FunctionContext& context = context_of(call);
  const std::uint64_t allowed = std::min(context.limits().inflated_value, context.budget().inflated_bytes);
  const DecodedBytes decoded = context.decoded().inflated(bytes_of(arguments[0]), allowed);
  if (!decoded->result) {
    if (decoded->result.error().code == ErrorCode::limit && allowed < context.limits().inflated_value) {
      context.set_out_of_budget();
      return give_error(call, "inflate: the budget of inflated bytes is used up");
    }
    if (!decoded->is_noted) context.note_blob("inflate", decoded->result.error());
    decoded->is_noted = true;
    return sqlite3_result_null(call);
  }
  Budget::spend(context.budget().inflated_bytes, decoded->result->size());
  give_blob(call, *decoded->result);
}

void utf8(sqlite3_context* call, Arguments arguments) {
  if (is_null(arguments[0]) || !is_utf8(text_of(arguments[0]))) return sqlite3_result_null(call);
  give_text(call, text_of(arguments[0]));
}

/// Without a stated order a byte order mark tells it, else it is little-endian.
void utf16(sqlite3_context* call, Arguments arguments) {
  const std::string_view order_name = arguments.size() == 2 ? text_of(arguments[1]) : "le";
  if (arguments.empty() || arguments.size() > 2 || (order_name != "le" && order_name != "be"))
    return give_error(call, "utf16: takes a blob, and perhaps 'le' or 'be'");
  if (is_null(arguments[0])) return sqlite3_result_null(call);
  const Bytes units = bytes_of(arguments[0]);
  if (units.size() % 2 != 0) {
    context_of(call).note_blob("utf16",
                               "expected whole units of two bytes, found " + std::to_string(units.size()) + " bytes");
    return sqlite3_result_null(call);
  }
  const bool has_mark = units.size() >= 2 && arguments.size() == 1 && (units[0] ^ units[1]) == (0xfe ^ 0xff) &&
                        (units[0] == 0xfe || units[0] == 0xff);
  const bool is_big = has_mark ? units[0] == 0xfe : order_name == "be";
  give_text(call, utf8_from_utf16(units.subspan(has_mark ? 2 : 0), is_big ? ByteOrder::big : ByteOrder::little));
}

}  // namespace

int register_blob_functions(sqlite3* connection, FunctionContext& context) {
  static constexpr std::array<ScalarFunction, 8> kFunctions = {{
      {"plist", 2, called<value_at_path<TreeForm::plist>>},
      {"keyed_archive", 2, called<value_at_path<TreeForm::keyed_archive>>},
      {"protobuf", -1, called<protobuf>},
      {"typedstream_text", 1, called<typedstream_text>},
      {"typedstream_runs", 1, called<typedstream_runs>},
      {"inflate", 1, called<inflate>},
      {"utf8", 1, called<utf8>},
      {"utf16", -1, called<utf16>},
  }};
  return register_scalars(connection, context, kFunctions);
}

}  // namespace exhibit::sqlite
