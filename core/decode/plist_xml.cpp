// XML property lists. Elements: dict (key and value in turn), array, string, integer (decimal, or hex after 0x), real,
// date (ISO 8601, UTC), data (base64), true, false. A dictionary {CF$UID: n} stands for a UID, which the form lacks.
// The document type and its entities have no effect. Source: Apple's DTD and manual page plist(5).
#include <array>
#include <charconv>
#include <cstdlib>

#include "base/time.h"
#include "base64.h"
#include "plist.h"
#include "xml_document.h"

namespace exhibit::decode {

namespace {

/// Apple absolute time counts from 2001-01-01T00:00:00Z.
constexpr std::int64_t kAppleEpochUs = 978307200 * std::int64_t{1'000'000};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

class XmlPlist {
 public:
  explicit XmlPlist(const XmlDocument& document) : document_(document) {}

  Result<Tree> read() {
    pugi::xml_node value = document_.root();
    if (std::string_view(value.name()) == "plist") {
      const auto values = elements(value);
      if (!values) return std::unexpected(values.error());
      if (values->size() != 1) return refuse("one value in the list", values->size(), value);
      value = values->front();
    }
    const auto root = read_value(value);
    if (!root) return std::unexpected(root.error());
    tree_.set_root(*root);
    return std::move(tree_);
  }

 private:
  /// The elements below one that holds no text.
  Result<std::vector<pugi::xml_node>> elements(pugi::xml_node parent) {
    std::vector<pugi::xml_node> found;
    for (const pugi::xml_node child : parent.children()) {
      if (child.type() == pugi::node_element) found.push_back(child);
    }
    const auto text = document_.text(parent);
    if (!text) return std::unexpected(text.error());
    if (!is_xml_space(*text)) return refuse("no text between the elements", text->size(), first_text(parent));
    return found;
  }

  static pugi::xml_node first_text(pugi::xml_node parent) {
    for (const pugi::xml_node child : parent.children()) {
      if (child.type() != pugi::node_element && !is_xml_space(child.value())) return child;
    }
    return parent;
  }

  // As deep as the document, whose depth is limited.
  Result<NodeId> read_value(pugi::xml_node element) {
    const std::string_view name = element.name();
    if (name == "dict") return read_dictionary(element);
    if (name == "array") return read_array(element);
    const auto text = read_text(element);
    if (!text) return std::unexpected(text.error());
    if (name == "string") return tree_.add_text(tree_.keep(*text));
    if (name == "integer") return read_integer(trimmed(*text), element);
    if (name == "real") return read_real(trimmed(*text), element);
    if (name == "date") return read_date(trimmed(*text), element);
    if (name == "true" && is_xml_space(*text)) return tree_.add_boolean(true);
    if (name == "false" && is_xml_space(*text)) return tree_.add_boolean(false);
    if (name != "data") return refuse("an element of property lists", 0, element);
    auto data = bytes_from_base64(*text);
    if (!data) return refuse("base64", text->size(), element);
    return tree_.add_data(as_bytes(tree_.keep(std::move(*data))));
  }

  Result<std::string> read_text(pugi::xml_node element) {
    for (const pugi::xml_node child : element.children()) {
      if (child.type() == pugi::node_element) return refuse("text alone in the element", 0, child);
    }
    return document_.text(element);
  }

  Result<NodeId> read_array(pugi::xml_node element) {
    const auto children = elements(element);
    if (!children) return std::unexpected(children.error());
    std::vector<NodeId> values;
    for (const pugi::xml_node child : *children) {
      const auto value = read_value(child);
      if (!value) return value;
      values.push_back(*value);
    }
    return tree_.add_array(values);
  }

  Result<NodeId> read_dictionary(pugi::xml_node element) {
    const auto children = elements(element);
    if (!children) return std::unexpected(children.error());
    std::vector<std::string_view> keys;
    std::vector<NodeId> values;
    for (std::size_t i = 0; i < children->size(); ++i) {
      const pugi::xml_node child = (*children)[i];
      const bool is_key = std::string_view(child.name()) == "key";
      if (is_key != (i % 2 == 0)) return refuse("key and value in turn", i, child);
      if (is_key) {
        auto key = read_text(child);
        if (!key) return std::unexpected(key.error());
        keys.push_back(tree_.keep(std::move(*key)));
      } else {
        const auto value = read_value(child);
        if (!value) return value;
        values.push_back(*value);
      }
    }
    if (keys.size() != values.size()) return refuse("a value for each key", children->size(), children->back());
    const bool is_uid = keys.size() == 1 && keys[0] == "CF$UID" && tree_.type(values[0]) == NodeType::integer;
    if (is_uid && tree_.integer(values[0]) >= 0) return tree_.add_uid(tree_.unsigned_integer(values[0]));
    return tree_.add_dictionary(keys, values);
  }

  Result<NodeId> read_integer(std::string_view text, pugi::xml_node element) {
    std::string_view digits = text;
    const bool is_negative = digits.starts_with('-');
    if (is_negative || digits.starts_with('+')) digits.remove_prefix(1);
    const bool is_hex = digits.starts_with("0x") || digits.starts_with("0X");
    if (is_hex) digits.remove_prefix(2);
    std::uint64_t size = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, is_hex ? 16 : 10);
    const bool fits = error == std::errc() && (!is_negative || size <= std::uint64_t{1} << 63);
    if (!fits || stop != digits.data() + digits.size()) return refuse("an integer of 64 bits", text.size(), element);
    if (!is_negative) return tree_.add_unsigned(size);
    return tree_.add_integer(static_cast<std::int64_t>(0 - size));
  }

  Result<NodeId> read_real(std::string_view text, pugi::xml_node element) {
    std::string_view digits = text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    double value = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || stop != digits.data() + digits.size())
      return refuse("a real number", text.size(), element);
    return tree_.add_real(value);
  }

  Result<NodeId> read_date(std::string_view text, pugi::xml_node element) {
    const TimeReading time = iso_time(text);
    if (time.reading != Reading::moment) return refuse("a date as 2001-01-01T00:00:00Z", text.size(), element);
    return tree_.add_date(static_cast<double>(time.moment.us - kAppleEpochUs) / 1e6);
  }

  std::unexpected<Error> refuse(Literal expected, std::uint64_t found, pugi::xml_node at) const {
    return std::unexpected(document_.error(ErrorCode::malformed, expected, found, at));
  }

  const XmlDocument& document_;
  Tree tree_;
};

}  // namespace

Result<Tree> read_xml_plist(Bytes bytes, const Limits& limits, Where where) {
  const auto document = XmlDocument::read(bytes, limits, where);
  if (!document) return std::unexpected(document.error());
  return XmlPlist(*document).read();
}

}  // namespace exhibit::decode
