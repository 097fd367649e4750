#include "blob_values.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "base/time.h"
#include "base/unicode.h"
#include "function_call.h"
#include "json_text.h"
#include "time_subtype.h"

namespace exhibit::sqlite {

namespace {

using decode::NodeType;
using decode::WireType;

/// A date's unit is known to be the second, so apple_time()'s guess between s and ns must not be asked.
TimeReading date_time(double apple_seconds) {
  if (!(std::abs(apple_seconds) < 1e11)) return {Reading::impossible, {}};
  return apple_time(apple_seconds);
}

void give_date(sqlite3_context* call, double apple_seconds) {
  give_time(call, date_time(apple_seconds), std::to_string(apple_seconds));
}

void give_container(sqlite3_context* call, FunctionContext& context, std::string_view function,
                    const decode::Tree& tree, decode::NodeId node) {
  const auto json = json_text(tree, node, context.limits());
  if (!json) {
    context.note_blob(function, json.error());
    return sqlite3_result_null(call);
  }
  if (json->has_cycle) context.note_blob(function, "an object holds itself: null stands where it comes again");
  give_text(call, json->text);
  sqlite3_result_subtype(call, kJsonSubtype);
}

/// SQLite has no NaN: it would become NULL without a word.
void give_real(sqlite3_context* call, FunctionContext& context, std::string_view function, double value) {
  if (std::isnan(value)) context.note_blob(function, "expected a number, found NaN");
  sqlite3_result_double(call, value);
}

bool is_readable(std::string_view text) {
  const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r') || c == 127; };
  return is_utf8(text) && std::ranges::none_of(text, is_control);
}

void give_as_stored(sqlite3_context* call, const decode::ProtobufField& field) {
  if (!field.has_fields()) return sqlite3_result_int64(call, static_cast<std::int64_t>(field.value));
  if (field.type == WireType::bytes && is_readable(as_text(field.bytes))) return give_text(call, as_text(field.bytes));
  give_blob(call, field.bytes);
}

std::int64_t fixed_value(const decode::ProtobufField& field, FieldForm form) {
  if (field.type == WireType::fixed32 && form == FieldForm::sfixed)
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(field.value));
  return static_cast<std::int64_t>(field.value);
}

/// Whether the wire's type can carry the form.
bool carries(WireType type, FieldForm form) {
  switch (form) {
    case FieldForm::as_stored:
      return true;
    case FieldForm::int_:
    case FieldForm::sint:
    case FieldForm::bool_:
      return type == WireType::varint;
    case FieldForm::double_:
      return type == WireType::fixed64;
    case FieldForm::float_:
      return type == WireType::fixed32;
    case FieldForm::fixed:
    case FieldForm::sfixed:
      return type == WireType::fixed32 || type == WireType::fixed64;
    case FieldForm::text:
    case FieldForm::bytes:
      return type == WireType::bytes || (type == WireType::group && form == FieldForm::bytes);
  }
  return false;
}

}  // namespace

DecodedTree tree_of(FunctionContext& context, TreeForm form, Bytes blob, std::string_view function) {
  DecodedTree decoded = context.decoded().tree(form, blob, context.limits());
  if (decoded->result) return decoded;
  if (!decoded->is_noted) context.note_blob(function, decoded->result.error());
  decoded->is_noted = true;
  return nullptr;
}

void give_node(sqlite3_context* call, FunctionContext& context, std::string_view function, const decode::Tree& tree,
               decode::NodeId node) {
  switch (tree.type(node)) {
    case NodeType::null:
      return sqlite3_result_null(call);
    case NodeType::boolean:
      return sqlite3_result_int(call, tree.boolean(node) ? 1 : 0);
    case NodeType::integer:
    case NodeType::uid:
      return sqlite3_result_int64(call, tree.integer(node));
    case NodeType::unsigned_integer:
      return give_text(call, std::to_string(tree.unsigned_integer(node)));
    case NodeType::real:
      return give_real(call, context, function, tree.real(node));
    case NodeType::date:
      return give_date(call, tree.real(node));
    case NodeType::data:
      return give_blob(call, tree.bytes(node));
    case NodeType::text:
      return give_text(call, tree.text(node));
    case NodeType::array:
    case NodeType::dictionary:
      return give_container(call, context, function, tree, node);
  }
}

std::string_view node_type_name(NodeType type) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "null", "boolean", "integer", "integer", "real", "date", "data", "text", "uid", "array", "dictionary"};
  return kNames[static_cast<std::size_t>(type)];
}

std::optional<FieldForm> field_form(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kNames = {"int",   "sint",   "bool", "double", "float",
                                                             "fixed", "sfixed", "text", "bytes"};
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<FieldForm>(found - kNames.begin() + 1);
}

bool is_field_path(std::string_view path) {
  bool wants_digit = true;
  for (const char c : path) {
    const bool is_digit = c >= '0' && c <= '9';
    if (wants_digit ? !is_digit || c == '0' : !is_digit && c != '.') return false;
    wants_digit = c == '.';
  }
  return !wants_digit;
}

void give_field(sqlite3_context* call, FunctionContext& context, std::string_view function,
                const decode::ProtobufField& field, FieldForm form) {
  const bool is_broken_text = form == FieldForm::text && !is_utf8(as_text(field.bytes));
  if (!carries(field.type, form) || is_broken_text) {
    context.note_blob(function, is_broken_text ? "expected UTF-8 in field " + std::to_string(field.number)
                                               : "expected another wire type in field " + std::to_string(field.number) +
                                                     ", found " + std::string(wire_type_name(field.type)));
    return sqlite3_result_null(call);
  }
  switch (form) {
    case FieldForm::as_stored:
      return give_as_stored(call, field);
    case FieldForm::int_:
      return sqlite3_result_int64(call, static_cast<std::int64_t>(field.value));
    case FieldForm::sint:
      return sqlite3_result_int64(call, field.as_zigzag());
    case FieldForm::bool_:
      return sqlite3_result_int(call, field.value != 0 ? 1 : 0);
    case FieldForm::double_:
      return give_real(call, context, function, field.as_double());
    case FieldForm::float_:
      return give_real(call, context, function, static_cast<double>(field.as_float()));
    case FieldForm::fixed:
    case FieldForm::sfixed:
      return sqlite3_result_int64(call, fixed_value(field, form));
    case FieldForm::text:
      return give_text(call, as_text(field.bytes));
    case FieldForm::bytes:
      return give_blob(call, field.bytes);
  }
}

std::string_view wire_type_name(WireType type) {
  switch (type) {
    case WireType::varint:
      return "varint";
    case WireType::fixed64:
      return "fixed64";
    case WireType::bytes:
      return "bytes";
    case WireType::group:
      return "group";
    case WireType::fixed32:
      return "fixed32";
  }
  return "unknown";
}

}  // namespace exhibit::sqlite
