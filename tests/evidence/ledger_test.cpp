// On real evidence every row is accounted for, no query fails, and nothing of the evidence changes.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <iterator>

#include "examined_evidence.h"

namespace exhibit::tests {
namespace {

namespace fs = std::filesystem;

class RealEvidence : public testing::TestWithParam<const char*> {};

std::string sha256_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(content.data(), content.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

/// Lines of SHA256SUMS of this file, or of the files in this folder.
std::vector<std::pair<std::string, fs::path>> recorded_sums(const std::string& evidence) {
  std::ifstream sums(evidence_folder() / "SHA256SUMS");
  std::vector<std::pair<std::string, fs::path>> recorded;
  std::string line;
  while (std::getline(sums, line)) {
    const std::string path = line.substr(68);  // 64 digits, two blanks, "./"
    if (path == evidence || path.starts_with(evidence + "/"))
      recorded.emplace_back(line.substr(0, 64), evidence_folder() / path);
  }
  return recorded;
}

TEST_P(RealEvidence, EveryRowIsAccountedFor) {
  EXHIBIT_NEEDS_EVIDENCE(GetParam());
  for (const std::string& text : lines_of(lines_of_evidence(GetParam()), "ledger")) {
    const Json line = Json::parse(text);
    std::uint64_t skipped = 0;
    for (const auto& [reason, count] : line["skipped"].items()) skipped += count.get<std::uint64_t>();
    const auto number = [&](const char* key) { return line[key].get<std::uint64_t>(); };
    EXPECT_EQ(number("read"), number("emitted") + number("attached") + skipped + number("dropped")) << text;
    EXPECT_EQ(number("dropped"), 0u) << text;
  }
}

TEST_P(RealEvidence, NoQueryFails) {
  EXHIBIT_NEEDS_EVIDENCE(GetParam());
  for (const std::string& text : lines_of(lines_of_evidence(GetParam()), "problem")) {
    const auto code = Json::parse(text)["problem"].get<std::string>();
    for (const char* of_a_parser : {"sql", "row_multiplied", "time_without_clock", "schema_unknown"})
      EXPECT_NE(code, of_a_parser) << text;
    EXPECT_FALSE(code.starts_with("list_")) << text;
  }
}

TEST_P(RealEvidence, IsNotWrittenTo) {
  EXHIBIT_NEEDS_EVIDENCE(GetParam());
  lines_of_evidence(GetParam());
  const auto recorded = recorded_sums(GetParam());
  ASSERT_FALSE(recorded.empty());
  for (const auto& [sum, path] : recorded) EXPECT_EQ(sha256_of(path), sum) << path;
  if (!fs::is_directory(evidence_folder() / GetParam())) return;
  for (const auto& entry : fs::recursive_directory_iterator(evidence_folder() / GetParam()))
    for (const char* left : {"-wal", "-shm", "-journal"})
      EXPECT_TRUE(!entry.path().string().ends_with(left) ||
                  std::ranges::any_of(recorded, [&](const auto& known) { return known.second == entry.path(); }))
          << entry.path() << " was not there before";
}

INSTANTIATE_TEST_SUITE_P(Evidence, RealEvidence,
                         testing::Values(kIphone8, kIphone11, kImessageFolder, kIphone3g, kSamsung, kComposedDevice));

}  // namespace
}  // namespace exhibit::tests
