// A file table for tests: number n has the n-th name.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "model/json.h"

namespace exhibit::model {

class NamedFiles : public FileNames {
 public:
  NamedFiles(std::initializer_list<std::string> names) : names_(names) {}

  std::string name(std::uint64_t file) const override {
    return file >= 1 && file <= names_.size() ? names_[static_cast<std::size_t>(file - 1)] : std::string();
  }
  std::uint64_t number(std::string_view name) const override {
    const auto found = std::find(names_.begin(), names_.end(), name);
    return found == names_.end() ? 0 : static_cast<std::uint64_t>(found - names_.begin()) + 1;
  }

 private:
  std::vector<std::string> names_;
};

}  // namespace exhibit::model
