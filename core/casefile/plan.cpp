#include "plan.h"

#include <algorithm>

#include "record_key.h"

namespace exhibit::casefile {

using model::FieldInfo;
using model::FieldType;
using model::MessageInfo;

namespace {

Part part_of(const FieldInfo& field) {
  switch (field.type) {
    case FieldType::boolean:
    case FieldType::integer:
    case FieldType::unsigned_integer:
    case FieldType::fixed_integer:
    case FieldType::enumeration:
      return Part::integer;
    case FieldType::signed_integer:
      return Part::zigzag;
    case FieldType::real:
      return Part::real;
    case FieldType::text:
      return Part::text;
    case FieldType::bytes:
      return Part::bytes;
    case FieldType::message:
      break;
  }
  const std::string_view name = field.message->name;
  if (name == "Time") return Part::time;
  if (name == "Party") return Part::party;
  if (name == "Geo") return Part::geo;
  if (name == "File") return Part::file;
  if (name == "Quote") return Part::quote;
  if (name == "Money") return Part::money;
  return Part::message;
}

/// Lists of texts, of Labelled and of parties, or of messages about a party, can be read in one cell.
bool is_joinable(const FieldPlan& plan) {
  if (plan.part == Part::text || plan.part == Part::party) return true;
  return plan.part == Part::message &&
         (plan.field->message->name == "Labelled" || plan.field->message->find("party") != nullptr);
}

void add_columns(KindPlan& kind, FieldPlan& plan) {
  if (plan.part == Part::unknown || plan.part == Part::bytes || plan.secret) return;
  const std::string name(plan.field->name);
  plan.column = static_cast<int>(kind.columns.size()) + 2;
  if (plan.field->repeated) {
    kind.columns.push_back({name + "_count", "INTEGER"});
    plan.joined = is_joinable(plan);
    if (plan.joined) kind.columns.push_back({name, "TEXT"});
    return;
  }
  switch (plan.part) {
    case Part::integer:
    case Part::zigzag:
    case Part::party:
      kind.columns.push_back({name, "INTEGER"});
      break;
    case Part::real:
      kind.columns.push_back({name, "REAL"});
      break;
    case Part::time:
      kind.columns.push_back({name, ""});
      break;
    case Part::geo:
      kind.columns.push_back({name + "_latitude", "REAL"});
      kind.columns.push_back({name + "_longitude", "REAL"});
      kind.columns.push_back({name + "_accuracy_m", "REAL"});
      break;
    case Part::file:
      kind.columns.push_back({name + "_path", "TEXT"});
      kind.columns.push_back({name + "_file", "INTEGER"});
      break;
    case Part::quote:
      kind.columns.push_back({name + "_text", "TEXT"});
      kind.columns.push_back({name + "_id", "TEXT"});
      break;
    default:
      kind.columns.push_back({name, "TEXT"});
  }
}

}  // namespace

const Plans& Plans::get() {
  static const Plans plans;
  return plans;
}

Plans::Plans() {
  const auto& model = model::Model::get();
  const MessageInfo& artefact = model.message("Artefact");
  for (const MessageInfo* kind : model.kinds()) add_kind(*kind, artefact.find(kind->number)->name);
  artefact_ = plan_of(artefact);
}

const MessagePlan* Plans::plan_of(const MessageInfo& info) {
  for (const auto& kind : kinds_)
    if (kind->info == &info) return kind.get();
  for (const auto& plan : messages_)
    if (plan->info == &info) return plan.get();
  auto& plan = messages_.emplace_back(std::make_unique<MessagePlan>());
  MessagePlan* const filled = plan.get();
  filled->info = &info;
  fill(*filled);
  return filled;
}

void Plans::fill(MessagePlan& plan) {
  if (plan.info->fields.empty()) return;
  plan.fields.resize(plan.info->fields.back().number + 1);
  plan.is_resolved = plan.info->name == "Party" || plan.info->name == "File" || plan.info->name == "Quote";
  for (const FieldInfo& field : plan.info->fields) {
    FieldPlan& own = plan.fields[field.number];
    own.field = &field;
    own.part = part_of(field);
    own.secret = field.secret;
    if (field.type != FieldType::message) continue;
    own.child = plan_of(*field.message);
    plan.is_resolved = plan.is_resolved || own.child->is_resolved;
  }
}

void Plans::add_kind(const MessageInfo& info, std::string_view name) {
  auto kind = std::make_unique<KindPlan>();
  kind->info = &info;
  kind->number = info.number;
  kind->name = name;
  fill(*kind);
  for (const FieldInfo& field : info.fields) {
    add_columns(*kind, kind->fields[field.number]);
    if (field.name == "conversation_id" && field.type == FieldType::text) kind->conversation = field.number;
    if (field.primary != 0) kind->primary.push_back(field.number);
  }
  if (const std::string key = first_key_field(*kind); key.ends_with("_id")) kind->identifier = info.find(key)->number;
  std::ranges::sort(kind->primary, {}, [&](std::uint32_t number) { return info.find(number)->primary; });
  if (by_number_.size() <= kind->number) by_number_.resize(kind->number + 1);
  by_number_[kind->number] = kind.get();
  kinds_.push_back(std::move(kind));
}

const KindPlan* Plans::kind(std::string_view name) const {
  for (const auto& kind : kinds_)
    if (kind->name == name || kind->info->name == name) return kind.get();
  return nullptr;
}

const MessagePlan& Plans::message(std::string_view name) const {
  for (const auto& plan : messages_)
    if (plan->info->name == name) return *plan;
  return *artefact_;
}

}  // namespace exhibit::casefile
