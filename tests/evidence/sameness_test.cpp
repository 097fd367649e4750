// The same evidence gives the same bytes, whatever the number of threads and the container.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>

#include "examined_evidence.h"

namespace exhibit::tests {
namespace {

namespace fs = std::filesystem;

std::map<std::string, std::string> files_of(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename()] = {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  return files;
}

TEST(Sameness, ThreadsChangeNothing) {
  EXHIBIT_NEEDS_EVIDENCE(kIphone8);
  const TemporaryFolder folder;
  std::vector<std::string> lines;
  std::map<std::string, std::string> tables;
  for (const unsigned jobs : {1u, 2u, 8u}) {
    const Examination examination(openable(kIphone8), {.jobs = jobs});
    const fs::path csv = folder.path() / std::to_string(jobs);
    examination.write_csv(csv);
    if (jobs == 1) {
      lines = examination.lines();
      tables = files_of(csv);
      EXPECT_GT(tables.size(), 4u);
      continue;
    }
    EXPECT_EQ(examination.lines(), lines) << jobs;
    EXPECT_EQ(files_of(csv), tables) << jobs;
  }
}

TEST(Sameness, TheUnpackedFolderGivesTheSameArtefacts) {
  EXHIBIT_NEEDS_EVIDENCE(kIphone8);
  const TemporaryFolder folder;
  const std::string command =
      "unzip -q '" + openable(kIphone8).string() + "' -d '" + (folder.path() / "phone").string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;  // NOLINT(concurrency-mt-unsafe)
  const Examination unpacked(folder.path() / "phone", {.jobs = 2});
  EXPECT_EQ(lines_of(unpacked.lines(), "kind"), lines_of(lines_of_evidence(kIphone8), "kind"));
  EXPECT_EQ(lines_of(unpacked.lines(), "ledger"), lines_of(lines_of_evidence(kIphone8), "ledger"));
}

}  // namespace
}  // namespace exhibit::tests
