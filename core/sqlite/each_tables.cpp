// plist_each(blob, path), keyed_archive_each(blob, path) and protobuf_each(message, path, type): the entries of a
// blob's container as rows, with the columns of json_each that make sense here:
//
//   key      a dictionary's key, an array's index, a field's number among its like (from 0); NULL for a lone value
//   value    as plist(), keyed_archive() and protobuf() give it
//   type     of the node or of the wire
//   fullkey  the exact path of the value; of protobuf_each the path of the field
//   path     the exact path of the container; of protobuf_each NULL
#include <array>
#include <limits>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "base/reader.h"
#include "blob_values.h"
#include "decode/path.h"
#include "function_call.h"

namespace exhibit::sqlite {

namespace {

enum Column : int { kKey, kValue, kType, kFullKey, kPath, kSource, kRoot, kForm };
constexpr int kFirstArgument = kSource;
constexpr int kArguments = 3;

/// The rows of one scan.
class EachRows {
 public:
  virtual ~EachRows() = default;
  virtual std::size_t size() const = 0;
  virtual void give(sqlite3_context* call, std::size_t row, int column) const = 0;
};

// The author's mistake, told in words; an empty text is success.
using MakeRows = std::string (*)(FunctionContext&, Bytes source, std::string_view root, std::string_view form,
                                 std::unique_ptr<EachRows>& rows);

class TreeRows : public EachRows {
 public:
  TreeRows(FunctionContext& context, std::string_view function, DecodedTree decoded)
      : context_(context), function_(function), decoded_(std::move(decoded)) {}

  /// False over limits.nodes.
  bool add_entries(const decode::Selected& container) {
    const decode::Tree& tree = *decoded_->result;
    const decode::NodeType type = tree.type(container.node);
    containers_.push_back(container.path);
    if (type != decode::NodeType::array && type != decode::NodeType::dictionary) {
      rows_.push_back({container.node, containers_.size() - 1, 0, true});
      return true;
    }
    if (tree.size(container.node) > context_.limits().nodes - rows_.size()) return false;
    for (std::size_t i = 0; i < tree.size(container.node); ++i)
      rows_.push_back({container.node, containers_.size() - 1, i, false});
    return true;
  }

  std::size_t size() const override { return rows_.size(); }

  void give(sqlite3_context* call, std::size_t row, int column) const override {
    const decode::Tree& tree = *decoded_->result;
    const Row& at = rows_[row];
    const decode::NodeId node = at.is_alone ? at.node : tree.child(at.node, at.entry);
    switch (column) {
      case kKey:
        return give_key(call, at);
      case kValue:
        return give_node(call, context_, function_, tree, node);
      case kType:
        return give_text(call, node_type_name(tree.type(node)));
      case kFullKey:
        return give_text(call, full_key(at));
      case kPath:
        return give_text(call, containers_[at.container]);
      default:
        return sqlite3_result_null(call);
    }
  }

 private:
  struct Row {
    decode::NodeId node;  ///< the container, or the lone value
    std::size_t container;
    std::size_t entry;
    bool is_alone;
  };

  bool is_dictionary(const Row& at) const { return decoded_->result->type(at.node) == decode::NodeType::dictionary; }

  void give_key(sqlite3_context* call, const Row& at) const {
    if (at.is_alone) return sqlite3_result_null(call);
    if (is_dictionary(at)) return give_text(call, decoded_->result->key(at.node, at.entry));
    sqlite3_result_int64(call, static_cast<std::int64_t>(at.entry));
  }

  std::string full_key(const Row& at) const {
    std::string path = containers_[at.container];
    if (at.is_alone) return path;
    if (is_dictionary(at)) {
      decode::append_key_step(path, decoded_->result->key(at.node, at.entry));
    } else {
      path += '[' + std::to_string(at.entry) + ']';
    }
    return path;
  }

  FunctionContext& context_;
  std::string_view function_;
  DecodedTree decoded_;
  std::vector<std::string> containers_;
  std::vector<Row> rows_;
};

template <TreeForm form>
std::string make_tree_rows(FunctionContext& context, Bytes source, std::string_view root, std::string_view,
                           std::unique_ptr<EachRows>& rows) {
  constexpr std::string_view kName = form == TreeForm::plist ? "plist_each" : "keyed_archive_each";
  if (!decode::parse_path(root)) return std::string(kName) + ": not a path: " + std::string(root);
  const DecodedTree decoded = tree_of(context, form, source, kName);
  if (decoded == nullptr) return {};
  const auto containers = decode::select(*decoded->result, root, context.limits());
  if (!containers) {
    context.note_blob(kName, containers.error());
    return {};
  }
  auto made = std::make_unique<TreeRows>(context, kName, decoded);
  for (const decode::Selected& container : *containers) {
    if (made->add_entries(container)) continue;
    context.note_blob(kName, Error{ErrorCode::limit, "a selection of fewer entries", made->size(), {}});
    break;
  }
  rows = std::move(made);
  return {};
}

class FieldRows : public EachRows {
 public:
  FieldRows(FunctionContext& context, Bytes message, std::string_view path, FieldForm form)
      : context_(context), message_(message.begin(), message.end()), path_(path), form_(form) {}

