// typedstream: what NSArchiver writes.
//
//   head    04, coded length 0B, "streamtyped" (little-endian) or "typedstream" (big-endian), coded system version
//   then groups until the end
//
// A coded integer is one byte, as a signed number, except:
//   81 int16 follows   82 int32 follows   83 float or double follows   84 NEW   85 NIL   86 END   80, 87 to 91 reserved
// Where an object or a shared string is expected, an integer + 110 is the number of one met before.
//
//   group          shared string (the type encoding), one value for each type in it
//   shared string  NEW, length, bytes: takes the next number of the string table; or a reference; or NIL
//   object  @      NEW, class, groups, END; or a reference into the object table; or NIL
//   class   #      NEW, shared string (name), version, class (superclass); or a reference; or NIL, which ends the chain
//   text    *      NEW, shared string; or a reference; or NIL
//   bytes   +      length, bytes
//   % :            shared string
//   c C            one raw byte, not coded
//   s S i I l L q Q B   coded integer
//   f d            83 and the value, or a coded integer
//   [nT]           n values of type T; of chars n raw bytes
//   {name=T…}      its members in turn
//
// Objects, classes and * texts share one object table; an object takes its number before its class, a class before
// its superclass. The qualifiers r n N o O R V ^ may stand before a type.
// Source: published descriptions of the format, and bodies of messages of iOS 14 to 17, each read to its last byte.
#include "typedstream_objects.h"

#include <bit>
#include <charconv>

namespace exhibit::decode {

namespace {

constexpr std::uint8_t kInt16 = 0x81;
constexpr std::uint8_t kInt32 = 0x82;
constexpr std::uint8_t kReal = 0x83;
constexpr std::uint8_t kNew = 0x84;
constexpr std::uint8_t kNil = 0x85;
constexpr std::uint8_t kEnd = 0x86;
constexpr std::uint8_t kFirstTag = 0x80;
constexpr std::uint8_t kLastTag = 0x91;
constexpr std::int64_t kFirstReference = -110;

/// Objects in objects, and types in types. Real bodies stay below ten.
constexpr std::uint32_t kDepth = 64;

/// Type encodings are shared, so a byte can ask for many values that take no bytes; real ones ask for less than ten
/// steps by byte.
constexpr std::uint64_t kStepsByByte = 64;
constexpr std::uint64_t kStepsAtLeast = 4096;

class Parser {
 public:
  Parser(Bytes bytes, const Limits& limits, Where where)
      : in_(bytes, where), steps_(std::min(limits.nodes, kStepsAtLeast + kStepsByByte * bytes.size())) {}

  TypedStream read() {
    read_head();
    while (in_.ok() && !in_.at_end()) read_group(out_.groups.emplace_back(), 0);
    out_.consumed_all = in_.ok();
    if (!in_.ok()) out_.damage = in_.error();
    return std::move(out_);
  }

 private:
  void read_head() {
    const Where version_at = in_.where();
    const std::uint8_t version = in_.u8();
    if (in_.ok() && version != 4) in_.fail_at(ErrorCode::unsupported, "streamer version 4", version, version_at);
    const Where signature_at = in_.where();
    const std::string_view signature = in_.text(read_unsigned());
    if (!in_.ok()) return;
    is_big_endian_ = signature == "typedstream";
    if (!is_big_endian_ && signature != "streamtyped") {
      in_.fail_at(ErrorCode::malformed, "streamtyped or typedstream", signature.size(), signature_at);
    }
    (void)read_signed();
  }

  std::uint64_t read_tail(std::uint8_t head, Where at) {
    if (head == kInt16) return is_big_endian_ ? in_.u16be() : in_.u16le();
    if (head == kInt32) return is_big_endian_ ? in_.u32be() : in_.u32le();
    in_.fail_at(ErrorCode::malformed, "an integer", head, at);
    return 0;
  }

  static bool is_tag(std::uint8_t head) { return head >= kFirstTag && head <= kLastTag; }

  std::int64_t signed_from(std::uint8_t head, Where at) {
    if (!is_tag(head)) return static_cast<std::int8_t>(head);
    const std::uint64_t value = read_tail(head, at);
    return head == kInt16 ? static_cast<std::int16_t>(value) : static_cast<std::int32_t>(value);
  }

  std::int64_t read_signed() {
    const Where at = in_.where();
    return signed_from(in_.u8(), at);
  }

  std::uint64_t read_unsigned() {
    const Where at = in_.where();
    const std::uint8_t head = in_.u8();
    return is_tag(head) ? read_tail(head, at) : head;
  }

  /// A number in a table of this size.
  std::optional<std::size_t> reference(std::uint8_t head, Where at, std::size_t size) {
    const std::int64_t number = signed_from(head, at) - kFirstReference;
    if (!in_.ok()) return std::nullopt;
    if (number < 0 || static_cast<std::uint64_t>(number) >= size) {
      in_.fail_at(ErrorCode::malformed, "a reference to something before it", static_cast<std::uint64_t>(number), at);
      return std::nullopt;
    }
    return static_cast<std::size_t>(number);
  }

