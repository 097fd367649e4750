// Binary property lists, "bplist00". All numbers are big-endian.
//
//   header        8     "bplist", version "00"
//   objects             a marker byte each, and what follows from it
//   offset table        object count × offset size: where each object lies
//   trailer      32     5 unused, sort version u8, offset size u8 (1 to 8), reference size u8 (1 to 8), object count
//                       u64, top object u64, offset of the offset table u64
//
//   00 null, 08 false, 09 true          4n data, n bytes             8n UID of n + 1 bytes
//   1n integer of 2^n bytes             5n ASCII, n bytes            An array, Bn ordered set, Cn set: n references
//   2n real of 2^n bytes                6n UTF-16, n units           Dn dictionary: n references to keys, n to values
//   33 date, f64, Apple seconds         7n UTF-8, n bytes            n = F: an integer object with the count follows
//
// Integers of 1, 2 and 4 bytes are unsigned, those of 8 signed; of 16 bytes the low half is an unsigned 64-bit number.
// Source: the published layout in CoreFoundation; sets, UTF-8 strings and offsets of three bytes occur in real files.
// Each object becomes one node: what is shared stays shared, and reading takes time and memory in proportion to the
// bytes. An object that is a key and a value is still one.
#include <algorithm>
#include <bit>

#include "base/reader.h"
#include "base/unicode.h"
#include "plist.h"

namespace exhibit::decode {

namespace {

constexpr std::uint64_t kHeaderSize = 8;
constexpr std::uint64_t kTrailerSize = 32;

struct Trailer {
  std::uint8_t offset_size = 0;
  std::uint8_t reference_size = 0;
  std::uint64_t object_count = 0;
  std::uint64_t top = 0;
  std::uint64_t table = 0;
};

/// Where the parts of the trailer lie in it.
constexpr std::uint64_t kOffsetSizeAt = 6;
constexpr std::uint64_t kReferenceSizeAt = 7;
constexpr std::uint64_t kObjectCountAt = 8;
constexpr std::uint64_t kTopAt = 16;
constexpr std::uint64_t kTableAt = 24;

Result<void> check_header(Bytes bytes, Where where) {
  Reader in(bytes, where);
  in.magic("bplist");
  const Where version_at = in.where();
  const std::string_view version = in.text(2);
  if (!in.ok()) return std::unexpected(in.error());
  if (version != "00") {
    const auto digit = [&](std::size_t i) { return static_cast<std::uint64_t>(version[i] - '0') & 0xff; };
    return fail(ErrorCode::unsupported, "version 00 of the binary property list", digit(0) * 10 + digit(1), version_at);
  }
  if (bytes.size() < kHeaderSize + kTrailerSize) {
    return fail(ErrorCode::truncated, "a binary property list of 40 bytes or more", bytes.size(), where);
  }
  return {};
}

Result<Trailer> read_trailer(Bytes bytes, Where where) {
  const std::uint64_t trailer_at = bytes.size() - kTrailerSize;
  Reader in(bytes.subspan(trailer_at), {where.file, where.offset + trailer_at});
  const auto at = [&](std::uint64_t part) { return Where{where.file, where.offset + trailer_at + part}; };
  Trailer trailer;
  in.skip(kOffsetSizeAt);
  trailer.offset_size = in.u8();
  trailer.reference_size = in.u8();
  trailer.object_count = in.u64be();
  trailer.top = in.u64be();
  trailer.table = in.u64be();

  if (trailer.offset_size < 1 || trailer.offset_size > 8) {
    return fail(ErrorCode::malformed, "an offset size of 1 to 8", trailer.offset_size, at(kOffsetSizeAt));
  }
  if (trailer.reference_size < 1 || trailer.reference_size > 8) {
    return fail(ErrorCode::malformed, "a reference size of 1 to 8", trailer.reference_size, at(kReferenceSizeAt));
  }
  if (trailer.table < kHeaderSize || trailer.table > trailer_at) {
    return fail(ErrorCode::malformed, "an offset table between header and trailer", trailer.table, at(kTableAt));
  }
  if (trailer.object_count > (trailer_at - trailer.table) / trailer.offset_size) {
    return fail(ErrorCode::malformed, "an object count that fits the offset table", trailer.object_count,
                at(kObjectCountAt));
  }
  if (trailer.top >= trailer.object_count) {
    return fail(ErrorCode::malformed, "a top object below the object count", trailer.top, at(kTopAt));
  }
  return trailer;
}

class BinaryPlist {
 public:
  BinaryPlist(Bytes bytes, const Trailer& trailer, const Limits& limits, Where where)
      : bytes_(bytes), trailer_(trailer), limits_(limits), where_(where) {}