  void read() {
    auto found = decode::find_fields(message_, path_, context_.limits());
    if (found.damage) context_.note_blob("protobuf_each", *found.damage);
    for (const decode::ProtobufField& field : found.fields) add(field);
  }

  std::size_t size() const override { return fields_.size(); }

  void give(sqlite3_context* call, std::size_t row, int column) const override {
    switch (column) {
      case kKey:
        return sqlite3_result_int64(call, static_cast<std::int64_t>(row));
      case kValue:
        return give_field(call, context_, "protobuf_each", fields_[row], form_);
      case kType:
        return give_text(call, wire_type_name(fields_[row].type));
      case kFullKey:
        return give_text(call, path_);
      default:
        return sqlite3_result_null(call);
    }
  }

 private:
  // Repeated numbers may be packed: many in one length-delimited field.
  void add(const decode::ProtobufField& field) {
    const bool is_packed = field.type == decode::WireType::bytes && form_ != FieldForm::as_stored &&
                           form_ != FieldForm::text && form_ != FieldForm::bytes;
    if (!is_packed) return fields_.push_back(field);
    Reader in(field.bytes, {0, field.offset});
    while (in.ok() && !in.at_end() && fields_.size() < context_.limits().nodes) {
      const decode::ProtobufField number = read_packed(in, field.number);
      if (in.ok()) fields_.push_back(number);
    }
    if (!in.ok()) context_.note_blob("protobuf_each", in.error());
  }

  decode::ProtobufField read_packed(Reader& in, std::uint32_t number) const {
    decode::ProtobufField field{.number = number, .bytes = {}};
    if (form_ == FieldForm::double_) {
      field.type = decode::WireType::fixed64;
      field.value = in.u64le();
    } else if (form_ == FieldForm::float_ || form_ == FieldForm::fixed || form_ == FieldForm::sfixed) {
      // Of packed fixed numbers only those of 32 bits are read: the wire does not tell the width.
      field.type = decode::WireType::fixed32;
      field.value = in.u32le();
    } else {
      field.value = in.varint_le();
    }
    return field;
  }

