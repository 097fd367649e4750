// NSKeyedArchiver: a property list of four keys.
//
//   $archiver  "NSKeyedArchiver"       $version  100000
//   $top       name → UID              mostly the one name "root"
//   $objects   array                   a UID is an index into it; number 0 is the string "$null", which stands for nil
//
// An object is a dictionary with "$class", the UID of {$classname, $classes}; $classes is missing now and then, so
// only $classname counts. Foundation's own classes are unwrapped; every other object keeps its keys, and its class
// name as "$class". Source: archives of iOS 15 to 17, and published descriptions.
// Objects refer to each other freely, in cycles too. Each becomes one node when something first refers to it, and is
// filled later from a list of what waits, so neither cycles nor sharing cost anything. All nodes are added to the tree
// of the property list, whose plain values are used as they are. Archives inside data stay data.
#include <algorithm>
#include <initializer_list>
#include <unordered_map>

#include "decode/tree.h"

namespace exhibit::decode {

namespace {

constexpr std::string_view kDictionaries[] = {"NSDictionary", "NSMutableDictionary"};
constexpr std::string_view kArrays[] = {"NSArray",      "NSMutableArray", "NSSet",
                                        "NSMutableSet", "NSOrderedSet",   "NSMutableOrderedSet"};
constexpr std::string_view kStrings[] = {"NSString", "NSMutableString"};
constexpr std::string_view kDatas[] = {"NSData", "NSMutableData"};

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::ranges::find(names, name) != std::end(names);
}

/// As NSUUID prints it.
std::string uuid_text(Bytes bytes) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
    text.push_back(kHex[bytes[i] >> 4]);
    text.push_back(kHex[bytes[i] & 0xf]);
  }
  return text;
}

class KeyedArchive {
 public:
  KeyedArchive(Tree tree, const Limits& limits, Where where)
      : tree_(std::move(tree)), limits_(limits), where_(where), resolved_(tree_.node_count(), kUnresolved) {}

  Result<Tree> unwrap() {
    const auto top = tree_.find(tree_.root(), "$top");
    const auto objects = tree_.find(tree_.root(), "$objects");
    if (!top || tree_.type(*top) != NodeType::dictionary || !objects || tree_.type(*objects) != NodeType::array) {
      return fail(ErrorCode::malformed, "a keyed archive with $top and $objects", 0, where_);
    }
    objects_ = *objects;
    null_ = tree_.add_null();
    const auto named_root = tree_.find(*top, "root");
    if (named_root && tree_.size(*top) > 1) {
      tree_.remark(ErrorCode::unsupported, "root alone in $top (the others are left out)", tree_.size(*top), where_);
    }
    tree_.set_root(resolve(named_root.value_or(*top)));
    while (!waiting_.empty()) {
      const Waiting next = waiting_.back();
      waiting_.pop_back();
      fill(next);
      if (tree_.child_count() > limits_.nodes) {
        return fail(ErrorCode::limit, "fewer references in the archive", tree_.child_count(), where_);
      }
    }
    return std::move(tree_);
  }

 private:
  static constexpr NodeId kUnresolved = UINT32_MAX;

  struct Waiting {
    NodeId node;    // to be filled
    NodeId source;  // the array or dictionary of the property list
  };

  /// What a UID stands for; any other node itself. An object that is a UID again is written by no archiver, so one
  /// step is enough, and it stays visible as a UID.
  NodeId dereference(NodeId node) {
    if (tree_.type(node) != NodeType::uid) return node;
    const std::uint64_t number = tree_.unsigned_integer(node);
    if (number < tree_.size(objects_)) return tree_.child(objects_, number);
    tree_.remark(ErrorCode::malformed, "a UID below the count of objects (left as it is)", number, where_);
    return node;
  }

  bool is_nil(NodeId object) const {
    return tree_.size(objects_) > 0 && object == tree_.child(objects_, 0) && tree_.type(object) == NodeType::text &&
           tree_.text(object) == "$null";
  }

  /// The unwrapped node for a value of the property list.
  NodeId resolve(NodeId value) {
    const NodeId object = dereference(value);
    if (is_nil(object)) return null_;
    const NodeType type = tree_.type(object);
    if (type != NodeType::array && type != NodeType::dictionary) return object;
    if (resolved_[object] == kUnresolved) {
      resolved_[object] = tree_.reserve();
      waiting_.push_back({resolved_[object], object});
    }
    return resolved_[object];
  }