  std::optional<std::string_view> read_shared_string() {
    const Where at = in_.where();
    return shared_string_from(in_.u8(), at);
  }

  std::optional<std::string_view> shared_string_from(std::uint8_t head, Where at) {
    if (!in_.ok() || head == kNil) return std::nullopt;
    if (head == kNew) {
      strings_.push_back(in_.text(read_unsigned()));
      return strings_.back();
    }
    const auto number = reference(head, at, strings_.size());
    return number ? std::optional(strings_[*number]) : std::nullopt;
  }

  void read_group(TypedGroup& group, std::uint32_t depth) {
    const Where at = in_.where();
    read_group_from(in_.u8(), at, group, depth);
  }

  void read_group_from(std::uint8_t head, Where at, TypedGroup& group, std::uint32_t depth) {
    const auto types = shared_string_from(head, at);
    if (!types) in_.fail_at(ErrorCode::malformed, "a type encoding", head, at);
    if (!types || !in_.ok()) return;
    group.types = *types;
    spend(1 + types->size(), at);
    std::string_view rest = *types;
    while (in_.ok() && !rest.empty()) read_value(rest, group.values, depth);
  }

  void spend(std::uint64_t steps, Where at) {
    if (steps > steps_) in_.fail_at(ErrorCode::limit, "fewer values for so few bytes", steps, at);
    steps_ -= std::min(steps, steps_);
  }

  /// Reads a value for the first type of `types`, which is taken off.
  void read_value(std::string_view& types, std::vector<TypedValue>& values, std::uint32_t depth) {
    const Where at = in_.where();
    spend(1, at);
    if (depth > kDepth) in_.fail_at(ErrorCode::limit, "values less deep", depth, at);
    const std::size_t first = types.find_first_not_of("rnNoORV^");
    if (!in_.ok() || first == std::string_view::npos) {
      types = {};
      return;
    }
    const char type = types[first];
    types.remove_prefix(first + 1);
    if (type == '[') return read_array(types, values, depth);
    if (type == '{') return read_structure(types, values, depth);
    values.push_back(read_single(type, at, depth));
    // An object that broke off stays: what it is read for may be complete.
    if (!in_.ok() && values.back().kind != TypedValue::Kind::object) values.pop_back();
  }

  TypedValue read_single(char type, Where at, std::uint32_t depth) {
    switch (type) {
      case '@':
        return read_object(depth);
      case '#':
        return numbered(read_class());
      case '*':
        return read_c_string();
      case '%':
      case ':':
        return text_value(read_shared_string());
      case '+':
        return bytes_value(in_.bytes(read_unsigned()));
      case 'c':
        return integer_value(static_cast<std::int8_t>(in_.u8()));
      case 'C':
        return integer_value(in_.u8());
      case 's':
      case 'i':
      case 'l':
      case 'q':
        return integer_value(read_signed());
      case 'S':
      case 'I':
      case 'L':
      case 'Q':
      case 'B':
        return integer_value(static_cast<std::int64_t>(read_unsigned()));
      case 'f':
      case 'd':
        return read_real(type);
      default:
        break;
    }
    in_.fail_at(ErrorCode::unsupported, "a known type in the encoding", static_cast<std::uint8_t>(type), at);
    return {};
  }

  static TypedValue integer_value(std::int64_t value) { return {.kind = TypedValue::Kind::integer, .integer = value}; }
  static TypedValue bytes_value(Bytes bytes) { return {.kind = TypedValue::Kind::bytes, .bytes = bytes}; }
  static TypedValue text_value(std::optional<std::string_view> text) {
    return text ? bytes_value(as_bytes(*text)) : TypedValue{};
  }
  static TypedValue numbered(std::optional<std::size_t> object) {
    if (!object) return {};
    return {.kind = TypedValue::Kind::object, .object = *object};
  }

  TypedValue read_real(char type) {
    const Where at = in_.where();
    const std::uint8_t head = in_.u8();
    TypedValue value{.kind = TypedValue::Kind::real};
    if (head != kReal) {
      value.real = static_cast<double>(signed_from(head, at));
    } else if (type == 'd') {
      value.real = is_big_endian_ ? in_.f64be() : in_.f64le();
    } else {
      value.real = std::bit_cast<float>(is_big_endian_ ? in_.u32be() : in_.u32le());
    }
    return value;
  }