  FunctionContext& context_;
  std::vector<std::uint8_t> message_;
  std::string path_;
  FieldForm form_;
  std::vector<decode::ProtobufField> fields_;
};

std::string make_field_rows(FunctionContext& context, Bytes source, std::string_view root, std::string_view form_name,
                            std::unique_ptr<EachRows>& rows) {
  if (!is_field_path(root)) return "protobuf_each: not a path of field numbers: " + std::string(root);
  const auto form = form_name.empty() ? FieldForm::as_stored : field_form(form_name);
  if (!form) return "protobuf_each: unknown type: " + std::string(form_name);
  auto made = std::make_unique<FieldRows>(context, source, root, *form);
  made->read();
  rows = std::move(made);
  return {};
}

struct EachTable {
  sqlite3_vtab base;  ///< first, as SQLite wants it
  FunctionContext* context;
};

struct EachCursor {
  sqlite3_vtab_cursor base;  ///< likewise
  std::unique_ptr<EachRows> rows;
  std::size_t row = 0;
};

int connect_each(sqlite3* connection, void* context, int, const char* const*, sqlite3_vtab** table, char**) {
  const int result = sqlite3_declare_vtab(
      connection, "CREATE TABLE each(key, value, type, fullkey, path, source HIDDEN, root HIDDEN, form HIDDEN)");
  if (result != SQLITE_OK) return result;
  sqlite3_vtab_config(connection, SQLITE_VTAB_INNOCUOUS);
  auto* made = new (std::nothrow) EachTable{{}, static_cast<FunctionContext*>(context)};
  if (made == nullptr) return SQLITE_NOMEM;
  *table = &made->base;
  return SQLITE_OK;
}

int disconnect_each(sqlite3_vtab* table) {
  delete reinterpret_cast<EachTable*>(table);
  return SQLITE_OK;
}

// idxNum has a bit for each argument that is given. The plan must give all that the query names.
int best_index_each(sqlite3_vtab*, sqlite3_index_info* plan) {
  std::array<int, kArguments> constraint_of = {-1, -1, -1};
  for (int i = 0; i < plan->nConstraint; ++i) {
    const auto& constraint = plan->aConstraint[i];
    if (constraint.iColumn < kFirstArgument || constraint.op != SQLITE_INDEX_CONSTRAINT_EQ) continue;
    if (constraint.usable == 0) return SQLITE_CONSTRAINT;
    constraint_of[static_cast<std::size_t>(constraint.iColumn - kFirstArgument)] = i;
  }
  int given = 0;
  for (std::size_t argument = 0; argument < kArguments; ++argument) {
    if (constraint_of[argument] < 0) continue;
    auto& usage = plan->aConstraintUsage[constraint_of[argument]];
    usage.argvIndex = ++given;
    usage.omit = 1;
    plan->idxNum |= 1 << argument;
  }
  plan->estimatedCost = given > 0 ? 10 : 1e9;
  plan->estimatedRows = 10;
  return SQLITE_OK;
}

int open_each(sqlite3_vtab*, sqlite3_vtab_cursor** cursor) {
  auto* made = new (std::nothrow) EachCursor{};
  if (made == nullptr) return SQLITE_NOMEM;
  *cursor = &made->base;
  return SQLITE_OK;
}

EachCursor& cursor_of(sqlite3_vtab_cursor* cursor) { return *reinterpret_cast<EachCursor*>(cursor); }

int close_each(sqlite3_vtab_cursor* cursor) {
  delete &cursor_of(cursor);
  return SQLITE_OK;
}

template <MakeRows make_rows, bool has_default_root>
int filter_each(sqlite3_vtab_cursor* base, int given, const char*, int count, sqlite3_value** values) {
  EachCursor& cursor = cursor_of(base);
  cursor.rows.reset();
  cursor.row = 0;
  std::array<sqlite3_value*, kArguments> arguments{};
  int next = 0;
  for (std::size_t argument = 0; argument < kArguments && next < count; ++argument)
    if ((given & 1 << argument) != 0) arguments[argument] = values[next++];
  if (arguments[0] == nullptr || is_null(arguments[0])) return SQLITE_OK;
  try {
    const std::string_view absent_root = has_default_root ? "$" : "";
    const std::string error =
        make_rows(*reinterpret_cast<EachTable*>(base->pVtab)->context, bytes_of(arguments[0]),
                  arguments[1] == nullptr ? absent_root : text_of(arguments[1]),
                  arguments[2] == nullptr ? std::string_view() : text_of(arguments[2]), cursor.rows);
    if (error.empty()) return SQLITE_OK;
    sqlite3_free(base->pVtab->zErrMsg);
    base->pVtab->zErrMsg = sqlite3_mprintf("%s", error.c_str());
    return SQLITE_ERROR;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
}

int next_each(sqlite3_vtab_cursor* cursor) {
  ++cursor_of(cursor).row;
  return SQLITE_OK;
}

int eof_each(sqlite3_vtab_cursor* cursor) {
  const EachCursor& at = cursor_of(cursor);
  return at.rows == nullptr || at.row >= at.rows->size() ? 1 : 0;
}

int column_each(sqlite3_vtab_cursor* cursor, sqlite3_context* call, int column) {
  const EachCursor& at = cursor_of(cursor);
  try {
    at.rows->give(call, at.row, column);
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  }
}

int rowid_each(sqlite3_vtab_cursor* cursor, sqlite3_int64* rowid) {
  *rowid = static_cast<sqlite3_int64>(cursor_of(cursor).row);
  return SQLITE_OK;
}

/// Without xCreate the module is a table-valued function and no table can be made of it.
template <MakeRows make_rows, bool has_default_root>
const sqlite3_module* each_module() {
  static const sqlite3_module kModule = [] {
    sqlite3_module module{};
    module.xConnect = connect_each;
    module.xBestIndex = best_index_each;
    module.xDisconnect = disconnect_each;
    module.xOpen = open_each;
    module.xClose = close_each;
    module.xFilter = filter_each<make_rows, has_default_root>;
    module.xNext = next_each;
    module.xEof = eof_each;
    module.xColumn = column_each;
    module.xRowid = rowid_each;
    return module;
  }();
  return &kModule;
}

}  // namespace

int register_each_tables(sqlite3* connection, FunctionContext& context) {
  const std::array<std::pair<const char*, const sqlite3_module*>, 3> modules = {{
      {"plist_each", each_module<make_tree_rows<TreeForm::plist>, true>()},
      {"keyed_archive_each", each_module<make_tree_rows<TreeForm::keyed_archive>, true>()},
      {"protobuf_each", each_module<make_field_rows, false>()},
  }};
  for (const auto& [name, module] : modules) {
    const int result = sqlite3_create_module_v2(connection, name, module, &context, nullptr);
    if (result != SQLITE_OK) return result;
  }
  return SQLITE_OK;
}

}  // namespace exhibit::sqlite
