#include "extract_name.h"

#include "terminal_text.h"

namespace exhibit::cli {

namespace {

/// File systems take 255 bytes; the rest is for a suffix.
constexpr std::size_t kLongestName = 240;

void append_components(std::vector<std::string>& place, std::string_view path) {
  while (true) {
    const std::size_t end = path.find('/');
    place.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) return;
    path.remove_prefix(end + 1);
  }
}

}  // namespace

std::vector<std::string> extracted_place(std::string_view device_path, std::string_view container_path,
                                         std::uint64_t device_user) {
  std::vector<std::string> place;
  if (device_path.empty()) {
    place.emplace_back("container");
    append_components(place, container_path);
    return place;
  }
  if (device_user != 0) place.push_back("user" + std::to_string(device_user));
  const std::size_t root = device_path.find(':');
  if (root != std::string_view::npos) {
    place.emplace_back(device_path.substr(0, root));
    device_path.remove_prefix(root + 1);
  } else {
    place.emplace_back("other");
  }
  append_components(place, device_path);
  return place;
}

std::string safe_name(std::string_view component) {
  if (component.empty()) return "_";
  if (component == ".") return "<U+002E>";
  if (component == "..") return "<U+002E><U+002E>";
  std::string name = clean(component);
  for (char& letter : name)
    if (letter == '/') letter = '_';
  if (name.size() <= kLongestName) return name;
  std::size_t end = kLongestName;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;  // within a character
  name.resize(end);
  return name;
}

std::string folded_name(std::string_view name) {
  std::string folded(name);
  for (char& letter : folded)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return folded;
}

}  // namespace exhibit::cli