  std::vector<NodeId> resolve_each(const std::vector<NodeId>& values) {
    std::vector<NodeId> nodes;
    nodes.reserve(values.size());
    for (const NodeId value : values) nodes.push_back(resolve(value));
    return nodes;
  }

  void fill(const Waiting& item) {
    if (tree_.type(item.source) == NodeType::array) {
      tree_.fill_array(item.node, resolve_each(children(item.source)));
      return;
    }
    const std::string_view name = class_name(item.source);
    if (is_one_of(name, kDictionaries) && fill_dictionary(item)) return;
    if (is_one_of(name, kArrays) && fill_array(item)) return;
    if (const auto value = plain_value(item.source, name)) {
      tree_.fill_copy(item.node, *value);
    } else {
      fill_members(item, name);
    }
  }

  /// Empty for a dictionary that is no object.
  std::string_view class_name(NodeId object) {
    const auto class_uid = tree_.find(object, "$class");
    if (!class_uid || tree_.type(*class_uid) != NodeType::uid) return {};
    const auto [known, is_new] = class_names_.emplace(*class_uid, "(no class name)");
    if (is_new) {
      const auto name = tree_.find(dereference(*class_uid), "$classname");
      if (name && tree_.type(*name) == NodeType::text) known->second = tree_.text(*name);
    }
    return known->second;
  }

  std::vector<NodeId> children(NodeId container) const {
    std::vector<NodeId> nodes;
    nodes.reserve(tree_.size(container));
    for (std::size_t i = 0; i < tree_.size(container); ++i) nodes.push_back(tree_.child(container, i));
    return nodes;
  }

  /// A subclass adds keys of its own: those must not be lost, so such an object is not unwrapped.
  bool has_foundation_keys_only(NodeId object) const {
    for (std::size_t i = 0; i < tree_.size(object); ++i) {
      const std::string_view key = tree_.key(object, i);
      if (!key.starts_with("NS.") && key != "$class") return false;
    }
    return true;
  }

  bool fill_array(const Waiting& item) {
    const auto elements = values_of(item.source, "NS.objects", "NS.object.");
    if (!elements || !has_foundation_keys_only(item.source)) return false;
    tree_.fill_array(item.node, resolve_each(*elements));
    return true;
  }

  bool fill_dictionary(const Waiting& item) {
    const auto keys = values_of(item.source, "NS.keys", "NS.key.");
    const auto values = values_of(item.source, "NS.objects", "NS.object.");
    if (!keys || !values || keys->size() != values->size() || !has_foundation_keys_only(item.source)) return false;
    std::vector<std::string_view> names;
    for (const NodeId key : *keys) {
      const auto name = key_text(key);
      if (!name) return false;
      names.push_back(*name);
    }
    tree_.fill_dictionary(item.node, names, resolve_each(*values));
    return true;
  }

  /// The values under one key, or under numbered keys as older archives have them; nothing if neither adds up.
  std::optional<std::vector<NodeId>> values_of(NodeId object, std::string_view key, std::string_view prefix) {
    if (const auto array = tree_.find(object, key)) {
      if (tree_.type(*array) != NodeType::array) return std::nullopt;
      return children(*array);
    }
    std::unordered_map<std::string_view, NodeId> numbered;
    for (std::size_t i = 0; i < tree_.size(object); ++i) {
      if (tree_.key(object, i).starts_with(prefix)) numbered.emplace(tree_.key(object, i), tree_.child(object, i));
    }
    std::vector<NodeId> values;
    while (values.size() < numbered.size()) {
      const auto next = numbered.find(std::string(prefix) + std::to_string(values.size()));
      if (next == numbered.end()) return std::nullopt;
      values.push_back(next->second);
    }
    return values;
  }

  /// Nothing if the key is no text, number or object that stands for one.
  std::optional<std::string_view> key_text(NodeId key) {
    const NodeId object = dereference(key);
    const auto [known, is_new] = key_texts_.emplace(object, std::nullopt);
    if (!is_new || is_nil(object)) return known->second;
    NodeId value = object;
    if (tree_.type(object) == NodeType::dictionary) {
      value = plain_value(object, class_name(object)).value_or(object);
    }
    switch (tree_.type(value)) {
      case NodeType::text:
        known->second = tree_.text(value);
        break;
      case NodeType::boolean:
        known->second = tree_.boolean(value) ? "true" : "false";
        break;
      case NodeType::integer:
        known->second = tree_.keep(std::to_string(tree_.integer(value)));
        break;
      case NodeType::unsigned_integer:
        known->second = tree_.keep(std::to_string(tree_.unsigned_integer(value)));
        break;
      default:
        break;
    }
    return known->second;
  }