  /// Reads what the top object leads to, so that an object nothing refers to cannot spoil the list.
  Result<Tree> read() {
    if (trailer_.object_count > limits_.nodes) {
      return fail(ErrorCode::limit, "fewer objects", trailer_.object_count, where_);
    }
    node_of_.assign(trailer_.object_count, kUnread);
    const auto root = node_for(trailer_.top);
    if (!root) return std::unexpected(root.error());
    while (!waiting_.empty()) {
      const Container container = waiting_.back();
      waiting_.pop_back();
      if (const auto read = read_container(container); !read) return std::unexpected(read.error());
    }
    if (const auto nesting = check_nesting(*root); !nesting) return std::unexpected(nesting.error());
    remark_unread();
    tree_.set_root(*root);
    return std::move(tree_);
  }

 private:
  static constexpr NodeId kUnread = UINT32_MAX;

  struct Container {
    NodeId node = 0;
    std::uint64_t object = 0;
  };

  Where object_at(std::uint64_t object) const { return {where_.file, where_.offset + offset_of(object)}; }

  std::uint64_t offset_of(std::uint64_t object) const {
    return Reader(bytes_.subspan(trailer_.table + object * trailer_.offset_size)).uint_be(trailer_.offset_size);
  }

  /// A reader that stands at the object's marker. An offset outside the objects makes it fail.
  Reader open(std::uint64_t object) const {
    Reader in(bytes_.first(trailer_.table), where_);
    const std::uint64_t offset = offset_of(object);
    if (offset < kHeaderSize || offset >= trailer_.table) {
      const std::uint64_t entry_at = where_.offset + trailer_.table + object * trailer_.offset_size;
      in.fail_at(ErrorCode::malformed, "an object's offset before the offset table", offset, {where_.file, entry_at});
    }
    in.seek(offset);
    return in;
  }

  /// The node of an object; a container's is filled later.
  Result<NodeId> node_for(std::uint64_t object) {
    if (node_of_[object] != kUnread) return node_of_[object];
    Reader in = open(object);
    const Where marker_at = in.where();
    const std::uint8_t marker = in.u8();
    if (!in.ok()) return std::unexpected(in.error());
    if (marker >> 4 >= 0xa && marker >> 4 <= 0xd) {
      waiting_.push_back({tree_.reserve(), object});
      node_of_[object] = waiting_.back().node;
    } else {
      const auto node = read_scalar(in, marker, marker_at);
      if (!node) return node;
      node_of_[object] = *node;
    }
    places_.resize(tree_.node_count(), marker_at.offset);
    return node_of_[object];
  }

  Result<NodeId> read_scalar(Reader& in, std::uint8_t marker, Where marker_at) {
    const std::uint8_t low = marker & 0x0f;
    switch (marker >> 4) {
      case 0x0:
        if (low == 0) return tree_.add_null();
        if (low == 8 || low == 9) return tree_.add_boolean(low == 9);
        break;
      case 0x1:
        if (low <= 4) return read_integer(in, low);
        break;
      case 0x2:
        if (low == 2) return checked(in, std::bit_cast<float>(in.u32be()), &Tree::add_real);
        if (low == 3) return checked(in, in.f64be(), &Tree::add_real);
        break;
      case 0x3:
        if (low == 3) return checked(in, in.f64be(), &Tree::add_date);
        break;
      case 0x4:
        return checked(in, in.bytes(read_count(in, low)), &Tree::add_data);
      case 0x5:
        return read_ascii(in, read_count(in, low));
      case 0x6:
        return read_utf16(in, read_count(in, low));
      case 0x7:
        return checked(in, in.text(read_count(in, low)), &Tree::add_text);
      case 0x8:
        return checked(in, in.uint_be(low + std::size_t{1}), &Tree::add_uid);
      default:
        break;
    }
    return fail(ErrorCode::malformed, "a known object marker", marker, marker_at);
  }

