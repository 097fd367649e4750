#include "decode/tree.h"

#include <algorithm>

namespace exhibit::decode {

std::optional<NodeId> Tree::find(NodeId node, std::string_view key) const {
  if (type(node) != NodeType::dictionary) return std::nullopt;
  for (std::size_t i = 0; i < size(node); ++i) {
    if (this->key(node, i) == key) return child(node, i);
  }
  return std::nullopt;
}

NodeId Tree::add(const Node& node) {
  nodes_.push_back(node);
  return static_cast<NodeId>(nodes_.size() - 1);
}

NodeId Tree::add_null() { return add({}); }
NodeId Tree::add_boolean(bool value) { return add({.type = NodeType::boolean, .integer = value ? 1 : 0}); }
NodeId Tree::add_integer(std::int64_t value) { return add({.type = NodeType::integer, .integer = value}); }

NodeId Tree::add_unsigned(std::uint64_t value) {
  const auto bits = static_cast<std::int64_t>(value);
  return add({.type = bits < 0 ? NodeType::unsigned_integer : NodeType::integer, .integer = bits});
}

NodeId Tree::add_real(double value) { return add({.type = NodeType::real, .real = value}); }
NodeId Tree::add_date(double apple_seconds) { return add({.type = NodeType::date, .real = apple_seconds}); }
NodeId Tree::add_data(Bytes value) { return add({.type = NodeType::data, .bytes = value}); }
NodeId Tree::add_text(std::string_view value) { return add({.type = NodeType::text, .bytes = as_bytes(value)}); }
NodeId Tree::add_uid(std::uint64_t value) {
  return add({.type = NodeType::uid, .integer = static_cast<std::int64_t>(value)});
}

NodeId Tree::add_array(const std::vector<NodeId>& elements) {
  const NodeId node = reserve();
  fill_array(node, elements);
  return node;
}

NodeId Tree::add_dictionary(const std::vector<std::string_view>& keys, const std::vector<NodeId>& values) {
  const NodeId node = reserve();
  fill_dictionary(node, keys, values);
  return node;
}

NodeId Tree::reserve() { return add({}); }

void Tree::fill_array(NodeId node, const std::vector<NodeId>& elements) {
  nodes_[node] = {.type = NodeType::array,
                  .count = static_cast<std::uint32_t>(elements.size()),
                  .first = static_cast<std::uint32_t>(children_.size()),
                  .bytes = {}};
  children_.insert(children_.end(), elements.begin(), elements.end());
}

void Tree::fill_dictionary(NodeId node, const std::vector<std::string_view>& keys, const std::vector<NodeId>& values) {
  fill_array(node, values);
  nodes_[node].type = NodeType::dictionary;
  nodes_[node].first_key = static_cast<std::uint32_t>(keys_.size());
  keys_.insert(keys_.end(), keys.begin(), keys.end());
}

void Tree::remark(ErrorCode code, Literal expected, std::uint64_t found, Where where) {
  const auto is_same = [&](const Error& known) { return known.expected.view() == expected.view(); };
  if (std::ranges::none_of(remarks_, is_same)) remarks_.push_back({code, expected, found, where});
}

}  // namespace exhibit::decode
