#include "record.h"

#include <algorithm>
#include <vector>

#include "boundary.h"
#include "model/wire_reader.h"

namespace exhibit::library {

namespace {

using model::FieldInfo;
using model::FieldType;
using model::MessageInfo;
using model::WireField;

/// No files: numbers stay numbers.
class NoFiles : public model::FileNames {
 public:
  std::string name(std::uint64_t file) const override { return std::to_string(file); }
  std::uint64_t number(std::string_view) const override { return 0; }
};

const model::FileNames& files_of(const exhibit_record& record) {
  static const NoFiles no_files;
  return record.files ? *record.files : static_cast<const model::FileNames&>(no_files);
}

std::vector<std::uint32_t> steps_of(exhibit_field field) {
  std::vector<std::uint32_t> steps;
  for (int shift = 56; shift >= 0; shift -= 8)
    if (const auto step = static_cast<std::uint32_t>(field >> shift & 0xff); step != 0 || !steps.empty())
      steps.push_back(step);
  return steps;
}

/// The steps below the record, or nothing if the field lies elsewhere.
bool steps_below(const exhibit_record& record, exhibit_field field, std::vector<std::uint32_t>& steps) {
  steps = steps_of(field);
  std::vector<std::uint32_t> place = steps_of(record.place);
  if (record.place == 0 && record.kind >= 200) place = {static_cast<std::uint32_t>(record.kind)};
  // An artefact's message could hold any kind: it has the fields of its own.
  const bool is_kind = record.kind < 200 && !steps.empty() && model::Model::get().kind(steps.front()) != nullptr;
  if (is_kind && steps.front() != static_cast<std::uint32_t>(record.kind)) return false;
  if (steps.size() < place.size() || !std::equal(place.begin(), place.end(), steps.begin())) return false;
  steps.erase(steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(place.size()));
  return !steps.empty();
}

exhibit_field place_of(const exhibit_record& record) {
  return record.place == 0 && record.kind >= 200 ? static_cast<exhibit_field>(record.kind) : record.place;
}

struct Found {
  exhibit_status status = EXHIBIT_E_INVALID;
  const FieldInfo* field = nullptr;
  Bytes message;  ///< in which the field stands
};

/// Walks to the message that holds the last step.
Found find(const exhibit_record& record, exhibit_field field) {
  std::vector<std::uint32_t> steps;
  if (!steps_below(record, field, steps)) return {};
  const MessageInfo* message = record.message;
  Bytes bytes = record.wire;
  bool is_set = true;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const FieldInfo* info = message->find(steps[i]);
    if (info == nullptr) return {};
    if (i + 1 == steps.size()) return {is_set ? EXHIBIT_OK : EXHIBIT_NONE, info, bytes};
    if (info->type != FieldType::message) return {};
    if (info->repeated) return {EXHIBIT_E_TYPE, info, {}};
    const auto nested = model::find_field(bytes, info->number);
    is_set = is_set && nested && nested->type == model::WireType::bytes;
    bytes = is_set ? nested->bytes : Bytes();
    message = info->message;
  }
  return {};
}

const char* lend(const exhibit_record& record, std::string_view text) {
  if (text.empty()) return "";
  return record.lent.try_emplace(text.data(), text).first->second.c_str();
}

bool is_time(const FieldInfo& field) { return field.message != nullptr && field.message->name == "Time"; }

bool set_time(const WireField& wire, exhibit_value& value) {
  const auto time = model::read_time(wire.bytes);
  if (!time) return false;
  value.type = EXHIBIT_TYPE_TIME;
  value.integer = time->moment.us;
  value.zone = static_cast<std::int32_t>(time->moment.zone);
  return true;
}

exhibit_status set_value(const exhibit_record& record, const FieldInfo& field, const WireField& wire,
                         exhibit_value& value) {
  if (field.type == FieldType::message) return is_time(field) && set_time(wire, value) ? EXHIBIT_OK : EXHIBIT_E_TYPE;
  value.integer = wire.integer();
  switch (field.type) {
    case FieldType::boolean:
      value.type = EXHIBIT_TYPE_BOOL;
      break;
    case FieldType::integer:
    case FieldType::fixed_integer:
      value.type = EXHIBIT_TYPE_INT;
      break;
    case FieldType::signed_integer:
      value.type = EXHIBIT_TYPE_INT;
      value.integer = wire.zigzag();
      break;
    case FieldType::unsigned_integer:
      value.type = EXHIBIT_TYPE_UINT;
      break;
    case FieldType::real:
      value.type = EXHIBIT_TYPE_DOUBLE;
      value.integer = 0;
      value.real = wire.real();
      break;
    case FieldType::text:
    case FieldType::bytes:
      value.type = field.type == FieldType::text ? EXHIBIT_TYPE_TEXT : EXHIBIT_TYPE_BYTES;
      value.integer = 0;
      value.data = lend(record, wire.text());
      value.length = wire.bytes.size();
      break;
    case FieldType::enumeration: {
      value.type = EXHIBIT_TYPE_ENUM;
      const std::string_view word = field.enumeration->word(static_cast<std::int32_t>(wire.value));
      value.data = lend(record, word);
      value.length = word.size();
      break;
    }
    case FieldType::message:
      break;
  }
  return EXHIBIT_OK;
}

/// The elements of a repeated field in wire form; packed numbers are unpacked.
std::vector<WireField> elements(const Found& found) {
  std::vector<WireField> all;
  model::WireReader reader(found.message);
  WireField wire;
  const bool is_number = found.field->type != FieldType::text && found.field->type != FieldType::bytes &&
                         found.field->type != FieldType::message;
  while (reader.next(wire)) {
    if (wire.number != found.field->number) continue;
    if (!is_number || wire.type != model::WireType::bytes) {
      all.push_back(wire);
      continue;
    }
    Bytes packed = wire.bytes;
    while (const auto value = model::take_varint(packed))
      all.push_back({found.field->number, model::WireType::varint, *value, {}});
  }
  return all;
}

std::vector<std::unique_ptr<exhibit_record>> children_of(const exhibit_record& record, exhibit_field field) {
  std::vector<std::unique_ptr<exhibit_record>> children;
  const Found found = find(record, field);
  if (found.status != EXHIBIT_OK || found.field->type != FieldType::message) return children;
  for (const WireField& wire : elements(found)) {
    auto child = std::make_unique<exhibit_record>();
    child->kind = record.kind;
    child->message = found.field->message;
    child->wire = wire.bytes;
    child->place = field;
    child->files = record.files;
    child->zone = record.zone;
    children.push_back(std::move(child));
  }
  return children;
}

void clear_value(exhibit_value* value) {
  *value = exhibit_value{};
  value->data = "";
}

std::string element_text(const exhibit_record& record, const FieldInfo& field, const WireField& wire) {
  if (is_time(field)) {
    const auto time = model::read_time(wire.bytes);
    if (!time) return "";
    return record.zone ? model::time_text(*time, *record.zone) : model::time_text(*time);
  }
  if (field.type == FieldType::message) return model::message_json(*field.message, wire.bytes, files_of(record));
  if (field.name == "file" && field.type == FieldType::unsigned_integer) return files_of(record).name(wire.value);
  exhibit_value value{};
  if (set_value(record, field, wire, value) != EXHIBIT_OK) return {};
  switch (value.type) {
    case EXHIBIT_TYPE_BOOL:
      return value.integer != 0 ? "yes" : "no";
    case EXHIBIT_TYPE_UINT:
      return std::to_string(static_cast<std::uint64_t>(value.integer));
    case EXHIBIT_TYPE_DOUBLE: {
      std::string text;
      model::append_json_double(text, value.real);
      return text;
    }
    case EXHIBIT_TYPE_BYTES: {
      static constexpr char kHex[] = "0123456789abcdef";
      const bool is_uuid = model::is_artefact_id(field) && wire.bytes.size() == 16;
      std::string hex;
      for (const std::uint8_t byte : wire.bytes) {
        if (is_uuid && (hex.size() == 8 || hex.size() == 13 || hex.size() == 18 || hex.size() == 23)) hex += '-';
        hex += kHex[byte >> 4];
        hex += kHex[byte & 0xf];
      }
      return hex;
    }
    case EXHIBIT_TYPE_TEXT:
    case EXHIBIT_TYPE_ENUM:
      return std::string(value.data, value.length);
    default:
      return std::to_string(value.integer);
  }
}

std::string field_text(const exhibit_record& record, const Found& found) {
  if (found.field->secret) return "(masked)";
  std::string text;
  for (const WireField& wire : elements(found)) {
    if (!text.empty()) text += "; ";
    text += element_text(record, *found.field, wire);
  }
  return text;
}

}  // namespace

