#include "json_difference.h"

namespace exhibit::golden {
namespace {

class Comparison {
 public:
  void compare(const std::string& path, const Json* expected, const Json* actual) {
    if (expected != nullptr && actual != nullptr) {
      if (expected->is_object() && actual->is_object()) return compare_members(path, *expected, *actual);
      if (expected->is_array() && actual->is_array()) return compare_items(path, *expected, *actual);
      if (*expected == *actual && expected->type() == actual->type()) return;
    }
    found_.push_back("\"" + path + "\" expected " + shown(expected) + ", got " + shown(actual));
  }

  std::vector<std::string> take() { return std::move(found_); }

 private:
  void compare_members(const std::string& path, const Json& expected, const Json& actual) {
    const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
    const auto member = [](const Json& object, const std::string& key) -> const Json* {
      const auto found = object.find(key);
      return found == object.end() ? nullptr : &*found;
    };
    for (const auto& [key, value] : expected.items()) compare(below(key), &value, member(actual, key));
    for (const auto& [key, value] : actual.items())
      if (!expected.contains(key)) compare(below(key), nullptr, &value);
  }

  void compare_items(const std::string& path, const Json& expected, const Json& actual) {
    for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i)
      compare(path + "[" + std::to_string(i) + "]", i < expected.size() ? &expected[i] : nullptr,
              i < actual.size() ? &actual[i] : nullptr);
  }

  static std::string shown(const Json* value) { return value == nullptr ? "nothing" : value->dump(); }

  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> json_differences(const Json& expected, const Json& actual) {
  Comparison comparison;
  comparison.compare("", &expected, &actual);
  return comparison.take();
}

}  // namespace exhibit::golden
