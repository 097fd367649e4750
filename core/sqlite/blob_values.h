// What stands in a decoded blob, as the result of a function or as a column of a table-valued one.
#pragma once

#include <sqlite3.h>

#include <optional>
#include <string_view>

#include "decode/protobuf_wire.h"
#include "decode/tree.h"
#include "decoded_blobs.h"
#include "functions.h"

namespace exhibit::sqlite {

/// The tree of a blob; null if it does not decode, which is then noted for the row.
DecodedTree tree_of(FunctionContext& context, TreeForm form, Bytes blob, std::string_view function);

/// A node's value: containers as JSON, dates as times, integers above 63 bits as their digits.
void give_node(sqlite3_context* call, FunctionContext& context, std::string_view function, const decode::Tree& tree,
               decode::NodeId node);

std::string_view node_type_name(decode::NodeType type);

/// How a field's bits are to be read. The wire does not say.
enum class FieldForm : std::uint8_t { as_stored, int_, sint, bool_, double_, float_, fixed, sfixed, text, bytes };

/// The form of that name ("int", "sint", "bool", "double", "float", "fixed", "sfixed", "text", "bytes").
std::optional<FieldForm> field_form(std::string_view name);

/// "2.3.2": field numbers from 1.
bool is_field_path(std::string_view path);

/// NULL, noted for the row, where the wire's type does not go with the form.
void give_field(sqlite3_context* call, FunctionContext& context, std::string_view function,
                const decode::ProtobufField& field, FieldForm form);

std::string_view wire_type_name(decode::WireType type);

}  // namespace exhibit::sqlite
