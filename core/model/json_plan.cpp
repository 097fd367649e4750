#include "json_plan.h"

#include "model/json.h"

namespace exhibit::model {

namespace {

JsonRole role_of(const MessageInfo& message, const FieldInfo& field) {
  const std::string_view name = field.name;
  constexpr std::uint32_t kFirstKind = 20;  // a body's fields stand in the envelope's own object
  if (message.name == "Artefact" &&
      (name == "app_name" || name == "time" || name == "time_field" || field.number >= kFirstKind))
    return JsonRole::absent;
  if (message.name == "Provenance") {
    if (name == "parser_version" || name == "container_path") return JsonRole::absent;
    if (name == "device_user") return JsonRole::not_zero;
  }
  if (message.name == "File" && name == "device_path") return JsonRole::device_path;
  if (field.type == FieldType::unsigned_integer && (name == "file" || name == "thumbnail"))
    return JsonRole::file_number;
  if (is_artefact_id(field)) return JsonRole::uuid;
  if (field.message == nullptr) return JsonRole::plain;
  return field.message->name == "Time"    ? JsonRole::time
         : field.message->name == "State" ? JsonRole::state
                                          : JsonRole::plain;
}

std::vector<JsonMessage> make_plans() {
  const auto messages = Model::get().messages();
  std::vector<JsonMessage> plans(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    JsonMessage& plan = plans[i];
    plan.info = &messages[i];
    plan.is_envelope = messages[i].name == "Artefact";
    plan.is_provenance = messages[i].name == "Provenance";
    for (const FieldInfo& field : messages[i].fields) {
      std::string key(",\"");
      key.append(field.name).append("\":");
      const JsonMessage* inner =
          field.message != nullptr ? &plans[static_cast<std::size_t>(field.message - messages.data())] : nullptr;
      plan.fields.push_back({&field, role_of(messages[i], field), std::move(key), inner});
    }
    for (const JsonField& field : plan.fields) plan.by_number[field.info->number & 0xFF] = &field;
  }
  return plans;
}

}  // namespace

const JsonMessage& json_message(const MessageInfo& message) {
  static const std::vector<JsonMessage> plans = make_plans();
  static const JsonMessage none;
  const MessageInfo* known = Model::get().find_message(message.name);
  if (known == nullptr) return none;
  return plans[static_cast<std::size_t>(known - Model::get().messages().data())];
}

bool is_artefact_id(const FieldInfo& field) {
  const std::string_view name = field.name;
  return field.type == FieldType::bytes &&
         (name == "id" || name == "artefact" || name == "contact" || name == "live_twin");
}

}  // namespace exhibit::model
