#include <algorithm>

#include "decode/path.h"
#include "decode/tree.h"

namespace exhibit::decode {

namespace {

using Kind = PathStep::Kind;

/// Walks the tree along the steps of a path. Its depth is that of the path, which is limited before.
class Selection {
 public:
  Selection(const Tree& tree, const std::vector<PathStep>& steps, const Limits& limits)
      : tree_(tree), steps_(steps), limits_(limits) {
    here_.path = "$";
  }

  Result<std::vector<Selected>> run() {
    visit(tree_.root(), 0);
    if (error_) return std::unexpected(*error_);
    return std::move(found_);
  }

 private:
  void visit(NodeId node, std::size_t step) {
    if (error_) return;
    if (++visited_ > limits_.nodes) {
      error_ = Error{ErrorCode::limit, "a selection of fewer steps", visited_, {}};
      return;
    }
    if (std::ranges::find(ancestors_, node) != ancestors_.end()) {
      error_ = Error{ErrorCode::malformed, "a path that meets no object twice", step, {}};
      return;
    }
    if (step == steps_.size()) {
      // Shared objects let a small file be selected from without end: what is kept for each place counts too.
      visited_ += here_.wildcards.size() + here_.path.size() / 16;
      found_.push_back(here_);
      found_.back().node = node;
      return;
    }
    ancestors_.push_back(node);
    take(node, step);
    ancestors_.pop_back();
  }

  void take(NodeId node, std::size_t step) {
    const PathStep& wanted = steps_[step];
    const bool by_key = wanted.kind == Kind::key || wanted.kind == Kind::every_value;
    if (tree_.type(node) != (by_key ? NodeType::dictionary : NodeType::array)) return;
    if (wanted.kind == Kind::index) {
      if (wanted.index < tree_.size(node)) enter(node, wanted.index, step);
      return;
    }
    for (std::size_t i = 0; i < tree_.size(node) && !error_; ++i) {
      ++visited_;
      if (wanted.kind != Kind::key) {
        here_.wildcards.push_back(i);
        enter(node, i, step);
        here_.wildcards.pop_back();
      } else if (tree_.key(node, i) == wanted.key) {
        enter(node, i, step);
        return;
      }
    }
  }

  void enter(NodeId node, std::size_t i, std::size_t step) {
    const std::size_t path_size = here_.path.size();
    if (tree_.type(node) == NodeType::dictionary) {
      here_.key = tree_.key(node, i);
      append_key_step(here_.path, here_.key);
    } else {
      here_.key = std::to_string(i);
      here_.path.append("[").append(here_.key).append("]");
    }
    visit(tree_.child(node, i), step + 1);
    here_.path.resize(path_size);
  }

  const Tree& tree_;
  const std::vector<PathStep>& steps_;
  const Limits& limits_;
  Selected here_{};
  std::vector<NodeId> ancestors_;
  std::vector<Selected> found_;
  std::uint64_t visited_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<std::vector<Selected>> select(const Tree& tree, std::string_view path, const Limits& limits) {
  const auto steps = parse_path(path);
  if (!steps) return std::unexpected(steps.error());
  if (steps->size() > limits.nesting) {
    return fail(ErrorCode::limit, "a path of fewer steps", steps->size());
  }
  if (tree.node_count() == 0) return std::vector<Selected>{};
  return Selection(tree, *steps, limits).run();
}

std::optional<NodeId> find_path(const Tree& tree, NodeId start, std::string_view path) {
  const auto steps = parse_path(path);
  if (!steps || start >= tree.node_count()) return std::nullopt;
  NodeId node = start;
  for (const PathStep& step : *steps) {
    if (step.kind == Kind::key) {
      const auto child = tree.find(node, step.key);
      if (!child) return std::nullopt;
      node = *child;
    } else if (step.kind == Kind::index && tree.type(node) == NodeType::array && step.index < tree.size(node)) {
      node = tree.child(node, step.index);
    } else {
      return std::nullopt;
    }
  }
  return node;
}

}  // namespace exhibit::decode
