// What the tests of openers share: evidence made from bytes, and its contents as text.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "evidence/evidence.h"
#include "zip.h"
#include "zip_builder.h"

namespace exhibit::containers {

inline Result<std::unique_ptr<evidence::Evidence>> evidence_of_zip(const std::string& bytes,
                                                                   const Limits& limits = {}) {
  auto container = open_zip(evidence::make_source({bytes.begin(), bytes.end()}), limits);
  if (!container) return std::unexpected(container.error());
  return std::make_unique<evidence::Evidence>("test.zip", *std::move(container), limits);
}

/// For archives that must open.
inline std::unique_ptr<evidence::Evidence> opened(const std::string& bytes, const Limits& limits = {}) {
  auto evidence = evidence_of_zip(bytes, limits);
  if (evidence) return *std::move(evidence);
  ADD_FAILURE() << error_text(evidence.error());
  return evidence_of_zip(tests::ZipBuilder{}.build()).value();
}

inline Result<std::string> read(const evidence::Evidence& evidence, std::uint32_t number) {
  const auto source = evidence.open(number);
  if (!source) return std::unexpected(source.error());
  std::vector<std::uint8_t> buffer;
  const auto bytes = read_all(**source, buffer);
  if (!bytes) return std::unexpected(bytes.error());
  return std::string(as_text(*bytes));
}

inline std::string content(const evidence::Evidence& evidence, std::string_view path) {
  const auto text = read(evidence, evidence.find_container_path(path));
  return text ? *text : "(" + error_text(text.error()) + ")";
}

inline std::vector<std::string> paths(const evidence::Evidence& evidence) {
  std::vector<std::string> paths;
  for (const evidence::Entry& entry : evidence.entries()) paths.emplace_back(entry.container_path);
  return paths;
}

/// "code" or "code:file" of each problem.
inline std::vector<std::string> problems(const evidence::Evidence& evidence) {
  std::vector<std::string> codes;
  for (const evidence::Problem& problem : evidence.problems())
    codes.push_back(problem.file == 0 ? problem.code : problem.code + ":" + std::to_string(problem.file));
  return codes;
}

/// Bytes without pattern, the same each time.
inline std::string noise(std::size_t size, std::uint32_t seed = 1) {
  std::string text(size, '\0');
  for (char& c : text) {
    seed = seed * 1664525 + 1013904223;
    c = static_cast<char>(seed >> 24);
  }
  return text;
}

}  // namespace exhibit::containers
