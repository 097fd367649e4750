// Wire bytes -> JSON, in one pass into one string. A case file is input too: what is malformed, of the wrong wire type
// or too deep is left out, and the result is JSON all the same.
#include <charconv>
#include <cmath>
#include <map>
#include <optional>

#include "json_plan.h"
#include "model/json.h"
#include "time_text.h"

namespace exhibit::model {

namespace {

constexpr std::size_t kMaxDepth = 16;                               // the model's deepest path has 6 levels
constexpr std::int64_t kSafeInteger = (std::int64_t{1} << 53) - 1;  // what a double holds, and so any reader of JSON
constexpr std::uint32_t kFirstKind = 20;
constexpr std::uint32_t kFileOfProvenance = 2;
constexpr std::uint32_t kFileOfFile = 3;

void append_hex(std::string& out, Bytes bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
}

void append_bytes(std::string& out, Bytes bytes, bool is_uuid) {
  out += '"';
  if (is_uuid && bytes.size() == 16) {
    std::size_t position = 0;
    for (const std::size_t part : {4u, 2u, 2u, 2u, 6u}) {
      if (position > 0) out += '-';
      append_hex(out, bytes.subspan(position, part));
      position += part;
    }
  } else {
    append_hex(out, bytes);
  }
  out += '"';
}

template <class T>
void append_integer(std::string& out, T value) {
  char digits[24];
  const auto written = std::to_chars(digits, digits + sizeof digits, value);
  const std::string_view text(digits, static_cast<std::size_t>(written.ptr - digits));
  const bool safe = value >= 0 ? static_cast<std::uint64_t>(value) <= kSafeInteger
                               : static_cast<std::int64_t>(value) >= -kSafeInteger;
  if (safe)
    out.append(text);
  else
    out.append("\"").append(text).append("\"");
}

/// Ascending, and no number twice that is not repeated.
bool is_in_order(const JsonMessage& plan, Bytes wire) {
  WireReader reader(wire);
  WireField field;
  std::uint32_t last = 0;
  while (reader.next(field)) {
    if (field.number <= last) {
      if (field.number < last || field.number > 0xFF) return false;
      const JsonField* known = plan.by_number[field.number];
      if (known == nullptr || !known->info->repeated) return false;
    }
    last = field.number;
  }
  return true;
}

/// As protobuf reads it: of a field that is not repeated the last one counts.
std::vector<WireField> in_order(const JsonMessage& plan, Bytes wire) {
  std::multimap<std::uint32_t, WireField> by_number;  // equal numbers stay in their order
  WireReader reader(wire);
  WireField field;
  while (reader.next(field))
    if (field.number <= 0xFF && plan.by_number[field.number] != nullptr) by_number.emplace(field.number, field);
  std::vector<WireField> kept;
  for (auto it = by_number.begin(); it != by_number.end(); ++it) {
    const auto following = std::next(it);
    const bool again = following != by_number.end() && following->first == it->first;
    if (!again || plan.by_number[it->first]->info->repeated) kept.push_back(it->second);
  }
  return kept;
}

bool has_wire_type(const FieldInfo& info, WireType type) {
  switch (info.type) {
    case FieldType::text:
    case FieldType::bytes:
    case FieldType::message:
      return type == WireType::bytes;
    case FieldType::real:
    case FieldType::fixed_integer:
      return type == WireType::fixed64;
    default:
      return type == WireType::varint;
  }
}

class JsonWriter {
 public:
  JsonWriter(std::string& out, const FileNames& files, const JsonOptions& options)
      : out_(out), files_(files), options_(options) {}

  /// False, and nothing written, if it has no fields.
  bool object(const JsonMessage& plan, Bytes wire, std::size_t depth, std::optional<std::uint64_t> outer_file = {});

 private:
  /// An object at work.
  struct Scope {
    const JsonMessage& plan;
    Bytes wire;
    std::size_t depth;
    std::optional<std::uint64_t> outer_file;  ///< a `file` that equals it is absent
    const JsonField* list = nullptr;          ///< the repeated field whose elements are being written
    std::size_t list_start = 0;
  };

  // Each member begins with a comma; the first one becomes the brace.
  void members(Scope& scope);
  void envelope(Scope& scope);
  void elements_of(Scope& scope, std::uint32_t number);
  void member(Scope& scope, const WireField& field);
  void single(Scope& scope, const JsonField& known, const WireField& field);
  void element(Scope& scope, const JsonField& known, const WireField& field);
  void packed(const JsonField& known, Bytes bytes);
  void close_list(Scope& scope);
  void time(const JsonField& known, Bytes wire);
  void sibling(const JsonField& known, std::string_view name);
  bool value(const Scope& scope, const JsonField& known, const WireField& field);
  void enum_value(const EnumInfo& enumeration, const WireField& field);
  void file(std::uint64_t number);
  bool is_absent(const Scope& scope, const JsonField& known, const WireField& field) const;

