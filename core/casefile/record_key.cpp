#include "record_key.h"

#include <vector>

#include "artefact_rows.h"
#include "model/wire_reader.h"

namespace exhibit::casefile {

namespace {

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + separator.size());
  }
}

/// A party is the same by its address, whatever name an app showed; all else by its bytes.
void append_value(std::string& key, const FieldPlan& plan, const model::WireField& field) {
  const std::size_t start = key.size();
  if (plan.part == Part::party) {
    for (const std::uint32_t number : {field::kPartyNormalized, field::kPartyAddress}) {
      if (key.size() != start) break;
      if (const auto part = model::find_field(field.bytes, number)) key += part->text();
    }
    if (const auto owner = model::find_field(field.bytes, field::kPartyIsOwner)) key += owner->value != 0 ? "!" : "";
  } else if (field.type == model::WireType::bytes) {
    key += field.text();
  } else {
    key += std::to_string(field.value);
  }
  key += '|' + std::to_string(key.size() - start) + '|';
}

/// False if the field is unset, or its path is none of the kind ("file hash": the case knows a file's hash by itself).
bool append_part(std::string& key, const KindPlan& kind, Bytes body, std::string_view path, std::string_view table) {
  if (path == "provenance.table") {
    key += std::string(table) + '|';
    return true;
  }
  const MessagePlan* plan = &kind;
  Bytes message = body;
  for (const std::string_view step : split(path, ".")) {
    const auto* info = plan == nullptr ? nullptr : plan->info->find(step);
    if (info == nullptr) return false;
    const auto field = model::find_field(message, info->number);
    if (!field) return false;
    const FieldPlan& own = plan->at(info->number);
    if (step.data() + step.size() == path.data() + path.size()) {
      append_value(key, own, *field);
      return true;
    }
    plan = own.child;
    message = field->bytes;
  }
  return false;
}

}  // namespace

std::string record_key(const KindPlan& kind, Bytes body, std::string_view table) {
  std::string key;
  for (const std::string_view alternative : split(kind.info->key, ", else ")) {
    key = std::string(alternative) + '|';
    bool is_whole = true;
    for (const std::string_view path : split(alternative, " + "))
      is_whole = is_whole && append_part(key, kind, body, path, table);
    if (is_whole) return key;
  }
  return {};
}

std::string first_key_field(const KindPlan& kind) {
  const std::string_view first = split(kind.info->key, ", else ").front();
  const auto* info = kind.info->find(first);
  return info != nullptr && info->type == model::FieldType::text ? std::string(first) : std::string();
}

}  // namespace exhibit::casefile
