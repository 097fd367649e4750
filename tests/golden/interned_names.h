// Gives every file name that turns up a number, so that texts can be read to wire bytes without the evidence.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/json.h"

namespace exhibit::golden {

class InternedNames : public model::FileNames {
 public:
  std::string name(std::uint64_t file) const override { return file == 0 ? "" : names_.at(file - 1); }
  std::uint64_t number(std::string_view name) const override {
    const auto [place, is_new] = numbers_.try_emplace(std::string(name), names_.size() + 1);
    if (is_new) names_.emplace_back(name);
    return place->second;
  }

 private:
  mutable std::map<std::string, std::uint64_t, std::less<>> numbers_;
  mutable std::vector<std::string> names_;
};

}  // namespace exhibit::golden