  template <class Value, class Argument>
  Result<NodeId> checked(const Reader& in, Value value, NodeId (Tree::*add)(Argument)) {
    if (!in.ok()) return std::unexpected(in.error());
    return (tree_.*add)(value);
  }

  Result<NodeId> read_integer(Reader& in, std::uint8_t low) {
    const Where at = in.where();
    const std::uint64_t high = low == 4 ? in.u64be() : 0;
    const std::uint64_t value = in.uint_be(low == 4 ? 8 : std::size_t{1} << low);
    const bool is_negative = static_cast<std::int64_t>(value) < 0;
    if (in.ok() && high != 0 && !(high == UINT64_MAX && is_negative)) {
      return fail(ErrorCode::unsupported, "an integer that fits 64 bits", high, at);
    }
    if (low == 3 || high != 0) return checked(in, static_cast<std::int64_t>(value), &Tree::add_integer);
    return checked(in, value, &Tree::add_unsigned);
  }

  Result<NodeId> read_ascii(Reader& in, std::uint64_t size) {
    const Where text_at = in.where();
    const Bytes text = in.bytes(size);
    const auto high = std::ranges::find_if(text, [](std::uint8_t byte) { return byte >= 0x80; });
    if (high == text.end()) return checked(in, as_text(text), &Tree::add_text);
    const auto offset = static_cast<std::uint64_t>(high - text.begin());
    tree_.remark(ErrorCode::malformed, "ASCII in an ASCII string (read as Latin-1)", *high,
                 {text_at.file, text_at.offset + offset});
    return add_converted(utf8_from_latin1(text), text_at);
  }

  Result<NodeId> read_utf16(Reader& in, std::uint64_t units) {
    const Where text_at = in.where();
    if (units > in.remaining() / 2) in.fail_at(ErrorCode::truncated, "more bytes than are left", units, text_at);
    const Bytes text = in.bytes(units * 2);
    if (!in.ok()) return std::unexpected(in.error());
    return add_converted(utf8_from_utf16(text, ByteOrder::big), text_at);
  }

  /// Strings that do not overlap cannot convert to more than twice the bytes: overlapping ones would need memory in
  /// the square of the input.
  Result<NodeId> add_converted(std::string text, Where at) {
    converted_ += text.size();
    if (converted_ > 2 * bytes_.size()) return fail(ErrorCode::limit, "strings that do not overlap", converted_, at);
    return tree_.add_text(tree_.keep(std::move(text)));
  }

  /// The count in a marker, or in the integer object behind it.
  static std::uint64_t read_count(Reader& in, std::uint8_t low) {
    if (low != 0xf) return low;
    const Where at = in.where();
    const std::uint8_t marker = in.u8();
    if (in.ok() && (marker >> 4 != 1 || (marker & 0x0f) > 3)) {
      in.fail_at(ErrorCode::malformed, "a count that is an integer", marker, at);
    }
    return in.uint_be(std::size_t{1} << (marker & 3));
  }

  Result<void> read_container(const Container& container) {
    Reader in = open(container.object);
    const std::uint8_t marker = in.u8();
    const std::uint64_t count = read_count(in, marker & 0x0f);
    if (marker >> 4 != 0xd) {
      if (const auto read = read_references(in, count); !read) return read;
      tree_.fill_array(container.node, references_);
      return {};
    }
    if (const auto read = read_references(in, count); !read) return read;
    key_texts_.clear();
    for (const NodeId key : references_) {
      const auto text = key_text(key);
      if (!text) return std::unexpected(text.error());
      key_texts_.push_back(*text);
    }
    if (const auto read = read_references(in, count); !read) return read;
    tree_.fill_dictionary(container.node, key_texts_, references_);
    return {};
  }

