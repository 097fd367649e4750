// How Foundation's classes write themselves into a typedstream:
//
//   NSString            "+" the UTF-8 text
//   NSAttributedString  "@" string; then runs: "iI" number of a set of attributes, length in UTF-16 units; a number
//                       higher than any before is followed by "@" NSDictionary, the set
//   NSDictionary        "i" count; then "@" key, "@" value, …
//   NSArray, NSSet      "i" count; then "@" element, …
//   NSNumber            "*" type encoding; then the value
//   NSData              "i" length; "[nc]" bytes
//   NSURL               "c" is it relative, then "@" base if so; "@" string
//   NSDate              "d" Apple absolute seconds
#include "decode/typedstream.h"

#include <array>
#include <charconv>
#include <map>

#include "base/unicode.h"
#include "typedstream_objects.h"

namespace exhibit::decode {

namespace {

using Kind = TypedValue::Kind;

/// Containers in containers that are written out; deeper ones are named only.
constexpr std::uint32_t kShownDepth = 8;
/// Text made for attributes. Sets are shared by runs and objects by sets: without a limit a small archive would make
/// much of it. Real bodies stay below a few kilobytes.
constexpr std::size_t kAttributeBytes = 4 << 20;
/// A class may name itself as its superclass.
constexpr std::size_t kSuperclasses = 64;

std::uint64_t utf16_length(std::string_view text) {
  std::uint64_t units = 0;
  for (std::size_t position = 0; position < text.size();) {
    const auto code_point = next_utf8(text, position);
    if (!code_point) ++position;
    units += code_point && *code_point > 0xFFFF ? 2u : 1u;
  }
  return units;
}

std::string real_text(double value) {
  std::array<char, 32> digits;
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  return {digits.data(), result.ptr};
}

class Interpreter {
 public:
  Interpreter(const TypedStream& stream, Where where) : stream_(stream), where_(where) {}

  Result<AttributedText> read() {
    if (stream_.groups.empty() || !first_object(stream_.groups[0])) return refuse();
    const TypedObject& root = *first_object(stream_.groups[0]);
    AttributedText out;
    out.consumed_all = stream_.consumed_all;
    out.damage = stream_.damage;
    if (const auto text = string_of(root)) {
      out.text = *text;
      return out;
    }
    if (!is_kind_of(root, "NSAttributedString") || root.groups.empty()) return refuse();
    const TypedObject* const string = first_object(root.groups[0]);
    const auto text = string == nullptr ? std::nullopt : string_of(*string);
    if (!text) return refuse();
    out.text = *text;
    read_runs(root, out);
    return out;
  }

 private:
  using Attributes = std::vector<std::pair<std::string, std::string>>;

  std::unexpected<Error> refuse() const {
    if (stream_.damage) return std::unexpected(*stream_.damage);
    return fail(ErrorCode::unsupported, "an NSString or NSAttributedString", 0, where_);
  }

  const TypedObject* object_at(const TypedValue& value) const {
    return value.kind == Kind::object ? &stream_.objects[value.object] : nullptr;
  }

  const TypedObject* first_object(const TypedGroup& group) const {
    return group.values.empty() ? nullptr : object_at(group.values[0]);
  }

  std::string_view class_name(const TypedObject& object) const {
    if (object.kind == TypedObject::Kind::class_description) return object.name;
    return object.class_number ? stream_.objects[*object.class_number].name : std::string_view();
  }

  bool is_kind_of(const TypedObject& object, std::string_view name) const {
    if (object.kind != TypedObject::Kind::instance) return false;
    std::optional<std::size_t> class_number = object.class_number;
    for (std::size_t i = 0; class_number && i < kSuperclasses; ++i) {
      if (stream_.objects[*class_number].name == name) return true;
      class_number = stream_.objects[*class_number].class_number;
    }
    return false;
  }

  std::optional<std::string_view> string_of(const TypedObject& object) const {
    if (!is_kind_of(object, "NSString") || object.groups.empty()) return std::nullopt;
    const TypedGroup& group = object.groups[0];
    if (group.values.size() != 1 || group.values[0].kind != Kind::bytes) return std::nullopt;
    return as_text(group.values[0].bytes);
  }

