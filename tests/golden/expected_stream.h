// What a fixture expects against what a run told (tests/README.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace exhibit::golden {

/// The bytes at a place of a file that the stream names; nothing if they cannot be had.
using FileBytes =
    std::function<std::optional<std::string>(const std::string& file, std::uint64_t offset, std::uint64_t length)>;

/// `actual`: the lines of a stream. `expected`: the text of expected.jsonl. One text for each difference, best read in
/// order; none: they are equal.
std::vector<std::string> differences(const std::vector<std::string>& actual, const std::string& expected,
                                     const FileBytes& bytes);

/// Artefact lines that do not come back as they are when they are read to wire bytes and written again.
std::vector<std::string> not_round(const std::vector<std::string>& lines);

/// The stream without the lines that tell of the container: exhibit, parser, app, file.
std::vector<std::string> without_heads(const std::vector<std::string>& lines);

}  // namespace exhibit::golden
