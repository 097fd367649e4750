// The wire format of protobuf, as its encoding guide tells it.
//
//   field   key varint = number << 3 | wire type; then by wire type
//   0 varint: at most 10 bytes      1: 8 bytes le      2: length varint, bytes      5: 4 bytes le
//   3 opens a group, 4 with the same number closes it; between them are fields
#include "decode/protobuf_wire.h"

#include <charconv>

#include "base/reader.h"

namespace exhibit::decode {

namespace {

constexpr std::uint64_t kLargestNumber = (1u << 29) - 1;
constexpr std::size_t kGroupDepth = 64;
constexpr std::uint8_t kGroupStart = 3;
constexpr std::uint8_t kGroupEnd = 4;

struct Key {
  std::uint32_t number = 0;
  std::uint8_t wire_type = 0;
};

Key read_key(Reader& in) {
  const Where key_at = in.where();
  const std::uint64_t key = in.varint_le();
  if (in.ok() && (key >> 3 == 0 || key >> 3 > kLargestNumber)) {
    in.fail_at(ErrorCode::malformed, "a field number of 1 to 2^29-1", key >> 3, key_at);
  }
  if (in.ok() && (key & 7) > 5) in.fail_at(ErrorCode::malformed, "a wire type of 0 to 5", key & 7, key_at);
  return {static_cast<std::uint32_t>(key >> 3), static_cast<std::uint8_t>(key & 7)};
}

/// For wire types 0, 1, 2 and 5.
void read_scalar(Reader& in, std::uint8_t wire_type, ProtobufField& field) {
  if (wire_type == 0) {
    field.type = WireType::varint;
    field.value = in.varint_le();
  } else if (wire_type == 1) {
    field.type = WireType::fixed64;
    field.value = in.u64le();
  } else if (wire_type == 2) {
    field.type = WireType::bytes;
    field.bytes = in.bytes(in.varint_le());
  } else {
    field.type = WireType::fixed32;
    field.value = in.u32le();
  }
}

/// Reads on until the group is closed; its bytes end before the closing tag.
Bytes read_group(Reader& in, Bytes message, std::uint32_t number) {
  const Where opened_at = in.where();
  const std::uint64_t start = in.position();
  std::vector<std::uint32_t> open = {number};
  while (true) {
    const std::uint64_t end = in.position();
    if (in.ok() && in.at_end()) in.fail_at(ErrorCode::truncated, "the end of a group", open.back(), opened_at);
    const Where key_at = in.where();
    const Key key = read_key(in);
    if (!in.ok()) return {};
    if (key.wire_type == kGroupStart) {
      if (open.size() == kGroupDepth) in.fail_at(ErrorCode::limit, "groups less deep", open.size(), key_at);
      open.push_back(key.number);
    } else if (key.wire_type == kGroupEnd) {
      if (key.number != open.back()) {
        in.fail_at(ErrorCode::malformed, "the end of the group that was opened last", key.number, key_at);
        return {};
      }
      open.pop_back();
      if (open.empty()) return message.subspan(start, end - start);
    } else {
      ProtobufField inner;
      read_scalar(in, key.wire_type, inner);
    }
  }
}

/// The next number of a dotted path, which is then one step shorter; nothing if there is none.
std::optional<std::uint32_t> take_step(std::string_view& path) {
  std::uint32_t number = 0;
  const auto [stop, error] = std::from_chars(path.data(), path.data() + path.size(), number);
  if (error != std::errc() || number == 0 || number > kLargestNumber) return std::nullopt;
  path.remove_prefix(static_cast<std::size_t>(stop - path.data()));
  if (path.empty()) return number;
  if (!path.starts_with('.') || path.size() == 1) return std::nullopt;
  path.remove_prefix(1);
  return number;
}

std::optional<std::vector<std::uint32_t>> parse_steps(std::string_view path) {
  std::vector<std::uint32_t> steps;
  do {
    const auto number = take_step(path);
    if (!number) return std::nullopt;
    steps.push_back(*number);
  } while (!path.empty());
  return steps;
}

/// Looks for the values at a path, level by level: the readers on the way are as many as the path has steps.
class Finder {
 public:
  Finder(Bytes message, std::vector<std::uint32_t> steps, Where where)
      : message_(message), where_(where), steps_(std::move(steps)) {
    descend(message);
  }

