#include "reference.h"

namespace exhibit::model {

namespace {

constexpr std::string_view kTop = R"(# Kinds and their fields

Generated from the artefact model: do not edit.

Every record of an app becomes one artefact: an envelope and a body of one of the kinds below. What the source lacks is
left unset; unset, empty and zero are three different things. P1 and P2 mark the primary times: an artefact stands in the
timeline at the first one that is set. *far* marks times that may lie in the years 1800 to 9999. *secret* marks what is
shown masked unless the examiner asks for it. Fields in bold make the one-line summary.
)";

std::string type_text(const FieldInfo& field) {
  std::string text;
  switch (field.type) {
    case FieldType::boolean:
      text = "bool";
      break;
    case FieldType::integer:
    case FieldType::signed_integer:
    case FieldType::fixed_integer:
      text = "int";
      break;
    case FieldType::unsigned_integer:
      text = "uint";
      break;
    case FieldType::real:
      text = "double";
      break;
    case FieldType::text:
      text = "string";
      break;
    case FieldType::bytes:
      text = "bytes";
      break;
    case FieldType::enumeration:
      for (const EnumValue& value : field.enumeration->values) text.append(text.empty() ? "" : ", ").append(value.word);
      break;
    case FieldType::message:
      text.append("[").append(field.message->name).append("](#");
      for (const char c : field.message->name) text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      text.append(")");
      break;
  }
  if (field.repeated) text += ", any number";
  return text;
}

void append_escaped(std::string& page, std::string_view text) {
  for (const char c : text) {
    if (c == '|') page += '\\';
    page += c;
  }
}

void append_field(std::string& page, const FieldInfo& field) {
  const std::string_view bold = field.title ? "**" : "";
  page.append("| ").append(std::to_string(field.number)).append(" | ").append(bold).append(field.name).append(bold);
  page.append(" | ").append(type_text(field));
  if (!field.unit.empty()) page.append(", ").append(field.unit);
  if (field.primary != 0) page.append(", P").append(std::to_string(field.primary));
  if (field.far) page.append(", *far*");
  if (field.secret) page.append(", *secret*");
  page.append(" | ");
  append_escaped(page, field.documentation);
  page.append(" |\n");
}

void append_message(std::string& page, const MessageInfo& message) {
  page.append("\n### ").append(message.name).append("\n\n");
  if (!message.documentation.empty()) page.append(message.documentation).append("\n\n");
  if (message.number != 0) page.append("Number ").append(std::to_string(message.number)).append(".");
  if (!message.key.empty()) page.append(" The same record if equal: ").append(message.key).append(".");
  if (!message.views.empty()) page.append(" Shown as: ").append(message.views).append(".");
  if (message.number != 0) page.append("\n\n");
  page.append("| Number | Field | Type | Meaning |\n|---|---|---|---|\n");
  constexpr std::uint32_t kFirstKind = 20;
  for (const FieldInfo& field : message.fields)
    if (message.name != "Artefact" || field.number < kFirstKind) append_field(page, field);
}

}  // namespace

std::string kinds_page(const Model& model) {
  std::string page(kTop);
  page += "\n## The envelope\n";
  append_message(page, model.message("Artefact"));
  page += "\n## Kinds\n";
  for (const MessageInfo* kind : model.kinds()) append_message(page, *kind);
  page += "\n## Common parts\n";
  for (const MessageInfo& message : model.messages())
    if (message.number == 0 && message.name != "Artefact" && message.name != "TaskOutput" &&
        message.name != "ServiceRecord")
      append_message(page, message);
  page += "\n## Service records\n\nWhat the library tells beside artefacts.\n";
  for (const MessageInfo* service : model.services()) append_message(page, *service);
  return page;
}

}  // namespace exhibit::model
