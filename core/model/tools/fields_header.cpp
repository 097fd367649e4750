#include <set>
#include <vector>

#include "reference.h"

namespace exhibit::model {

namespace {

// A constant a line, whatever a formatter thinks of short enumerations.
constexpr std::string_view kTop = R"(/* clang-format off */
/*
 * Constants of the artefact model. Generated from it: do not edit.
 *
 * A field is a number: its path from the artefact, one byte a level. EXHIBIT_MESSAGE is the kind Message,
 * EXHIBIT_MESSAGE_SENDER its field; EXHIBIT_PARTY_ADDRESS is a field of a common message and is used inside another:
 *
 *   EXHIBIT_IN(EXHIBIT_MESSAGE_SENDER, EXHIBIT_PARTY_ADDRESS)
 *   EXHIBIT_IN(EXHIBIT_IN(EXHIBIT_MESSAGE_REPLY_TO, EXHIBIT_QUOTE_SENDER), EXHIBIT_PARTY_NAME)
 *
 * EXHIBIT_ARTEFACT_STATE and its like are fields that every artefact has, whatever its kind. EXHIBIT_CALL_MEDIA_VIDEO is
 * a value of the field EXHIBIT_CALL_MEDIA. From release 1.0 on numbers are never changed and never used again.
 */
#ifndef EXHIBIT_FIELDS_H
#define EXHIBIT_FIELDS_H

#include <stdint.h>

/* The field `inner` of a message inside the field `outer`. */
#define EXHIBIT_IN(outer, inner) ((uint64_t)(outer) << 8 | (uint64_t)(inner))
)";

/// "BrowserVisit", "sent_at" -> "BROWSER_VISIT", "SENT_AT".
std::string upper(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (i > 0 && c >= 'A' && c <= 'Z') text += '_';
    text += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return text;
}

std::string hex(std::uint32_t number) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = number > 0xFF ? 12 : 4; shift >= 0; shift -= 4) text += kHex[number >> shift & 15];
  return text;
}

class Header {
 public:
  std::expected<std::string, std::string> make(const Model& model);

 private:
  void add(const std::string& name, std::string value) { constants_.emplace_back(name, std::move(value)); }
  void message(const MessageInfo& message);
  void values(const std::string& field_name, const FieldInfo& field);
  std::expected<void, std::string> close(std::string_view comment);

  std::string text_;
  std::vector<std::pair<std::string, std::string>> constants_;  // of the enum at work
  std::set<std::string> names_;
};

void Header::values(const std::string& field_name, const FieldInfo& field) {
  if (field.enumeration == nullptr) return;
  for (const EnumValue& value : field.enumeration->values)
    add(field_name + "_" + upper(value.word), std::to_string(value.number));
}

void Header::message(const MessageInfo& message) {
  constexpr std::uint32_t kFirstKind = 20;
  const std::string prefix = "EXHIBIT_" + upper(message.name);
  if (message.number != 0) add(prefix, std::to_string(message.number));
  for (const FieldInfo& field : message.fields) {
    if (message.name == "Artefact" && field.number >= kFirstKind)
      continue;  // the kinds, which have their own constants
    add(prefix + "_" + upper(field.name), hex(message.number << 8 | field.number));
  }
  for (const FieldInfo& field : message.fields) values(prefix + "_" + upper(field.name), field);
}

std::expected<void, std::string> Header::close(std::string_view comment) {
  text_.append("\n/* ").append(comment).append(" */\nenum {\n");
  for (std::size_t i = 0; i < constants_.size(); ++i) {
    const auto& [name, value] = constants_[i];
    if (!names_.insert(name).second) return std::unexpected(name);
    text_.append("  ").append(name).append(" = ").append(value).append(i + 1 < constants_.size() ? ",\n" : "\n");
  }
  text_ += "};\n";
  constants_.clear();
  return {};
}

std::expected<std::string, std::string> Header::make(const Model& model) {
  text_ = kTop;
  for (const MessageInfo& info : model.messages()) {
    if (info.name == "TaskOutput" || info.name == "ServiceRecord") continue;  // these hold records and are none
    message(info);
    if (const auto closed = close(info.name); !closed) return std::unexpected(closed.error());
  }
  text_ += "\n#endif\n";
  return text_;
}

}  // namespace

std::expected<std::string, std::string> fields_header(const Model& model) { return Header().make(model); }

}  // namespace exhibit::model
