// Small inputs for the decoders' tests, written so that a reader can check them by eye.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "decode/tree.h"

namespace exhibit::decode::tests {

/// "62 70 6c" and so on; white space is skipped.
inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  unsigned value = 0;
  bool is_second = false;
  for (const char c : hex) {
    if (c == ' ' || c == '\n') continue;
    value = value << 4 | static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10);
    if (is_second) bytes.push_back(static_cast<char>(value & 0xff));
    is_second = !is_second;
  }
  return bytes;
}

/// A binary property list of these objects, each with its marker: offsets of 2 bytes, references of 1, top object 0.
struct BinaryPlistSample {
  std::vector<std::string> objects;
  std::uint8_t top = 0;

  std::string build() const {
    std::string file = "bplist00";
    std::string table;
    for (const std::string& object : objects) {
      table.push_back(static_cast<char>(file.size() >> 8));
      table.push_back(static_cast<char>(file.size() & 0xff));
      file += object;
    }
    const std::size_t table_at = file.size();
    file += table + std::string(6, '\0') + "\x02\x01" + u64(objects.size()) + u64(top) + u64(table_at);
    return file;
  }

  static std::string u64(std::uint64_t value) {
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(value >> shift & 0xff));
    return bytes;
  }
};

/// A list of one object.
inline std::string one_object(std::string_view hex) { return BinaryPlistSample{{from_hex(hex)}}.build(); }

/// What stands at a path, as text: enough to compare, with the type in front of what is no text.
inline std::string shown(const Tree& tree, std::string_view path) {
  const auto node = find_path(tree, tree.root(), path);
  if (!node) return "(nothing)";
  switch (tree.type(*node)) {
    case NodeType::null:
      return "null";
    case NodeType::boolean:
      return tree.boolean(*node) ? "true" : "false";
    case NodeType::integer:
      return "int " + std::to_string(tree.integer(*node));
    case NodeType::unsigned_integer:
      return "uint " + std::to_string(tree.unsigned_integer(*node));
    case NodeType::real:
      return "real " + std::to_string(tree.real(*node));
    case NodeType::date:
      return "date " + std::to_string(tree.real(*node));
    case NodeType::data:
      return "data " + std::string(as_text(tree.bytes(*node)));
    case NodeType::text:
      return std::string(tree.text(*node));
    case NodeType::uid:
      return "uid " + std::to_string(tree.integer(*node));
    case NodeType::array:
      return "array of " + std::to_string(tree.size(*node));
    case NodeType::dictionary:
      return "dictionary of " + std::to_string(tree.size(*node));
  }
  return "(unknown)";
}

}  // namespace exhibit::decode::tests
