#include "model/model.h"

#include <algorithm>

#include "descriptor_set.h"
#include "descriptors.h"
#include "tables.h"

namespace exhibit::model {

namespace {

constexpr std::size_t kMaxLevels = 8;  // a FieldId has a byte a level
constexpr std::uint32_t kFirstKind = 20;

std::vector<std::string_view> split(std::string_view dotted) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t dot = dotted.find('.');
    parts.push_back(dotted.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    dotted.remove_prefix(dot + 1);
  }
}

std::vector<std::string_view> names_of(const MessageInfo& message) {
  std::vector<std::string_view> names;
  names.reserve(message.fields.size());
  for (const FieldInfo& field : message.fields) names.push_back(field.name);
  return names;
}

/// Fields of the message and of the messages in it, two levels: what is likely meant by a name in one piece.
std::string nearest_of_two_levels(const MessageInfo& message, std::string_view dotted) {
  std::vector<std::string> paths;
  for (const FieldInfo& field : message.fields) {
    paths.emplace_back(field.name);
    if (field.message == nullptr) continue;
    for (const FieldInfo& inner : field.message->fields)
      paths.push_back(std::string(field.name).append(".").append(inner.name));
  }
  const std::vector<std::string_view> words(paths.begin(), paths.end());
  return std::string(nearest(dotted, words));
}

/// The valid path nearest to `parts`, of which the first `good` resolve and lead to `at`.
std::string nearest_path(const Model& model, const MessageInfo& below, std::span<const std::string_view> parts,
                         std::size_t good, const MessageInfo* at) {
  std::string dotted;
  for (const std::string_view part : parts) dotted.append(dotted.empty() ? "" : ".").append(part);
  const std::string_view name =
      at != nullptr ? nearest(parts[good], names_of(*at)) : std::string_view{};  // null: below a scalar is nothing
  if (name.empty()) return nearest_of_two_levels(below, dotted);
  std::string path;
  for (std::size_t i = 0; i < good; ++i) path.append(parts[i]).append(".");
  path.append(name);
  std::string longer = path;
  for (std::size_t i = good + 1; i < parts.size(); ++i) longer.append(".").append(parts[i]);
  return model.path(below, longer) ? longer : path;
}

}  // namespace

std::int32_t EnumInfo::number(std::string_view word) const {
  for (const EnumValue& value : values)
    if (value.word == word) return value.number;
  return 0;
}

std::string_view EnumInfo::word(std::int32_t number) const {
  // Numbers are given from 1 in order, so that the first guess is right until one is retired.
  const auto guess = static_cast<std::size_t>(number) - 1;
  if (guess < values.size() && values[guess].number == number) return values[guess].word;
  for (const EnumValue& value : values)
    if (value.number == number) return value.word;
  return {};
}

const FieldInfo* MessageInfo::find(std::uint32_t field_number) const {
  const auto found = std::ranges::lower_bound(fields, field_number, {}, &FieldInfo::number);
  return found != fields.end() && found->number == field_number ? &*found : nullptr;
}

const FieldInfo* MessageInfo::find(std::string_view field_name) const {
  const auto found = std::ranges::find(fields, field_name, &FieldInfo::name);
  return found != fields.end() ? &*found : nullptr;
}

Model::Model() {
  static const Tables tables = [] {
    Tables read;
    read_descriptors(as_bytes({kDescriptorSet, kDescriptorSetSize}), read);
    return read;
  }();
  tables_ = &tables;
}

const Model& Model::get() {
  static const Model model;
  return model;
}

std::span<const MessageInfo* const> Model::kinds() const { return tables_->kinds; }

std::span<const MessageInfo* const> Model::services() const { return tables_->services; }

std::span<const MessageInfo> Model::messages() const { return tables_->messages; }

const MessageInfo* Model::kind(std::uint32_t number) const {
  for (const MessageInfo* kind : tables_->kinds)
    if (kind->number == number) return kind;
  return nullptr;
}

const MessageInfo* Model::kind(std::string_view name) const {
  const MessageInfo* message = find_message(name);
  return message != nullptr && kind(message->number) == message ? message : nullptr;
}

const MessageInfo* Model::find_message(std::string_view name) const {
  const auto found = tables_->by_name.find(name);
  return found == tables_->by_name.end() ? nullptr : found->second;
}

const MessageInfo& Model::message(std::string_view name) const {
  static constexpr MessageInfo kNone;
  const MessageInfo* found = find_message(name);
  return found != nullptr ? *found : kNone;
}

std::expected<FieldPath, std::string> Model::path(const MessageInfo& below, std::string_view dotted) const {
  const std::vector<std::string_view> parts = split(dotted);
  FieldPath path;
  const MessageInfo* at = &below;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const FieldInfo* field = at != nullptr && i < kMaxLevels ? at->find(parts[i]) : nullptr;
    if (field == nullptr) return std::unexpected(nearest_path(*this, below, parts, i, at));
    path.steps.push_back(field);
    at = field->message;
  }
  return path;
}

FieldId Model::field(std::string_view dotted) const {
  const std::size_t dot = dotted.find('.');
  const MessageInfo* root = find_message(dotted.substr(0, dot));
  if (root != nullptr && root->number == 0)
    return 0;  // a common message is no root: its fields have no id of their own
  if (root != nullptr && dot == std::string_view::npos) return root->number;
  const auto resolved =
      path(root != nullptr ? *root : *tables_->envelope, dotted.substr(root != nullptr ? dot + 1 : 0));
  if (!resolved || resolved->steps.size() >= kMaxLevels) return 0;
  if (root == nullptr && resolved->steps.front()->number >= kFirstKind)
    return 0;  // "message.text": kinds go by their name
  FieldId id = root != nullptr ? root->number : 0;
  for (const FieldInfo* step : resolved->steps) id = id << 8 | step->number;
  return id;
}

std::string Model::field_path(FieldId field) const {
  int level = static_cast<int>(kMaxLevels) - 1;
  const auto number = [&] { return static_cast<std::uint32_t>(field >> (8 * level) & 0xFF); };
  while (level > 0 && number() == 0) --level;
  std::string path;
  const MessageInfo* at = tables_->envelope;
  const auto is_root = [&](const MessageInfo* message) { return message->number == number(); };
  if (number() >= kFirstKind) {
    const auto root = std::ranges::find_if(tables_->kinds, is_root);
    const auto service = std::ranges::find_if(tables_->services, is_root);
    if (root == tables_->kinds.end() && service == tables_->services.end()) return {};
    at = root != tables_->kinds.end() ? *root : *service;
    path = at->name;
    --level;
  }
  for (; level >= 0; --level) {
    const FieldInfo* step = at != nullptr ? at->find(number()) : nullptr;
    if (step == nullptr) return {};
    path.append(path.empty() ? "" : ".").append(step->name);
    at = step->message;
  }
  return path;
}

Bytes Model::descriptor_set() const { return as_bytes({kDescriptorSet, kDescriptorSetSize}); }

}  // namespace exhibit::model
