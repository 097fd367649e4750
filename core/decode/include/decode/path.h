// Paths into a tree: $.networks[3].BSSID, $['a key'][*], .*
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace exhibit::decode {

struct PathStep {
  enum class Kind : std::uint8_t { key, index, every_value, every_element };
  Kind kind = Kind::key;
  std::string key;
  std::size_t index = 0;
};

/// `$` in front may be missing, and so may the dot of a first key. The error's offset is that in the path.
Result<std::vector<PathStep>> parse_path(std::string_view path);

/// Appends ".key" or "['key']".
void append_key_step(std::string& path, std::string_view key);

}  // namespace exhibit::decode
