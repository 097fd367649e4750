// What property lists, keyed archives, JSON and XML decode to: one flat table of typed nodes. Children are numbers, so
// shared objects cost nothing, and a keyed archive may even hold cycles: whoever walks counts its steps and keeps the
// path (select() does). Text and data are views into the input or into the tree: the input must outlive it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace exhibit::decode {

enum class NodeType : std::uint8_t {
  null,
  boolean,
  integer,           ///< signed 64 bits
  unsigned_integer,  ///< above INT64_MAX only
  real,
  date,  ///< real(): Apple absolute seconds
  data,
  text,   ///< UTF-8; lone surrogates of UTF-16 in three bytes, so is_utf8() tells
  uid,    ///< integer(): of a keyed archive's plist
  array,  ///< also sets and ordered sets
  dictionary,
};

using NodeId = std::uint32_t;

class Tree {
 public:
  Tree() = default;
  Tree(Tree&&) = default;
  Tree& operator=(Tree&&) = default;
  Tree(const Tree&) = delete;  // a copy's views would look into the tree it was copied from
  Tree& operator=(const Tree&) = delete;

  NodeId root() const { return root_; }
  NodeType type(NodeId node) const { return nodes_[node].type; }
  bool boolean(NodeId node) const { return nodes_[node].integer != 0; }
  std::int64_t integer(NodeId node) const { return nodes_[node].integer; }
  std::uint64_t unsigned_integer(NodeId node) const { return static_cast<std::uint64_t>(nodes_[node].integer); }
  double real(NodeId node) const { return nodes_[node].real; }
  Bytes bytes(NodeId node) const { return nodes_[node].bytes; }
  std::string_view text(NodeId node) const { return as_text(nodes_[node].bytes); }

  /// Elements of an array, entries of a dictionary.
  std::size_t size(NodeId node) const { return nodes_[node].count; }
  NodeId child(NodeId node, std::size_t i) const { return children_[nodes_[node].first + i]; }
  /// A dictionary's key. Keys that are no strings are shown as text ("7", "true").
  std::string_view key(NodeId node, std::size_t i) const { return keys_[nodes_[node].first_key + i]; }
  /// The value of a dictionary's (first) entry with this key.
  std::optional<NodeId> find(NodeId node, std::string_view key) const;
  /// What was read, but not without doubt or not in whole: bytes that are no ASCII in an ASCII string, objects that
  /// nothing refers to. Each kind at most once, at its first place.
  const std::vector<Error>& remarks() const { return remarks_; }

  // For the decoders.
  NodeId add_null();
  NodeId add_boolean(bool value);
  NodeId add_integer(std::int64_t value);
  NodeId add_unsigned(std::uint64_t value);
  NodeId add_real(double value);
  NodeId add_date(double apple_seconds);
  NodeId add_data(Bytes value);
  NodeId add_text(std::string_view value);
  NodeId add_uid(std::uint64_t value);
  NodeId add_array(const std::vector<NodeId>& elements);
  NodeId add_dictionary(const std::vector<std::string_view>& keys, const std::vector<NodeId>& values);
  /// A null node that a later fill gives its value: for containers whose children are not known yet.
  NodeId reserve();
  void fill_array(NodeId node, const std::vector<NodeId>& elements);
  void fill_dictionary(NodeId node, const std::vector<std::string_view>& keys, const std::vector<NodeId>& values);
  /// Makes `node` equal to `source`; a container's children are then shared.
  void fill_copy(NodeId node, NodeId source) { nodes_[node] = nodes_[source]; }
  void remark(ErrorCode code, Literal expected, std::uint64_t found, Where where);
  /// Keeps a string that no input holds (a converted UTF-16 text), and gives a view of it.
  std::string_view keep(std::string text) { return keep(std::make_unique<const std::string>(std::move(text))); }
  /// The same for a text that there are views of already.
  std::string_view keep(std::unique_ptr<const std::string> text) { return *kept_.emplace_back(std::move(text)); }
  void set_root(NodeId node) { root_ = node; }
  std::size_t node_count() const { return nodes_.size(); }
  std::size_t child_count() const { return children_.size(); }

 private:
  struct Node {
    NodeType type = NodeType::null;
    std::uint32_t count = 0;
    std::uint32_t first = 0;
    std::uint32_t first_key = 0;
    std::int64_t integer = 0;
    double real = 0;
    Bytes bytes;
  };

  NodeId add(const Node& node);

  std::vector<Node> nodes_;
  std::vector<NodeId> children_;
  std::vector<std::string_view> keys_;
  std::vector<std::unique_ptr<const std::string>> kept_;  // apart from the vector, so that views stay valid
  std::vector<Error> remarks_;
  NodeId root_ = 0;
};

/// A place that a path selects. `path` is exact: "$.networks[3].BSSID"; keys that are no plain words are quoted as
/// $['key'] with \' and \\ escaped.
struct Selected {
  NodeId node;
  std::string path;
  std::string key;                     ///< the last step: dictionary key or array index
  std::vector<std::size_t> wildcards;  ///< for each * or [*] of the path, which entry it stood for
};

/// Paths: $ (root), .name, ['name'], [n], .* (all values of a dictionary), [*] (all elements of an array). What does
/// not exist selects nothing. A malformed path, a cycle and more than limits.nodes steps are errors.
Result<std::vector<Selected>> select(const Tree& tree, std::string_view path, const Limits& limits);

/// The one node at a path without wildcards, relative to `start` ("a.b[2].c", "$" in front allowed); nothing if absent.
std::optional<NodeId> find_path(const Tree& tree, NodeId start, std::string_view path);

/// Binary (bplist00), XML and old ASCII property lists, told apart by content. Other versions are refused by number.
Result<Tree> read_plist(Bytes bytes, const Limits& limits, Where where = {});

/// NSKeyedArchiver, from its property list (either form), unwrapped: dictionaries, arrays, sets, strings, data, dates,
/// URLs, UUIDs, numbers become plain nodes; an object of another class is a dictionary of its keys with "$class". The
/// root is the object named "root" in $top, else a dictionary of all of $top.
Result<Tree> read_keyed_archive(Bytes bytes, const Limits& limits, Where where = {});

/// RFC 8259. Duplicate keys are kept; numbers that are integers and fit 64 bits are integers.
Result<Tree> read_json(Bytes bytes, const Limits& limits, Where where = {});

/// An element is a dictionary: attributes as "@name", child elements by name (an array where a name repeats), text as
/// "#text"; an element with text alone is that text. The root is a dictionary with the root element's name.
Result<Tree> read_xml(Bytes bytes, const Limits& limits, Where where = {});

}  // namespace exhibit::decode