  void read_array(std::string_view& types, std::vector<TypedValue>& values, std::uint32_t depth) {
    const Where at = in_.where();
    std::uint64_t count = 0;
    const auto [stop, error] = std::from_chars(types.data(), types.data() + types.size(), count);
    if (error != std::errc()) return in_.fail_at(ErrorCode::malformed, "a count in the type encoding", 0, at);
    types.remove_prefix(static_cast<std::size_t>(stop - types.data()));
    const std::size_t close = closing_bracket(types);
    if (close == std::string_view::npos) return in_.fail_at(ErrorCode::malformed, "] in the type encoding", 0, at);
    const std::string_view element = types.substr(0, close);
    types.remove_prefix(close + 1);
    if (element == "c" || element == "C") {
      values.push_back(bytes_value(in_.bytes(count)));
      return;
    }
    for (std::uint64_t i = 0; in_.ok() && i < count; ++i) {
      std::string_view rest = element;
      spend(1 + rest.size(), at);
      while (in_.ok() && !rest.empty()) read_value(rest, values, depth + 1);
    }
  }

  static std::size_t closing_bracket(std::string_view types) {
    std::size_t open = 1;
    for (std::size_t i = 0; i < types.size(); ++i) {
      if (types[i] == '[') ++open;
      if (types[i] == ']' && --open == 0) return i;
    }
    return std::string_view::npos;
  }

  void read_structure(std::string_view& types, std::vector<TypedValue>& values, std::uint32_t depth) {
    const Where at = in_.where();
    const std::size_t name_end = types.find_first_of("={}");
    if (name_end != std::string_view::npos && types[name_end] != '{') {
      types.remove_prefix(types[name_end] == '=' ? name_end + 1 : name_end);
      while (in_.ok() && !types.empty() && types[0] != '}') read_value(types, values, depth + 1);
    }
    if (in_.ok() && !types.starts_with('}')) in_.fail_at(ErrorCode::malformed, "} in the type encoding", 0, at);
    if (in_.ok()) types.remove_prefix(1);
  }

  TypedValue read_object(std::uint32_t depth) {
    const Where at = in_.where();
    const std::uint8_t head = in_.u8();
    if (!in_.ok() || head == kNil) return {};
    if (head != kNew) return numbered(reference(head, at, out_.objects.size()));
    const std::size_t number = out_.objects.size();
    out_.objects.emplace_back();
    const auto class_number = read_class();
    out_.objects[number].class_number = class_number;
    while (in_.ok()) {
      const Where group_at = in_.where();
      const std::uint8_t group_head = in_.u8();
      if (!in_.ok() || group_head == kEnd) break;
      TypedGroup group;
      read_group_from(group_head, group_at, group, depth + 1);
      // One that broke off is kept too: its first values may be what the archive is read for.
      out_.objects[number].groups.push_back(std::move(group));
    }
    return numbered(number);
  }

  /// The number of a class; of a new one, the chain of its superclasses is read with it.
  std::optional<std::size_t> read_class() {
    std::optional<std::size_t> first;
    std::optional<std::size_t> below;
    while (in_.ok()) {
      const Where at = in_.where();
      const std::uint8_t head = in_.u8();
      if (!in_.ok() || head == kNil) break;
      const bool is_new = head == kNew;
      const auto number = is_new ? std::optional(out_.objects.size()) : reference(head, at, out_.objects.size());
      if (!number) break;
      if (is_new) out_.objects.push_back({.kind = TypedObject::Kind::class_description});
      if (out_.objects[*number].kind != TypedObject::Kind::class_description) {
        in_.fail_at(ErrorCode::malformed, "a reference to a class", *number, at);
        break;
      }
      if (below) out_.objects[*below].class_number = number;
      if (!first) first = number;
      if (!is_new) break;
      const auto name = read_shared_string();
      out_.objects[*number].name = name.value_or("");
      (void)read_signed();  // the class's version
      below = number;
    }
    return first;
  }

  TypedValue read_c_string() {
    const Where at = in_.where();
    const std::uint8_t head = in_.u8();
    if (!in_.ok() || head == kNil) return {};
    if (head == kNew) {
      const std::size_t number = out_.objects.size();
      out_.objects.push_back({.kind = TypedObject::Kind::c_string});
      const auto text = read_shared_string();
      if (text) out_.objects[number].bytes = as_bytes(*text);
      return text_value(text);
    }
    const auto number = reference(head, at, out_.objects.size());
    if (!number) return {};
    const TypedObject& object = out_.objects[*number];
    if (object.kind != TypedObject::Kind::c_string) {
      in_.fail_at(ErrorCode::malformed, "a reference to a C string", *number, at);
    }
    return bytes_value(object.bytes);
  }

  Reader in_;
  std::uint64_t steps_;
  bool is_big_endian_ = false;
  std::vector<std::string_view> strings_;
  TypedStream out_;
};

}  // namespace

TypedStream read_typed_objects(Bytes bytes, const Limits& limits, Where where) {
  return Parser(bytes, limits, where).read();
}

}  // namespace exhibit::decode