std::unique_ptr<exhibit_record> make_record(std::int32_t kind, const MessageInfo& message, std::string wire,
                                            std::shared_ptr<const model::FileNames> files) {
  auto record = std::make_unique<exhibit_record>();
  record->files = std::move(files);
  set_record(*record, kind, message, std::move(wire));
  return record;
}

void set_record(exhibit_record& record, std::int32_t kind, const MessageInfo& message, std::string wire) {
  record.kind = kind;
  record.message = &message;
  record.owned = std::move(wire);
  record.wire = as_bytes(record.owned);
  record.lent.clear();
  record.children.clear();
}

}  // namespace exhibit::library

using namespace exhibit::library;  // NOLINT(google-build-using-namespace): the functions below are its face

extern "C" {

int32_t exhibit_record_kind(const exhibit_record* record) { return record == nullptr ? 0 : record->kind; }

exhibit_status exhibit_record_get(const exhibit_record* record, exhibit_field field, exhibit_value* value) {
  if (record == nullptr || value == nullptr) return EXHIBIT_E_INVALID;
  clear_value(value);
  return guarded(nullptr, [&]() -> exhibit_status {
    const Found found = find(*record, field);
    // A wrong question is wrong of every record, also of one where the field is unset.
    if (found.field != nullptr &&
        (found.field->repeated || (found.field->message != nullptr && !is_time(*found.field))))
      return EXHIBIT_E_TYPE;
    if (found.status != EXHIBIT_OK) return found.status;
    const auto wire = exhibit::model::find_field(found.message, found.field->number);
    return wire ? set_value(*record, *found.field, *wire, *value) : EXHIBIT_NONE;
  });
}

size_t exhibit_record_count(const exhibit_record* record, exhibit_field field) {
  if (record == nullptr) return 0;
  std::size_t count = 0;
  guarded(nullptr, [&]() -> exhibit_status {
    const Found found = find(*record, field);
    if (found.status == EXHIBIT_OK) count = elements(found).size();
    return EXHIBIT_OK;
  });
  return count;
}

const exhibit_record* exhibit_record_child(const exhibit_record* record, exhibit_field field, size_t i) {
  if (record == nullptr) return nullptr;
  const exhibit_record* child = nullptr;
  guarded(nullptr, [&]() -> exhibit_status {
    auto known = record->children.find(field);
    if (known == record->children.end()) known = record->children.emplace(field, children_of(*record, field)).first;
    if (i < known->second.size()) child = known->second[i].get();
    return EXHIBIT_OK;
  });
  return child;
}

exhibit_status exhibit_record_get_at(const exhibit_record* record, exhibit_field field, size_t i,
                                     exhibit_value* value) {
  if (record == nullptr || value == nullptr) return EXHIBIT_E_INVALID;
  clear_value(value);
  return guarded(nullptr, [&]() -> exhibit_status {
    const Found found = find(*record, field);
    if (found.status != EXHIBIT_OK) return found.status;
    const auto all = elements(found);
    return i < all.size() ? set_value(*record, *found.field, all[i], *value) : EXHIBIT_NONE;
  });
}

exhibit_field exhibit_record_next_field(const exhibit_record* record, exhibit_field previous) {
  if (record == nullptr) return 0;
  const exhibit_field place = place_of(*record);
  if (previous != 0 && previous >> 8 != place) return 0;
  const auto after = static_cast<std::uint32_t>(previous & 0xff);
  exhibit::model::WireReader reader(record->wire);
  exhibit::model::WireField wire;
  std::uint32_t next = 0;
  while (reader.next(wire))
    if (wire.number > after && wire.number < 256 && (next == 0 || wire.number < next) &&
        record->message->find(wire.number) != nullptr)
      next = wire.number;
  return next == 0 ? 0 : place << 8 | next;
}

exhibit_status exhibit_record_text(const exhibit_record* record, exhibit_field field, const char** text,
                                   size_t* length) {
  if (record == nullptr || text == nullptr || length == nullptr) return EXHIBIT_E_INVALID;
  *text = "";
  *length = 0;
  return guarded(nullptr, [&]() -> exhibit_status {
    if (field == 0) {
      record->text = record->title;
    } else {
      const Found found = find(*record, field);
      if (found.status != EXHIBIT_OK) return found.status;
      if (elements(found).empty()) return EXHIBIT_NONE;
      record->text = field_text(*record, found);
    }
    *text = record->text.c_str();
    *length = record->text.size();
    return EXHIBIT_OK;
  });
}

exhibit_status exhibit_record_json(const exhibit_record* record, const char** text, size_t* length) {
  if (record == nullptr || text == nullptr || length == nullptr) return EXHIBIT_E_INVALID;
  *text = "";
  *length = 0;
  return guarded(nullptr, [&]() -> exhibit_status {
    const bool is_artefact = record->place == 0 && record->kind < 200;
    record->text = is_artefact ? exhibit::model::artefact_json(record->wire, files_of(*record))
                               : exhibit::model::message_json(*record->message, record->wire, files_of(*record));
    *text = record->text.c_str();
    *length = record->text.size();
    return EXHIBIT_OK;
  });
}

exhibit_status exhibit_record_wire(const exhibit_record* record, const uint8_t** bytes, size_t* length) {
  static constexpr std::uint8_t kNothing = 0;
  if (record == nullptr || bytes == nullptr || length == nullptr) return EXHIBIT_E_INVALID;
  *bytes = record->wire.data() == nullptr ? &kNothing : record->wire.data();
  *length = record->wire.size();
  return EXHIBIT_OK;
}

exhibit_record* exhibit_record_copy(const exhibit_record* record) {
  if (record == nullptr) return nullptr;
  exhibit_record* copy = nullptr;
  guarded(nullptr, [&]() -> exhibit_status {
    auto made = make_record(record->kind, *record->message, std::string(exhibit::as_text(record->wire)), record->files);
    made->place = record->place;
    made->title = record->title;
    made->zone = record->zone;
    copy = made.release();
    return EXHIBIT_OK;
  });
  return copy;
}

void exhibit_record_free(exhibit_record* record) { delete record; }

exhibit_status exhibit_cursor_next(exhibit_cursor* cursor, const exhibit_record** record, exhibit_error** error) {
  if (record != nullptr) *record = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    if (cursor == nullptr || record == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a cursor and a record are needed");
    return cursor->next(*record, error);
  });
}

void exhibit_cursor_free(exhibit_cursor* cursor) { delete cursor; }

}  // extern "C"
