#include "child_rows.h"

#include <utility>

namespace exhibit::engine {

std::string ChildRows::parent_name(std::string_view kind, std::string_view table) {
  std::string name(kind);
  name += '\n';
  name += table;
  return name;
}

void ChildRows::add(std::string_view parent_kind, std::string_view parent_table, std::int64_t parent, ChildRow child) {
  if (child.claims) {
    RowOutcomes& claimed = claimed_[child.table];
    if (child.row.key.empty()) {
      claimed.raise(child.row.rowid, RowOutcome::attached);
    } else {
      claimed.raise(std::string_view(child.row.key), RowOutcome::attached);
    }
  }
  parents_[parent_name(parent_kind, parent_table)][parent].children.push_back(children_.size());
  children_.push_back(std::move(child));
}

bool ChildRows::is_claimed(std::string_view table, std::int64_t rowid) const {
  if (claimed_.empty()) return false;
  const auto claimed = claimed_.find(std::string(table));
  return claimed != claimed_.end() && claimed->second.get(rowid) != RowOutcome::none;
}

bool ChildRows::is_claimed(std::string_view table, std::string_view key) const {
  if (claimed_.empty()) return false;
  const auto claimed = claimed_.find(std::string(table));
  return claimed != claimed_.end() && claimed->second.get(key) != RowOutcome::none;
}

std::vector<ChildRow> ChildRows::take(std::string_view parent_kind, std::string_view parent_table,
                                      std::int64_t parent) {
  std::vector<ChildRow> taken;
  if (parents_.empty()) return taken;
  const auto rows = parents_.find(parent_name(parent_kind, parent_table));
  if (rows == parents_.end()) return taken;
  const auto waiting = rows->second.find(parent);
  if (waiting == rows->second.end()) return taken;
  for (const std::size_t i : waiting->second.children) taken.push_back(std::exchange(children_[i], {}));
  rows->second.erase(waiting);
  return taken;
}

std::vector<ChildRow> ChildRows::take_rest() {
  std::vector<ChildRow> rest;
  for (ChildRow& child : children_)
    if (child.field != 0) rest.push_back(std::move(child));
  children_.clear();
  parents_.clear();
  return rest;
}

}  // namespace exhibit::engine
