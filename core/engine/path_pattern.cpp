#include "path_pattern.h"

#include <algorithm>
#include <array>

namespace exhibit::engine {

namespace {

constexpr std::array<std::string_view, 6> kRoots = {"home", "app", "group", "system", "media", "backup"};
constexpr std::string_view kUuidRegex = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}";

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

void append_literal(std::string& regex, char c) {
  if (std::string_view("\\.+*?()|[]{}^$").find(c) != std::string_view::npos) regex += '\\';
  regex += c;
}

std::string rest_regex(std::string_view rest) {
  std::string regex;
  bool in_braces = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '*' && rest.substr(i).starts_with("**/")) {
      regex += "(?:.*/)?";
      i += 2;
    } else if (c == '*' && rest.substr(i).starts_with("**")) {
      regex += ".*";
      i += 1;
    } else if (c == '*') {
      regex += "[^/]*";
    } else if (c == '?') {
      regex += "[^/]";
    } else if (c == '{') {
      regex += "(?:";
      in_braces = true;
    } else if (c == '}' && in_braces) {
      regex += ")";
      in_braces = false;
    } else if (c == ',' && in_braces) {
      regex += "|";
    } else {
      append_literal(regex, c);
    }
  }
  return regex;
}

}  // namespace

std::string pattern_mistake(std::string_view pattern) {
  const std::size_t colon = pattern.find(':');
  if (colon == std::string_view::npos || std::ranges::find(kRoots, pattern.substr(0, colon)) == kRoots.end())
    return "a device path begins with home:, app:, group:, system:, media: or backup:";
  const std::string_view rest = pattern.substr(colon + 1);
  if (rest.empty()) return "nothing stands after the root";
  if (rest.front() == '/') return "no slash follows the root";
  if (!container_id(pattern).empty() && container_root(pattern).size() == pattern.size())
    return "nothing stands after the container's id";
  int depth = 0;
  for (const char c : rest) {
    if (c == '{') ++depth;
    if (c == '}') --depth;
    if (depth < 0 || depth > 1) return "braces do not match";
  }
  return depth == 0 ? "" : "braces do not match";
}

std::string pattern_regex(std::string_view pattern) {
  const std::size_t colon = pattern.find(':');
  const std::string_view root = pattern.substr(0, colon);
  std::string_view rest = pattern.substr(colon + 1);
  if (root == "media") return "(?:media:|home:Media/)" + rest_regex(rest);
  std::string regex(root);
  regex += ':';
  if (root == "app" || root == "group") {
    const std::size_t slash = rest.find('/');
    regex += "(?:" + rest_regex(rest.substr(0, slash)) + "|" + std::string(kUuidRegex) + ")";
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash);
  }
  return regex + rest_regex(rest);
}

bool is_uuid(std::string_view id) {
  if (id.size() != 36) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? id[i] != '-' : !is_hex(id[i])) return false;
  }
  return true;
}

std::string_view container_root(std::string_view device_path) {
  const std::size_t colon = device_path.find(':');
  if (colon == std::string_view::npos) return {};
  const std::string_view root = device_path.substr(0, colon);
  if (root != "app" && root != "group") return device_path.substr(0, colon + 1);
  const std::size_t slash = device_path.find('/', colon);
  return slash == std::string_view::npos ? device_path : device_path.substr(0, slash + 1);
}

std::string_view container_id(std::string_view device_path) {
  std::string_view root = container_root(device_path);
  if (!root.starts_with("app:") && !root.starts_with("group:")) return {};
  root.remove_prefix(root.find(':') + 1);
  if (root.ends_with('/')) root.remove_suffix(1);
  return root;
}

}  // namespace exhibit::engine
