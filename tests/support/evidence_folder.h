// Where the development evidence lies. A test that needs it skips with a clear line where it is absent.
#pragma once

#include <cstdlib>
#include <filesystem>

namespace exhibit::tests {

inline std::filesystem::path evidence_folder() {
  const char* given = std::getenv("EXHIBIT_EVIDENCE");  // NOLINT(concurrency-mt-unsafe): before any thread
  return given != nullptr ? given : EXHIBIT_EVIDENCE_DEFAULT;
}

}  // namespace exhibit::tests

#define EXHIBIT_NEEDS_EVIDENCE(file)                                          \
  if (!std::filesystem::exists(::exhibit::tests::evidence_folder() / (file))) \
  GTEST_SKIP() << "evidence not there: " << (::exhibit::tests::evidence_folder() / (file)).string()
