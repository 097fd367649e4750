// The parsers that a run may use. Copies are cheap: a run keeps its own, so loading one more never touches it.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/module.h"

namespace exhibit::engine {

/// A module's text as it is packed into the library.
struct PackedModule {
  std::string_view name;  ///< "ios/sms.toml"
  std::string_view text;
};

class Registry {
 public:
  /// Adds a module; one of the same name is replaced.
  std::vector<Finding> add(std::string_view text, std::string origin);

  /// Ascending by name.
  const std::vector<std::shared_ptr<const Module>>& modules() const { return modules_; }
  const Module* find(std::string_view name) const;

  /// Those that the patterns choose, in their order: names or globs, "!" excludes; no pattern at all: everything. A
  /// pattern that chooses nothing is given back.
  std::expected<std::vector<std::shared_ptr<const Module>>, std::string> select(
      const std::vector<std::string>& patterns) const;

 private:
  std::vector<std::shared_ptr<const Module>> modules_;
};

}  // namespace exhibit::engine