  std::optional<ProtobufField> next() {
    while (!levels_.empty()) {
      Level& level = levels_.back();
      auto field = level.reader.next();
      if (!field) {
        if (!damage_) damage_ = level.reader.damage();
        levels_.pop_back();
      } else if (field->number == steps_[levels_.size() - 1]) {
        if (levels_.size() == steps_.size()) {
          field->offset += level.start;
          return field;
        }
        if (field->has_fields()) descend(field->bytes);
      }
    }
    return std::nullopt;
  }

  /// The first damage met so far.
  const std::optional<Error>& damage() const { return damage_; }

 private:
  struct Level {
    ProtobufReader reader;
    std::uint64_t start = 0;
  };

  void descend(Bytes inner) {
    const auto start = static_cast<std::uint64_t>(inner.data() - message_.data());
    levels_.push_back({ProtobufReader(inner, {where_.file, where_.offset + start}), start});
  }

  Bytes message_;
  Where where_;
  std::vector<std::uint32_t> steps_;
  std::vector<Level> levels_;
  std::optional<Error> damage_;
};

constexpr Literal kPathForm = "a path of field numbers, as 2.3.2";

}  // namespace

std::optional<ProtobufField> ProtobufReader::next() {
  if (damage_ || position_ == message_.size()) return std::nullopt;
  const Bytes rest = message_.subspan(position_);
  const Where start = {where_.file, where_.offset + position_};
  Reader in(rest, start);
  const Key key = read_key(in);
  ProtobufField field;
  field.number = key.number;
  field.offset = position_;
  if (key.wire_type == kGroupEnd) {
    in.fail_at(ErrorCode::malformed, "no end of a group that was not opened", key.number, start);
  } else if (key.wire_type == kGroupStart) {
    field.type = WireType::group;
    field.bytes = read_group(in, rest, key.number);
  } else {
    read_scalar(in, key.wire_type, field);
  }
  if (!in.ok()) {
    damage_ = in.error();
    return std::nullopt;
  }
  position_ += in.position();
  return field;
}

ProtobufMessage read_protobuf(Bytes message, const Limits& limits, Where where) {
  ProtobufMessage all;
  ProtobufReader in(message, where);
  while (const auto field = in.next()) {
    if (all.fields.size() == limits.nodes) {
      all.damage =
          Error{ErrorCode::limit, "fewer fields", all.fields.size(), {where.file, where.offset + field->offset}};
      return all;
    }
    all.has_groups = all.has_groups || field->type == WireType::group;
    all.fields.push_back(*field);
  }
  all.damage = in.damage();
  return all;
}

Result<std::optional<ProtobufField>> find_field(Bytes message, std::string_view path, Where where) {
  const auto steps = parse_steps(path);
  if (!steps) return fail(ErrorCode::malformed, kPathForm, path.size(), where);
  Finder finder(message, *steps, where);
  auto field = finder.next();
  const std::optional<Error>& damage = finder.damage();
  if (!field && damage) return std::unexpected(*damage);
  return field;
}

ProtobufMessage find_fields(Bytes message, std::string_view path, const Limits& limits, Where where) {
  ProtobufMessage found;
  const auto steps = parse_steps(path);
  if (!steps) {
    found.damage = Error{ErrorCode::malformed, kPathForm, path.size(), where};
    return found;
  }
  Finder finder(message, *steps, where);
  while (const auto field = finder.next()) {
    if (found.fields.size() == limits.nodes) {
      found.damage = Error{ErrorCode::limit, "fewer fields", found.fields.size(), where};
      return found;
    }
    found.has_groups = found.has_groups || field->type == WireType::group;
    found.fields.push_back(*field);
  }
  found.damage = finder.damage();
  return found;
}

}  // namespace exhibit::decode
