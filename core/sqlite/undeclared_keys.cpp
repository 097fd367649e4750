#include "undeclared_keys.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace exhibit::sqlite {

namespace {

using decode::NodeId;
using decode::NodeType;
using decode::PathStep;

// A dictionary keyed by identifiers would name each of them: what is beyond this is counted together as "*".
constexpr std::size_t kDistinctKeys = 10'000;

bool is_container(const decode::Tree& tree, NodeId node) {
  return tree.type(node) == NodeType::dictionary || tree.type(node) == NodeType::array;
}

/// Goes down only as long as a path does, so its depth is that of the longest path and cycles end.
class Walk {
 public:
  Walk(const decode::Tree& tree, const Limits& limits) : tree_(tree), limits_(limits) {}

  void visit(NodeId node, std::size_t depth, const std::vector<const ReadPath*>& active) {
    if (++steps_ > limits_.nodes || tree_.type(node) == NodeType::null) return;
    std::vector<const ReadPath*> longer;
    bool is_row = false;
    for (const ReadPath* path : active) {
      const bool ends_here = path->steps.size() == depth;
      if (ends_here && path->is_column) return;
      if (!ends_here) longer.push_back(path);
      if (ends_here) table_ = path->table;
      is_row |= ends_here;
    }
    if (active.empty() || !is_container(tree_, node)) {
      count_undeclared(is_row);
      return;
    }
    if (is_row) key_.clear();
    visit_entries(node, depth, longer);
  }

  bool is_over_limit() const { return steps_ > limits_.nodes; }

  std::vector<RowsReport::Undeclared> take() const {
    std::vector<RowsReport::Undeclared> list;
    for (const auto& [place, count] : counts_) list.push_back({place.first, place.second, count});
    return list;
  }

  void start_at_root() { key_ = "$"; }

 private:
  void visit_entries(NodeId node, std::size_t depth, const std::vector<const ReadPath*>& longer) {
    const std::string table = table_;
    const std::string key = key_;
    for (std::size_t i = 0; i < tree_.size(node) && !is_over_limit(); ++i) {
      std::vector<const ReadPath*> active;
      for (const ReadPath* path : longer)
        if (leads_to(path->steps[depth], tree_, node, i)) active.push_back(path);
      append_step(node, i);
      visit(tree_.child(node, i), depth + 1, active);
      table_ = table;
      key_ = key;
    }
  }

  void append_step(NodeId node, std::size_t entry) {
    if (tree_.type(node) == NodeType::array) {
      key_ += "[*]";
    } else {
      decode::append_key_step(key_, tree_.key(node, entry));
    }
  }

  void count_undeclared(bool is_row) {
    std::string_view key = is_row ? std::string_view("$") : key_;
    if (key.starts_with('.')) key.remove_prefix(1);
    std::pair<std::string, std::string> place(table_, key);
    if (counts_.size() >= kDistinctKeys && !counts_.contains(place)) place.second = "*";
    ++counts_[std::move(place)];
  }

  const decode::Tree& tree_;
  const Limits& limits_;
  std::uint64_t steps_ = 0;
  std::string table_;
  std::string key_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts_;
};

}  // namespace

bool leads_to(const PathStep& step, const decode::Tree& tree, NodeId container, std::size_t entry) {
  const bool is_dictionary = tree.type(container) == NodeType::dictionary;
  switch (step.kind) {
    case PathStep::Kind::key:
      return is_dictionary && tree.key(container, entry) == step.key;
    case PathStep::Kind::index:
      return !is_dictionary && step.index == entry;
    case PathStep::Kind::every_value:
      return is_dictionary;
    case PathStep::Kind::every_element:
      return !is_dictionary;
  }
  return false;
}

Result<std::vector<RowsReport::Undeclared>> undeclared_keys(const decode::Tree& tree, const std::vector<ReadPath>& read,
                                                            const Limits& limits) {
  std::vector<const ReadPath*> all;
  for (const ReadPath& path : read) all.push_back(&path);
  Walk walk(tree, limits);
  walk.start_at_root();
  if (tree.node_count() > 0) walk.visit(tree.root(), 0, all);
  if (walk.is_over_limit()) return fail(ErrorCode::limit, "a file of fewer values", limits.nodes);
  return walk.take();
}

}  // namespace exhibit::sqlite