  std::string& out_;
  const FileNames& files_;
  const JsonOptions& options_;
};

bool JsonWriter::object(const JsonMessage& plan, Bytes wire, std::size_t depth,
                        std::optional<std::uint64_t> outer_file) {
  if (depth > kMaxDepth) return false;
  const std::size_t start = out_.size();
  Scope scope{.plan = plan, .wire = wire, .depth = depth, .outer_file = outer_file};
  if (plan.is_envelope)
    envelope(scope);
  else
    members(scope);
  if (out_.size() == start) return false;
  out_[start] = '{';
  out_ += '}';
  return true;
}

void JsonWriter::members(Scope& scope) {
  if (is_in_order(scope.plan, scope.wire)) {
    WireReader reader(scope.wire);
    WireField field;
    while (reader.next(field)) member(scope, field);
  } else {
    for (const WireField& field : in_order(scope.plan, scope.wire)) member(scope, field);
  }
  close_list(scope);
}

/// kind, id, app, local_account, the body's fields, state, extra, links, provenance, also_in.
void JsonWriter::envelope(Scope& scope) {
  std::array<std::optional<WireField>, kFirstKind> parts;
  const JsonMessage* kind = nullptr;
  Bytes body;
  WireReader reader(scope.wire);
  WireField field;
  while (reader.next(field)) {
    if (field.number < kFirstKind) {
      parts[field.number] = field;
    } else if (field.number <= 0xFF && scope.plan.by_number[field.number] != nullptr && field.type == WireType::bytes) {
      kind = scope.plan.by_number[field.number]->message;
      body = field.bytes;
    }
  }
  if (kind != nullptr) {
    out_ += ",\"kind\":";
    append_json_string(out_, kind->info->name);
  }
  const auto part = [&](std::uint32_t number) {
    if (parts[number]) member(scope, *parts[number]);
  };
  for (const std::uint32_t number : {1u, 2u, 4u}) part(number);
  if (kind != nullptr) {
    Scope body_scope{.plan = *kind, .wire = body, .depth = scope.depth + 1, .outer_file = {}};
    members(body_scope);
  }
  part(5);
  for (const std::uint32_t number : {7u, 8u})
    if (parts[number]) elements_of(scope, number);
  part(6);
  if (parts[9]) elements_of(scope, 9);
}

void JsonWriter::elements_of(Scope& scope, std::uint32_t number) {
  WireReader reader(scope.wire);
  WireField field;
  while (reader.next(field))
    if (field.number == number) member(scope, field);
  close_list(scope);
}

void JsonWriter::member(Scope& scope, const WireField& field) {
  if (field.number > 0xFF) return;
  const JsonField* known = scope.plan.by_number[field.number];
  if (known == nullptr || known->role == JsonRole::absent) return;
  if (scope.list != nullptr && scope.list != known) close_list(scope);
  if (known->info->repeated)
    element(scope, *known, field);
  else
    single(scope, *known, field);
}

void JsonWriter::single(Scope& scope, const JsonField& known, const WireField& field) {
  if (!has_wire_type(*known.info, field.type) || is_absent(scope, known, field)) return;
  if (known.info->secret && !options_.with_secrets) {
    sibling(known, "masked");
    out_ += "true";
    return;
  }
  if (known.role == JsonRole::time) {
    time(known, field.bytes);
    return;
  }
  const std::size_t start = out_.size();
  out_ += known.key;
  if (!value(scope, known, field)) out_.resize(start);
}

void JsonWriter::element(Scope& scope, const JsonField& known, const WireField& field) {
  if (scope.list == nullptr) {
    scope.list = &known;
    scope.list_start = out_.size();
    out_ += known.key;
    out_ += '[';
  }
  if (has_wire_type(*known.info, field.type)) {
    if (value(scope, known, field)) out_ += ',';
  } else if (field.type == WireType::bytes) {
    packed(known, field.bytes);
  }
}

/// The model's only repeated numbers are integers.
void JsonWriter::packed(const JsonField& known, Bytes bytes) {
  if (known.info->type != FieldType::integer) return;
  while (!bytes.empty()) {
    const auto number = take_varint(bytes);
    if (!number) return;
    append_integer(out_, static_cast<std::int64_t>(*number));
    out_ += ',';
  }
}

void JsonWriter::close_list(Scope& scope) {
  if (scope.list == nullptr) return;
  if (out_.back() == ',')
    out_.back() = ']';
  else
    out_.resize(scope.list_start);
  scope.list = nullptr;
}

void JsonWriter::sibling(const JsonField& known, std::string_view name) {
  out_.append(",\"").append(known.info->name).append(".").append(name).append("\":");
}

void JsonWriter::time(const JsonField& known, Bytes wire) {
  const auto time = read_time(wire);
  if (!time) return;
  out_.append(known.key).append("\"");
  const TimeFromText said = append_time_text(out_, *time);
  out_ += '"';
  const auto number = [&](const TimeSibling& of, std::int32_t enum_number) {
    static const MessageInfo& kTime = Model::get().message("Time");
    sibling(known, of.name);
    enum_value(*kTime.find(of.number)->enumeration, {.value = static_cast<std::uint64_t>(enum_number)});
  };
  const Moment& moment = time->moment;
  if (moment.zone != said.moment.zone) number(kTimeSiblings[0], static_cast<std::int32_t>(moment.zone));
  if (moment.offset_s != said.moment.offset_s) {
    sibling(known, kTimeSiblings[1].name);
    append_integer(out_, moment.offset_s);
  }
  if (!time->zone_name.empty()) {
    sibling(known, kTimeSiblings[2].name);
    append_json_string(out_, time->zone_name);
  }
  if (!said.has_precision || moment.precision != said.moment.precision)
    number(kTimeSiblings[3], static_cast<std::int32_t>(moment.precision));
  if (time->clock != Clock::unknown) number(kTimeSiblings[4], static_cast<std::int32_t>(time->clock));
  if (time->raw.empty()) return;
  sibling(known, kTimeSiblings[5].name);
  append_json_string(out_, time->raw);
}

void JsonWriter::enum_value(const EnumInfo& enumeration, const WireField& field) {
  const auto number = static_cast<std::int32_t>(field.value);
  const std::string_view word = enumeration.word(number);
  if (word.empty())
    append_integer(out_, number);
  else
    out_.append("\"").append(word).append("\"");
}

/// A number that no name is known for is the caller's gap; it is shown rather than lost. Never in quotes, whatever its
/// size: those would make it a name.
void JsonWriter::file(std::uint64_t number) {
  const std::string name = files_.name(number);
  if (name.empty())
    out_ += std::to_string(number);
  else
    append_json_string(out_, name);
}

bool JsonWriter::is_absent(const Scope& scope, const JsonField& known, const WireField& field) const {
  switch (known.role) {
    case JsonRole::not_zero:
      return field.value == 0;
    case JsonRole::state:
      return field.text() == kLiveState;
    case JsonRole::file_number:
      return scope.outer_file && field.value == *scope.outer_file;
    case JsonRole::device_path: {
      const auto file = find_field(scope.wire, kFileOfFile);
      if (!file || file->type != WireType::varint) return false;
      const std::string name = files_.name(file->value);
      return !name.empty() && name == field.text();
    }
    default:
      return false;
  }
}

bool JsonWriter::value(const Scope& scope, const JsonField& known, const WireField& field) {
  switch (known.info->type) {
    case FieldType::boolean:
      out_ += field.value != 0 ? "true" : "false";
      return true;
    case FieldType::integer:
    case FieldType::fixed_integer:
      append_integer(out_, field.integer());
      return true;
    case FieldType::unsigned_integer:
      if (known.role == JsonRole::file_number)
        file(field.value);
      else
        append_integer(out_, field.value);
      return true;
    case FieldType::signed_integer:
      append_integer(out_, field.zigzag());
      return true;
    case FieldType::real:
      if (!std::isfinite(field.real())) return false;  // no number, and JSON has no word for it
      append_json_double(out_, field.real());
      return true;
    case FieldType::text:
      append_json_string(out_, field.text());
      return true;
    case FieldType::bytes:
      append_bytes(out_, field.bytes, known.role == JsonRole::uuid);
      return true;
    case FieldType::enumeration:
      enum_value(*known.info->enumeration, field);
      return true;
    case FieldType::message: {
      std::optional<std::uint64_t> outer;
      if (scope.plan.is_provenance)
        if (const auto file = find_field(scope.wire, kFileOfProvenance)) outer = file->value;
      return object(*known.message, field.bytes, scope.depth + 1, outer);
    }
  }
  return false;
}

}  // namespace

std::string artefact_json(Bytes artefact, const FileNames& files, const JsonOptions& options) {
  return message_json(Model::get().message("Artefact"), artefact, files, options);
}

std::string message_json(const MessageInfo& message, Bytes wire, const FileNames& files, const JsonOptions& options) {
  std::string out;
  out.reserve(wire.size() * 3);
  if (!JsonWriter(out, files, options).object(json_message(message), wire, 0)) out = "{}";
  return out;
}

}  // namespace exhibit::model