  Result<void> read_references(Reader& in, std::uint64_t count) {
    const std::size_t size = trailer_.reference_size;
    if (count > in.remaining() / size) {
      in.fail_at(ErrorCode::truncated, "as many references as are counted", count, in.where());
    }
    // As with strings: containers that do not overlap cannot hold more references than there are bytes.
    reference_count_ += in.ok() ? count : 0;
    if (reference_count_ > bytes_.size()) {
      in.fail_at(ErrorCode::limit, "containers that do not overlap", reference_count_, in.where());
    }
    references_.clear();
    for (std::uint64_t i = 0; in.ok() && i < count; ++i) {
      const Where at = in.where();
      const std::uint64_t object = in.uint_be(size);
      if (object >= trailer_.object_count) {
        return fail(ErrorCode::malformed, "a reference below the object count", object, at);
      }
      const auto node = node_for(object);
      if (!node) return std::unexpected(node.error());
      references_.push_back(*node);
    }
    if (!in.ok()) return std::unexpected(in.error());
    return {};
  }

  Result<std::string_view> key_text(NodeId key) {
    switch (tree_.type(key)) {
      case NodeType::text:
        return tree_.text(key);
      case NodeType::boolean:
        return tree_.boolean(key) ? "true" : "false";
      case NodeType::integer:
        return tree_.keep(std::to_string(tree_.integer(key)));
      case NodeType::unsigned_integer:
      case NodeType::uid:
        return tree_.keep(std::to_string(tree_.unsigned_integer(key)));
      default:
        return fail(ErrorCode::malformed, "a key that is a string or a number", 0, {where_.file, places_[key]});
    }
  }

  /// Refuses cycles, and more levels than the limit by the longest way down, without walking shared objects twice.
  Result<void> check_nesting(NodeId root) {
    struct Level {
      NodeId node;
      std::size_t next_child;
    };
    constexpr std::uint32_t kOnPath = UINT32_MAX;
    std::vector<std::uint32_t> height(tree_.node_count(), 0);
    std::vector<Level> path = {{root, 0}};
    height[root] = kOnPath;
    while (!path.empty()) {
      Level& level = path.back();
      if (level.next_child < tree_.size(level.node)) {
        const NodeId child = tree_.child(level.node, level.next_child++);
        if (height[child] == kOnPath) return refuse_at(child, ErrorCode::malformed, "no container inside itself");
        if (height[child] != 0) continue;
        height[child] = kOnPath;
        path.push_back({child, 0});
        continue;
      }
      std::uint32_t own = 1;
      for (std::size_t i = 0; i < tree_.size(level.node); ++i) {
        own = std::max(own, height[tree_.child(level.node, i)] + 1);
      }
      if (own > limits_.nesting) return refuse_at(level.node, ErrorCode::limit, "containers less deep");
      height[level.node] = own;
      path.pop_back();
    }
    return {};
  }

  std::unexpected<Error> refuse_at(NodeId node, ErrorCode code, Literal expected) const {
    return fail(code, expected, node, {where_.file, places_[node]});
  }

  /// Apple's own writers leave constants and UIDs that nothing refers to: that is no news. Anything else is.
  void remark_unread() {
    for (std::uint64_t object = 0; object < node_of_.size(); ++object) {
      if (node_of_[object] != kUnread) continue;
      Reader in = open(object);
      const std::uint8_t type = in.u8() >> 4;
      if (in.ok() && (type == 0x0 || type == 0x8)) continue;
      return tree_.remark(ErrorCode::malformed, "objects that something refers to", object, object_at(object));
    }
  }

  Bytes bytes_;
  Trailer trailer_;
  const Limits& limits_;
  Where where_;
  Tree tree_;
  std::vector<NodeId> node_of_;        // by object number
  std::vector<std::uint64_t> places_;  // by node: where its marker lies
  std::vector<Container> waiting_;     // known, and not yet filled
  std::vector<NodeId> references_;     // of the container that is being read
  std::vector<std::string_view> key_texts_;
  std::uint64_t converted_ = 0;
  std::uint64_t reference_count_ = 0;
};

}  // namespace

Result<Tree> read_binary_plist(Bytes bytes, const Limits& limits, Where where) {
  if (const auto header = check_header(bytes, where); !header) return std::unexpected(header.error());
  const auto trailer = read_trailer(bytes, where);
  if (!trailer) return std::unexpected(trailer.error());
  return BinaryPlist(bytes, *trailer, limits, where).read();
}

}  // namespace exhibit::decode
