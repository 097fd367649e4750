#include <map>

#include "decode/tree.h"
#include "xml_document.h"

namespace exhibit::decode {

namespace {

class XmlTree {
 public:
  explicit XmlTree(const XmlDocument& document) : document_(document) {}

  Result<Tree> read() {
    const auto root = read_element(document_.root());
    if (!root) return std::unexpected(root.error());
    tree_.set_root(tree_.add_dictionary({tree_.keep(document_.root().name())}, {*root}));
    return std::move(tree_);
  }

 private:
  // As deep as the document, whose depth is limited.
  Result<NodeId> read_element(pugi::xml_node element) {
    Members members;
    for (const pugi::xml_attribute attribute : element.attributes()) {
      auto value = document_.value(attribute, element);
      if (!value) return std::unexpected(value.error());
      members.put("@" + std::string(attribute.name()), tree_.add_text(tree_.keep(std::move(*value))));
    }
    for (const pugi::xml_node child : element.children()) {
      if (child.type() != pugi::node_element) continue;
      const auto value = read_element(child);
      if (!value) return value;
      members.put(child.name(), *value);
    }
    auto text = document_.text(element);
    if (!text) return std::unexpected(text.error());
    if (members.names.empty()) return tree_.add_text(tree_.keep(std::move(*text)));
    if (!is_xml_space(*text)) members.put("#text", tree_.add_text(tree_.keep(std::move(*text))));
    return add(members);
  }

  /// What an element holds, by name, in the order of first appearance.
  struct Members {
    std::map<std::string, std::size_t> place;
    std::vector<std::string> names;
    std::vector<std::vector<NodeId>> values;

    void put(const std::string& name, NodeId value) {
      const auto [known, is_new] = place.emplace(name, names.size());
      if (is_new) {
        names.push_back(name);
        values.emplace_back();
      }
      values[known->second].push_back(value);
    }
  };

  NodeId add(const Members& members) {
    std::vector<std::string_view> keys;
    std::vector<NodeId> values;
    for (std::size_t i = 0; i < members.names.size(); ++i) {
      keys.push_back(tree_.keep(members.names[i]));
      const std::vector<NodeId>& same = members.values[i];
      values.push_back(same.size() == 1 ? same[0] : tree_.add_array(same));
    }
    return tree_.add_dictionary(keys, values);
  }

  const XmlDocument& document_;
  Tree tree_;
};

}  // namespace

Result<Tree> read_xml(Bytes bytes, const Limits& limits, Where where) {
  const auto document = XmlDocument::read(bytes, limits, where);
  if (!document) return std::unexpected(document.error());
  return XmlTree(*document).read();
}

}  // namespace exhibit::decode
