#include "column_plan.h"

#include <algorithm>

namespace exhibit::engine {

namespace {

constexpr std::string_view kReserved[] = {"_row", "_key", "_path", "_parent", "_skip", "_rows"};

bool is_message(const model::FieldInfo& field, std::string_view name) {
  return field.type == model::FieldType::message && field.message->name == name;
}

/// What the engine finds out by itself may not be said by a query.
bool is_derived(const model::FieldPath& path) {
  const model::FieldInfo& last = path.last();
  return (last.name == "contact" || last.name == "artefact") && last.type == model::FieldType::bytes;
}

int* time_attribute(PlanNode& node, std::string_view name) {
  if (name == "zone") return &node.zone;
  if (name == "zone_name") return &node.zone_name;
  if (name == "offset_s") return &node.offset_s;
  if (name == "precision") return &node.precision;
  if (name == "clock") return &node.clock;
  if (name == "raw") return &node.raw;
  return nullptr;
}

PlanNode& child_of(std::vector<PlanNode>& nodes, const model::FieldInfo& field, const std::string& path) {
  const auto at = std::ranges::lower_bound(nodes, field.number, {}, [](const PlanNode& n) { return n.field->number; });
  if (at != nodes.end() && at->field == &field) return *at;
  PlanNode node;
  node.field = &field;
  node.path = path;
  node.is_time = is_message(field, "Time");
  node.is_position = is_message(field, "Geo");
  return *nodes.insert(at, std::move(node));
}

std::optional<AliasMistake> take(int& slot, int column) {
  if (slot != kNoColumn) return AliasMistake{"stands twice", ""};
  slot = column;
  return std::nullopt;
}

}  // namespace

std::optional<AliasMistake> add_path(const model::MessageInfo& message, std::string_view dotted, int column,
                                     std::vector<PlanNode>& tree, std::string_view prefix) {
  const auto path = model::Model::get().path(message, dotted);
  if (!path) return AliasMistake{"no field of " + std::string(message.name), path.error()};
  if (is_derived(*path)) return AliasMistake{"is found out by the engine", ""};

  std::vector<PlanNode>* level = &tree;
  std::string walked(prefix);
  for (std::size_t i = 0; i < path->steps.size(); ++i) {
    const model::FieldInfo& field = *path->steps[i];
    const bool is_last = i + 1 == path->steps.size();
    if (!walked.empty()) walked += '.';
    walked += field.name;
    PlanNode& node = child_of(*level, field, walked);
    if (node.is_time && i + 2 == path->steps.size() && !field.repeated) {
      int* slot = time_attribute(node, path->last().name);
      if (slot == nullptr) return AliasMistake{"is set by the time function", std::string(walked)};
      return take(*slot, column);
    }
    if (is_last) {
      if (field.type == model::FieldType::message && !field.repeated && !node.is_time)
        return AliasMistake{"is a " + std::string(field.message->name) + ": name one of its fields",
                            std::string(dotted) + "." + std::string(field.message->fields.front().name)};
      return take(node.column, column);
    }
    if (field.repeated) return AliasMistake{"is a list: give it by list() or a child query", walked};
    level = &node.below;
  }
  return std::nullopt;
}

void ColumnPlan::expect_children(const model::FieldInfo& list) { child_of(body, list, std::string(list.name)); }

std::optional<AliasMistake> ColumnPlan::add_reserved(std::string_view alias, int column) {
  if (alias.starts_with("_row_")) {
    joined.push_back({std::string(alias.substr(5)), column});
    return std::nullopt;
  }
  if (alias == "_row") return take(row, column);
  if (alias == "_key") return take(key, column);
  if (alias == "_path") return take(path, column);
  if (alias == "_skip") return take(skip, column);
  if (alias == "_rows") return take(rows, column);
  if (alias == "_parent") {
    if (!is_child_) return AliasMistake{"belongs to a child query (kind = \"Message.reactions\")", ""};
    return take(parent, column);
  }
  return AliasMistake{"no reserved column", std::string(model::nearest(alias, kReserved))};
}

std::optional<AliasMistake> ColumnPlan::add(std::string_view alias, int column) {
  if (alias.empty()) return AliasMistake{"has no name: give it one with AS", ""};
  if (alias.starts_with('_')) return add_reserved(alias, column);
  if (!is_child_) {
    const model::Model& model = model::Model::get();
    if (alias == "app") return take(app, column);
    if (alias.starts_with("extra.") && alias.size() > 6) {
      extra.push_back({std::string(alias.substr(6)), column});
      return std::nullopt;
    }
    if (alias.starts_with("local_account."))
      return add_path(model.message("Party"), alias.substr(14), column, local_account);
    if (alias.starts_with("state.")) return add_path(model.message("State"), alias.substr(6), column, state);
  }
  return add_path(*message_, alias, column, body);
}

}  // namespace exhibit::engine
