// What the development evidence tells beside its files: JSON, made by other tools.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "decode/tree.h"
#include "evidence_folder.h"

namespace exhibit::tests {

class GroundTruth {
 public:
  explicit GroundTruth(const std::string& name) {
    std::ifstream file(evidence_folder() / name, std::ios::binary);
    bytes_.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    auto tree = decode::read_json(as_bytes(bytes_), {});
    if (tree) {
      tree_ = *std::move(tree);
    } else {
      ADD_FAILURE() << name << ": " << error_text(tree.error());
    }
  }

  std::vector<decode::NodeId> rows(std::string_view path) const {
    std::vector<decode::NodeId> nodes;
    const auto selected = decode::select(tree_, path, {});
    if (!selected) ADD_FAILURE() << path << ": " << error_text(selected.error());
    if (selected)
      for (const decode::Selected& row : *selected) nodes.push_back(row.node);
    return nodes;
  }

  std::string text(decode::NodeId row, std::string_view key) const {
    const auto node = tree_.find(row, key);
    if (!node) ADD_FAILURE() << "no " << key;
    return node ? std::string(tree_.text(*node)) : std::string();
  }
  std::string text(std::string_view key) const { return text(tree_.root(), key); }

  std::int64_t number(decode::NodeId row, std::string_view key) const {
    const auto node = tree_.find(row, key);
    if (!node) ADD_FAILURE() << "no " << key;
    return node ? tree_.integer(*node) : -1;
  }

 private:
  std::string bytes_;
  decode::Tree tree_;
};

}  // namespace exhibit::tests