  /// The value of an object of one of Foundation's classes for single values.
  std::optional<NodeId> plain_value(NodeId object, std::string_view name) {
    if (is_one_of(name, kStrings)) return string_value(object);
    if (is_one_of(name, kDatas)) return sole_value(object, {"NS.data", "NS.bytes"}, {NodeType::data});
    if (name == "NSNumber") {
      return sole_value(object, {"NS.number", "NS.intval", "NS.dblval", "NS.boolval"},
                        {NodeType::integer, NodeType::unsigned_integer, NodeType::real, NodeType::boolean});
    }
    if (name == "NSDate") return date_value(object);
    if (name == "NSURL") return url_value(object);
    if (name == "NSUUID") return uuid_value(object);
    if (name == "NSNull" && tree_.size(object) == 1) return null_;
    return std::nullopt;
  }

  /// The value beside "$class", if there is but one, under one of these keys and of one of these types.
  std::optional<NodeId> sole_value(NodeId object, std::initializer_list<std::string_view> keys,
                                   std::initializer_list<NodeType> types) {
    if (tree_.size(object) != 2) return std::nullopt;
    for (const std::string_view key : keys) {
      const auto found = tree_.find(object, key);
      if (!found) continue;
      const NodeId value = dereference(*found);
      const bool fits = std::ranges::find(types, tree_.type(value)) != types.end();
      return fits ? std::optional(value) : std::nullopt;
    }
    return std::nullopt;
  }

  std::optional<NodeId> string_value(NodeId object) {
    if (const auto text = sole_value(object, {"NS.string"}, {NodeType::text})) return text;
    const auto bytes = sole_value(object, {"NS.bytes"}, {NodeType::data});
    if (!bytes) return std::nullopt;
    return tree_.add_text(as_text(tree_.bytes(*bytes)));
  }

  std::optional<NodeId> date_value(NodeId object) {
    const auto time = sole_value(object, {"NS.time"}, {NodeType::real, NodeType::integer});
    if (!time) return std::nullopt;
    const bool is_real = tree_.type(*time) == NodeType::real;
    return tree_.add_date(is_real ? tree_.real(*time) : static_cast<double>(tree_.integer(*time)));
  }

  /// A URL relative to another stays an object of both: joining them is the reader's to decide.
  std::optional<NodeId> url_value(NodeId object) {
    const auto relative = tree_.find(object, "NS.relative");
    const auto base = tree_.find(object, "NS.base");
    const bool has_base = base && !is_nil(dereference(*base));
    if (!relative || has_base || tree_.size(object) != (base ? 3 : 2)) return std::nullopt;
    const NodeId text = dereference(*relative);
    if (tree_.type(text) == NodeType::text) return text;
    if (tree_.type(text) != NodeType::dictionary || !is_one_of(class_name(text), kStrings)) return std::nullopt;
    return string_value(text);
  }

  std::optional<NodeId> uuid_value(NodeId object) {
    const auto bytes = sole_value(object, {"NS.uuidbytes"}, {NodeType::data});
    if (!bytes || tree_.bytes(*bytes).size() != 16) return std::nullopt;
    return tree_.add_text(tree_.keep(uuid_text(tree_.bytes(*bytes))));
  }

  void fill_members(const Waiting& item, std::string_view name) {
    std::vector<std::string_view> keys;
    std::vector<NodeId> values;
    if (!name.empty()) {
      keys.push_back("$class");
      values.push_back(tree_.add_text(name));
    }
    for (std::size_t i = 0; i < tree_.size(item.source); ++i) {
      const std::string_view key = tree_.key(item.source, i);
      if (!name.empty() && key == "$class") continue;
      keys.push_back(key);
      values.push_back(resolve(tree_.child(item.source, i)));
    }
    tree_.fill_dictionary(item.node, keys, values);
  }

  Tree tree_;
  const Limits& limits_;
  Where where_;
  NodeId objects_ = 0;
  NodeId null_ = 0;
  std::vector<NodeId> resolved_;  // by node of the property list
  std::vector<Waiting> waiting_;
  std::unordered_map<NodeId, std::string_view> class_names_;  // by UID node
  std::unordered_map<NodeId, std::optional<std::string_view>> key_texts_;
};

}  // namespace

Result<Tree> read_keyed_archive(Bytes bytes, const Limits& limits, Where where) {
  auto plist = read_plist(bytes, limits, where);
  if (!plist) return plist;
  return KeyedArchive(std::move(*plist), limits, where).unwrap();
}

}  // namespace exhibit::decode
