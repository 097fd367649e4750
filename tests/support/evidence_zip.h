// A folder as a ZIP, its members in the order of their names.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "zip_builder.h"

namespace exhibit::tests {

inline std::string zip_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ZipBuilder zip;
  for (const auto& file : files) {
    std::ifstream content(file, std::ios::binary);
    zip.add(file.lexically_relative(folder).string(),
            {std::istreambuf_iterator<char>(content), std::istreambuf_iterator<char>()});
  }
  return zip.build();
}

}  // namespace exhibit::tests
