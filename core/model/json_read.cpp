// JSON -> wire bytes in canonical form. Keys may come in any order; one that is no field is an error that names the
// nearest field.
#include <charconv>
#include <optional>

#include "json_plan.h"
#include "json_tree.h"
#include "model/json.h"
#include "model/wire_writer.h"
#include "time_text.h"

namespace exhibit::model {

namespace {

using Done = std::expected<void, JsonError>;

/// What the object says on one field.
struct Slot {
  const JsonValue* value = nullptr;
  std::array<const JsonValue*, kTimeSiblings.size()> siblings{};
};

/// The path of the object at work, for errors; empty or ending in a dot.
std::string joined(std::string_view path, std::string_view name) { return std::string(path).append(name); }

Done fail(std::string path, std::string message) {
  return std::unexpected(JsonError{std::move(path), std::move(message)});
}

/// A number as written, or the same in quotes as it stands for integers that a double does not hold.
template <class T>
std::optional<T> integer(const JsonValue& value) {
  if (value.kind != JsonKind::number && value.kind != JsonKind::text) return std::nullopt;
  T number{};
  const char* const end = value.text.data() + value.text.size();
  const auto read = std::from_chars(value.text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

std::optional<double> real(const JsonValue& value) {
  if (value.kind != JsonKind::number) return std::nullopt;
  double number = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto read = std::from_chars(value.text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

/// "no field of Message", and the nearest one if there is one.
std::string with_nearest(std::string said, std::string_view nearest_name) {
  if (!nearest_name.empty()) said.append("; nearest: ").append(nearest_name);
  return said;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Pairs of hex digits; a UUID has dashes after bytes 4, 6, 8 and 10.
std::optional<std::string> bytes_of(const JsonValue& value, bool may_be_uuid) {
  if (value.kind != JsonKind::text) return std::nullopt;
  std::string_view text = value.text;
  const bool is_uuid = may_be_uuid && text.size() == 36;
  std::string bytes;
  while (!text.empty()) {
    if (is_uuid && (bytes.size() == 4 || bytes.size() == 6 || bytes.size() == 8 || bytes.size() == 10)) {
      if (!text.starts_with('-')) return std::nullopt;
      text.remove_prefix(1);
    }
    if (text.size() < 2) return std::nullopt;
    const int high = hex_digit(text[0]);
    const int low = hex_digit(text[1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high << 4 | low);
    text.remove_prefix(2);
  }
  return bytes;
}

std::expected<std::int32_t, JsonError> word_number(const EnumInfo& enumeration, std::string_view word,
                                                   const std::string& path) {
  const std::int32_t number = enumeration.number(word);
  if (number != 0) return number;
  std::vector<std::string_view> words;
  for (const EnumValue& value : enumeration.values) words.push_back(value.word);
  return std::unexpected(JsonError{path, with_nearest(joined("no value of ", enumeration.name), nearest(word, words))});
}

class JsonReader {
 public:
  explicit JsonReader(const FileNames& files) : files_(files) {}

  Done object(const JsonMessage& plan, const JsonValue& json, std::string& out, const std::string& path);

 private:
  using Slots = std::vector<Slot>;  // parallel to the plan's fields

  Done envelope(const JsonMessage& plan, const JsonValue& json, std::string& out, const std::string& path);
  Done unknown(const JsonMessage& plan, const JsonMessage* kind, const std::string& key, const std::string& path) const;
  Done write(const JsonMessage& plan, const Slots& slots, std::string& out, const std::string& path);
  Done list(const JsonField& known, const JsonValue& value, WireWriter& writer, const std::string& path);
  Done single(const JsonField& known, const JsonValue& value, WireWriter& writer, const std::string& path);
  Done number(const JsonField& known, const JsonValue& value, WireWriter& writer, const std::string& path) const;
  Done time(const JsonField& known, const Slot& slot, WireWriter& writer, const std::string& path) const;

  const FileNames& files_;
};

enum class Place : std::uint8_t { taken, twice, unknown };

/// Puts the value where its key belongs: "sent_at", or "sent_at.clock" beside it.
Place place(const JsonMessage& plan, std::string_view key, const JsonValue& value, std::vector<Slot>& slots) {
  const std::size_t dot = key.find('.');
  const std::string_view name = key.substr(0, dot);
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    const JsonField& field = plan.fields[i];
    if (field.info->name != name || field.role == JsonRole::absent) continue;
    const JsonValue** slot = dot == std::string_view::npos ? &slots[i].value : nullptr;
    for (std::size_t s = 0; slot == nullptr && field.role == JsonRole::time && s < kTimeSiblings.size(); ++s)
      if (kTimeSiblings[s].name == key.substr(dot + 1)) slot = &slots[i].siblings[s];
    if (slot == nullptr) return Place::unknown;
    if (*slot != nullptr) return Place::twice;
    *slot = &value;
    return Place::taken;
  }
  return Place::unknown;
}

Done JsonReader::object(const JsonMessage& plan, const JsonValue& json, std::string& out, const std::string& path) {
  const std::string here = path.empty() ? path : path.substr(0, path.size() - 1);
  if (json.kind != JsonKind::object) return fail(here, "expected an object");
  if (plan.info == nullptr) return fail(here, "no such message");
  if (plan.is_envelope) return envelope(plan, json, out, path);
  Slots slots(plan.fields.size());
  for (std::size_t i = 0; i < json.keys.size(); ++i) {
    const Place where = place(plan, json.keys[i], json.items[i], slots);
    if (where == Place::twice) return fail(joined(path, json.keys[i]), "stands twice");
    if (where == Place::unknown) return unknown(plan, nullptr, json.keys[i], path);
  }
  return write(plan, slots, out, path);
}

Done JsonReader::envelope(const JsonMessage& plan, const JsonValue& json, std::string& out, const std::string& path) {
  const JsonValue* name = nullptr;
  for (std::size_t i = 0; i < json.keys.size(); ++i)
    if (json.keys[i] == "kind") {
      if (name != nullptr) return fail(joined(path, "kind"), "stands twice");
      name = &json.items[i];
    }
  if (name == nullptr || name->kind != JsonKind::text) return fail(joined(path, "kind"), "expected the name of a kind");
  const MessageInfo* kind = Model::get().kind(name->text);
  if (kind == nullptr) {
    std::vector<std::string_view> names;
    for (const MessageInfo* known : Model::get().kinds()) names.push_back(known->name);
    return fail(joined(path, "kind"), with_nearest("no such kind", nearest(name->text, names)));
  }
  const JsonMessage& body = json_message(*kind);
  Slots slots(plan.fields.size());
  Slots body_slots(body.fields.size());
  for (std::size_t i = 0; i < json.keys.size(); ++i) {
    if (json.keys[i] == "kind") continue;
    Place where = place(body, json.keys[i], json.items[i], body_slots);
    if (where == Place::unknown) where = place(plan, json.keys[i], json.items[i], slots);
    if (where == Place::twice) return fail(joined(path, json.keys[i]), "stands twice");
    if (where == Place::unknown) return unknown(plan, &body, json.keys[i], path);
  }
  if (const Done written = write(plan, slots, out, path); !written) return written;
  std::string wire;
  if (const Done written = write(body, body_slots, wire, path); !written) return written;
  WireWriter(out).text(kind->number, wire);  // even without fields: it tells the kind
  return {};
}

/// `plan` alone, or the envelope with the body of `kind`.
Done JsonReader::unknown(const JsonMessage& plan, const JsonMessage* kind, const std::string& key,
                         const std::string& path) const {
  const std::string_view masked = ".masked";
  if (key.ends_with(masked)) {
    const FieldInfo* field =
        (kind != nullptr ? kind : &plan)->info->find(std::string_view(key).substr(0, key.size() - masked.size()));
    if (field != nullptr && field->secret) return fail(joined(path, key), "the value was left out of this text");
  }
  const MessageInfo& message = *(kind != nullptr ? kind : &plan)->info;
  std::vector<std::string_view> names;
  for (const FieldInfo& field : message.fields) names.push_back(field.name);
  if (kind != nullptr)
    for (const JsonField& field : plan.fields)
      if (field.role != JsonRole::absent) names.push_back(field.info->name);
  std::string nearest_path(nearest(key, names));
  if (nearest_path.empty())
    if (const auto resolved = Model::get().path(message, key); !resolved) nearest_path = resolved.error();
  if (!nearest_path.empty()) nearest_path.insert(0, path);
  return fail(joined(path, key), with_nearest(joined("no field of ", message.name), nearest_path));
}

Done JsonReader::write(const JsonMessage& plan, const Slots& slots, std::string& out, const std::string& path) {
  WireWriter writer(out);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const JsonField& known = plan.fields[i];
    const Slot& slot = slots[i];
    Done written;
    if (known.role == JsonRole::time)
      written = time(known, slot, writer, path);
    else if (slot.value == nullptr)
      continue;
    else if (known.info->repeated)
      written = list(known, *slot.value, writer, joined(path, known.info->name));
    else
      written = single(known, *slot.value, writer, joined(path, known.info->name));
    if (!written) return written;
  }
  return {};
}

Done JsonReader::list(const JsonField& known, const JsonValue& value, WireWriter& writer, const std::string& path) {
  if (value.kind != JsonKind::array) return fail(path, "expected a list");
  std::string packed;
  for (const JsonValue& item : value.items) {
    if (known.info->type == FieldType::integer) {
      const auto number = integer<std::int64_t>(item);
      if (!number) return fail(path, "expected an integer");
      WireWriter::pack_integer(packed, *number);
    } else if (const Done written = single(known, item, writer, path); !written) {
      return written;
    }
  }
  if (!packed.empty()) writer.text(known.info->number, packed);
  return {};
}

Done JsonReader::single(const JsonField& known, const JsonValue& value, WireWriter& writer, const std::string& path) {
  const std::uint32_t field = known.info->number;
  switch (known.info->type) {
    case FieldType::boolean:
      if (value.kind != JsonKind::boolean) return fail(path, "expected true or false");
      writer.boolean(field, value.text == "true");
      return {};
    case FieldType::text:
      if (value.kind != JsonKind::text) return fail(path, "expected a string");
      writer.text(field, value.text);
      return {};
    case FieldType::bytes: {
      const auto bytes = bytes_of(value, known.role == JsonRole::uuid);
      if (!bytes) return fail(path, known.role == JsonRole::uuid ? "expected a UUID" : "expected hex digits");
      writer.text(field, *bytes);
      return {};
    }
    case FieldType::message: {
      std::string wire;
      if (const Done written = object(*known.message, value, wire, path + "."); !written) return written;
      if (known.role != JsonRole::state || wire != kLiveState) writer.message(field, wire);
      return {};
    }
    default:
      return number(known, value, writer, path);
  }
}

Done JsonReader::number(const JsonField& known, const JsonValue& value, WireWriter& writer,
                        const std::string& path) const {
  const std::uint32_t field = known.info->number;
  if (known.role == JsonRole::file_number && value.kind == JsonKind::text) {
    const std::uint64_t file = files_.number(value.text);
    if (file == 0) return fail(path, "no such file");
    writer.unsigned_integer(field, file);
    return {};
  }
  if (known.info->type == FieldType::enumeration && value.kind == JsonKind::text) {
    const auto number = word_number(*known.info->enumeration, value.text, path);
    if (!number) return std::unexpected(number.error());
    writer.enumeration(field, *number);
    return {};
  }
  const auto write = [&](const auto& read, auto method) -> Done {
    if (!read) return fail(path, "expected an integer");
    (writer.*method)(field, *read);
    return {};
  };
  switch (known.info->type) {
    case FieldType::unsigned_integer: {
      const auto read = integer<std::uint64_t>(value);
      if (read && *read == 0 && known.role == JsonRole::not_zero) return {};
      return write(read, &WireWriter::unsigned_integer);
    }
    case FieldType::signed_integer:
      return write(integer<std::int32_t>(value), &WireWriter::signed_integer);
    case FieldType::fixed_integer:
      return write(integer<std::int64_t>(value), &WireWriter::fixed_integer);
    case FieldType::enumeration:
      return write(integer<std::int32_t>(value), &WireWriter::enumeration);
    case FieldType::real: {
      const auto read = real(value);
      if (!read) return fail(path, "expected a number");
      writer.real(field, *read);
      return {};
    }
    default:
      return write(integer<std::int64_t>(value), &WireWriter::integer);
  }
}

/// The number of a time's enum: its word, or a number that one byte holds.
template <class T>
bool read_sibling(const JsonValue* value, std::uint32_t number, T& to) {
  if (value == nullptr) return true;
  const EnumInfo& enumeration = *Model::get().message("Time").find(number)->enumeration;
  if (const std::int32_t word = value->kind == JsonKind::text ? enumeration.number(value->text) : 0; word != 0) {
    to = static_cast<T>(word);
    return true;
  }
  const auto read = integer<std::uint8_t>(*value);
  if (read) to = static_cast<T>(*read);
  return read.has_value();
}

Done JsonReader::time(const JsonField& known, const Slot& slot, WireWriter& writer, const std::string& path) const {
  const std::string name = joined(path, known.info->name);
  const auto sibling_name = [&](std::size_t i) { return name + "." + std::string(kTimeSiblings[i].name); };
  for (std::size_t i = 0; slot.value == nullptr && i < slot.siblings.size(); ++i)
    if (slot.siblings[i] != nullptr) return fail(sibling_name(i), "says more of a time that is not there");
  if (slot.value == nullptr) return {};
  auto said = slot.value->kind == JsonKind::text ? read_time_text(slot.value->text) : std::nullopt;
  if (!said) return fail(name, "expected a time such as 2023-05-01T12:34:56Z");
  Moment& moment = said->moment;
  Clock clock = Clock::unknown;
  const auto [zone, offset_s, zone_name, precision, clock_word, raw] = slot.siblings;
  if (!read_sibling(zone, 2, moment.zone)) return fail(sibling_name(0), "expected utc, offset, local or assumed");
  if (offset_s != nullptr) {
    const auto seconds = integer<std::int32_t>(*offset_s);
    if (!seconds) return fail(sibling_name(1), "expected an integer");
    moment.offset_s = *seconds;
  }
  if (!said->has_precision && precision == nullptr)
    return fail(sibling_name(3), "expected beside a time in microseconds");
  if (!read_sibling(precision, 5, moment.precision)) return fail(sibling_name(3), "expected a word such as s, ms, day");
  if (!read_sibling(clock_word, 6, clock)) return fail(sibling_name(4), "expected a word such as device, server");
  for (const std::size_t i : {2u, 5u})
    if (slot.siblings[i] != nullptr && slot.siblings[i]->kind != JsonKind::text)
      return fail(sibling_name(i), "expected a string");
  writer.time(known.info->number, moment, clock, zone_name != nullptr ? std::string_view(zone_name->text) : "",
              raw != nullptr ? std::string_view(raw->text) : "");
  return {};
}

}  // namespace

std::expected<std::string, JsonError> artefact_from_json(std::string_view line, const FileNames& files) {
  return message_from_json(Model::get().message("Artefact"), line, files);
}

std::expected<std::string, JsonError> message_from_json(const MessageInfo& message, std::string_view text,
                                                        const FileNames& files) {
  const auto json = parse_json(text);
  if (!json) return std::unexpected(JsonError{"", json.error()});
  std::string wire;
  if (const Done read = JsonReader(files).object(json_message(message), *json, wire, ""); !read)
    return std::unexpected(read.error());
  return wire;
}

}  // namespace exhibit::model
