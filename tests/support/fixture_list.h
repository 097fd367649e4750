// The fixtures that there are: fixtures/<parser>/<case>.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace exhibit::tests {

struct Fixture {
  std::string parser;  ///< "ios.sms"
  std::string name;    ///< "story"
  std::filesystem::path folder;

  std::string expected() const {
    std::ifstream file(folder / "expected.jsonl", std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
};

/// Ascending by parser and name.
inline std::vector<Fixture> all_fixtures() {
  std::vector<Fixture> fixtures;
  for (const auto& parser :
       std::filesystem::directory_iterator(std::filesystem::path(EXHIBIT_SOURCE_DIR) / "fixtures")) {
    if (!parser.is_directory() || parser.path().filename().string().find('.') == std::string::npos) continue;
    for (const auto& entry : std::filesystem::directory_iterator(parser.path()))
      if (entry.is_directory()) fixtures.push_back({parser.path().filename(), entry.path().filename(), entry.path()});
  }
  std::ranges::sort(fixtures, {}, &Fixture::folder);
  return fixtures;
}

}  // namespace exhibit::tests
