// Where two JSON values differ, by path.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace exhibit::golden {

using Json = nlohmann::ordered_json;

/// "\"sent_at.clock\" expected \"server\", got nothing"; members that are missing or too many are named, too.
std::vector<std::string> json_differences(const Json& expected, const Json& actual);

}  // namespace exhibit::golden