  void read_runs(const TypedObject& root, AttributedText& out) {
    std::map<std::int64_t, Attributes> sets;
    std::uint64_t start = 0;
    for (std::size_t i = 1; i < root.groups.size(); ++i) {
      const TypedGroup& group = root.groups[i];
      if (group.types != "iI" || group.values.size() != 2) {
        if (!out.damage) out.damage = Error{ErrorCode::malformed, "a run's set and length", i, where_};
        break;
      }
      const std::int64_t number = group.values[0].integer;
      if (sets.empty() || number > sets.rbegin()->first) {
        const TypedObject* const set = ++i < root.groups.size() ? first_object(root.groups[i]) : nullptr;
        if (set == nullptr) {
          if (!out.damage) out.damage = Error{ErrorCode::malformed, "the attributes of a run", i, where_};
          break;
        }
        sets[number] = attributes_of(*set);
      } else if (!sets.contains(number)) {
        if (!out.damage) out.damage = Error{ErrorCode::malformed, "a known set of attributes", i, where_};
        break;
      }
      const auto length = static_cast<std::uint64_t>(group.values[1].integer);
      out.runs.push_back({.length_utf16 = length, .start_utf16 = start, .attributes = sets[number]});
      for (const auto& [name, value] : sets[number]) spend(name.size() + value.size() + sizeof(Attributes::value_type));
      start += length;
      if (is_over_limit_) {
        out.damage = Error{ErrorCode::limit, "attributes of fewer bytes", kAttributeBytes, where_};
        break;
      }
    }
    out.runs_cover_text = start == utf16_length(out.text);
  }

  void spend(std::size_t bytes) {
    if (bytes > bytes_left_) is_over_limit_ = true;
    bytes_left_ -= std::min(bytes, bytes_left_);
  }

  /// What follows the count of a container.
  std::vector<TypedValue> members(const TypedObject& container) const {
    std::vector<TypedValue> values;
    for (std::size_t i = 1; i < container.groups.size(); ++i) {
      values.insert(values.end(), container.groups[i].values.begin(), container.groups[i].values.end());
    }
    return values;
  }

  Attributes attributes_of(const TypedObject& set) {
    Attributes attributes;
    const std::vector<TypedValue> values = members(set);
    for (std::size_t i = 0; i + 1 < values.size() && !is_over_limit_; i += 2) {
      attributes.emplace_back(shown(values[i], 0), shown(values[i + 1], 0));
    }
    return attributes;
  }

  std::string shown(const TypedValue& value, std::uint32_t depth) {
    std::string text;
    switch (value.kind) {
      case Kind::nil:
        text = "nil";
        break;
      case Kind::integer:
        text = std::to_string(value.integer);
        break;
      case Kind::real:
        text = real_text(value.real);
        break;
      case Kind::bytes:
        text = as_text(value.bytes);
        break;
      case Kind::object:
        return shown(stream_.objects[value.object], depth);
    }
    spend(text.size() + 1);
    return text;
  }

  std::string shown(const TypedObject& object, std::uint32_t depth) {
    spend(1);
    if (is_over_limit_) return {};
    if (object.kind == TypedObject::Kind::c_string) return std::string(as_text(object.bytes));
    if (const auto text = string_of(object)) {
      spend(text->size());
      return std::string(*text);
    }
    const std::size_t groups = object.groups.size();
    if (is_kind_of(object, "NSNumber") && groups == 2) return only_value(object.groups[1], depth);
    if (is_kind_of(object, "NSDate") && groups == 1) return only_value(object.groups[0], depth);
    if (is_kind_of(object, "NSURL") && groups == 2) return only_value(object.groups[1], depth + 1);
    if (is_kind_of(object, "NSData") && groups == 2) return hex(object.groups[1]);
    const bool is_dictionary = is_kind_of(object, "NSDictionary");
    const bool is_list = is_kind_of(object, "NSArray") || is_kind_of(object, "NSSet");
    if (depth < kShownDepth && (is_dictionary || is_list)) return shown_members(object, is_dictionary, depth);
    return "<" + std::string(class_name(object)) + ">";
  }

  std::string shown_members(const TypedObject& container, bool is_dictionary, std::uint32_t depth) {
    std::string text = is_dictionary ? "{" : "[";
    const std::vector<TypedValue> values = members(container);
    for (std::size_t i = 0; i < values.size() && !is_over_limit_; ++i) {
      if (i > 0) text.append(is_dictionary && i % 2 == 1 ? ": " : ", ");
      text.append(shown(values[i], depth + 1));
    }
    return text + (is_dictionary ? "}" : "]");
  }

  std::string only_value(const TypedGroup& group, std::uint32_t depth) {
    if (group.values.size() != 1 || depth > kShownDepth) return "<" + std::string(group.types) + ">";
    return shown(group.values[0], depth);
  }

  std::string hex(const TypedGroup& group) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const TypedValue& value : group.values) {
      spend(value.bytes.size() * 2);
      if (is_over_limit_) return text;
      for (const std::uint8_t byte : value.bytes) {
        text.push_back(kDigits[byte >> 4]);
        text.push_back(kDigits[byte & 0xf]);
      }
    }
    return text;
  }

  const TypedStream& stream_;
  Where where_;
  std::size_t bytes_left_ = kAttributeBytes;
  bool is_over_limit_ = false;
};

}  // namespace

Result<AttributedText> read_typedstream(Bytes bytes, const Limits& limits, Where where) {
  const TypedStream stream = read_typed_objects(bytes, limits, where);
  return Interpreter(stream, where).read();
}

}  // namespace exhibit::decode
