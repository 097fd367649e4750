// Every fixture through its parser: what comes out is what expected.jsonl says, whatever the threads, the container,
// the time zone and the locale.
//
//   golden_test [--fixture PARSER/CASE] [--write-actual FILE] [--gtest_...]
#include <gtest/gtest.h>

#include <clocale>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>

#include "evidence_zip.h"
#include "examination.h"
#include "expected_stream.h"
#include "fixture_list.h"
#include "fixture_tree.h"
#include "temporary_folder.h"

namespace exhibit::golden {
namespace {

namespace fs = std::filesystem;
using tests::Examination;
using tests::Fixture;
using tests::TemporaryFolder;

fs::path write_actual_to;  // empty: nowhere

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

class GoldenTest : public testing::Test {
 public:
  explicit GoldenTest(const Fixture& fixture) : fixture_(fixture) {}

 protected:
  void SetUp() override { fixtures::build_fixtures({fixture_.folder}, phone()); }

  fs::path phone() const { return folder_.path() / "phone"; }

  std::vector<std::string> run(const fs::path& evidence, unsigned jobs) const {
    return Examination(evidence, {.jobs = jobs, .parsers = {fixture_.parser}}).lines();
  }

  const Fixture& fixture_;
  TemporaryFolder folder_;
};

class GivesWhatIsExpected : public GoldenTest {
 public:
  using GoldenTest::GoldenTest;
  void TestBody() override {
    const Examination examination(phone(), {.jobs = 1, .parsers = {fixture_.parser}});
    const std::vector<std::string> lines = examination.lines();
    if (!write_actual_to.empty()) std::ofstream(write_actual_to) << joined(without_heads(lines));
    const FileBytes bytes = [&](const std::string& file, std::uint64_t offset, std::uint64_t length) {
      return bytes_of(examination, file, offset, length);
    };
    for (const std::string& difference : differences(lines, fixture_.expected(), bytes)) ADD_FAILURE() << difference;
    for (const std::string& line : not_round(lines)) ADD_FAILURE() << line;
    EXPECT_TRUE(examination.summary().ledger_adds_up);
  }

 private:
  std::optional<std::string> bytes_of(const Examination& examination, const std::string& file, std::uint64_t offset,
                                      std::uint64_t length) const {
    const auto found = examination.evidence().find_device_path(file);
    if (found.size() != 1) return std::nullopt;
    const std::string content = read(phone() / examination.evidence().entry(found.front()).container_path);
    if (offset > content.size() || length > content.size() - offset) return std::nullopt;
    return content.substr(offset, length);
  }
};

class IsTheSameWithThreadsAndFromAZip : public GoldenTest {
 public:
  using GoldenTest::GoldenTest;
  void TestBody() override {
    const auto folder = run(phone(), 1);
    EXPECT_EQ(joined(run(phone(), 8)), joined(folder));
    const fs::path zip = folder_.write("phone.zip", tests::zip_of(phone()));
    const auto zipped = run(zip, 1);
    EXPECT_EQ(joined(without_heads(zipped)), joined(without_heads(folder)));
    EXPECT_EQ(joined(run(zip, 8)), joined(zipped));
  }
};

/// Sets the place of the process for the time of a test.
class Place {
 public:
  Place() {
    setenv("TZ", "America/New_York", 1);
    tzset();
    setenv("LOCPATH", EXHIBIT_LOCALES, 1);
    is_turkish_ = std::setlocale(LC_ALL, "tr_TR.UTF-8") != nullptr;
  }
  ~Place() {
    std::setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
    setenv("TZ", "UTC", 1);
    tzset();
  }
  bool is_turkish() const { return is_turkish_; }

 private:
  bool is_turkish_ = false;
};

class IsTheSameInNewYorkAndInTurkish : public GoldenTest {
 public:
  using GoldenTest::GoldenTest;
  void TestBody() override {
    const auto here = run(phone(), 1);
    const Place there;
    ASSERT_TRUE(there.is_turkish()) << "no Turkish locale in " << EXHIBIT_LOCALES;
    char decimal[8];
    std::snprintf(decimal, sizeof decimal, "%.1f", 1.5);
    ASSERT_STREQ(decimal, "1,5") << "the locale does not count";
    EXPECT_EQ(joined(run(phone(), 8)), joined(here));
  }
};

std::vector<Fixture> find_fixtures(const std::string& only) {
  std::vector<Fixture> fixtures = tests::all_fixtures();
  std::erase_if(fixtures,
                [&](const Fixture& fixture) { return !only.empty() && only != fixture.parser + "/" + fixture.name; });
  return fixtures;
}

template <class Test>
void register_test(const Fixture& fixture, const char* name) {
  testing::RegisterTest((fixture.parser + "." + fixture.name).c_str(), name, nullptr, nullptr, __FILE__, __LINE__,
                        [&fixture]() -> GoldenTest* { return new Test(fixture); });
}

}  // namespace
}  // namespace exhibit::golden

int main(int argc, char** argv) {
  using namespace exhibit::golden;  // NOLINT(google-build-using-namespace): this file's own
  testing::InitGoogleTest(&argc, argv);
  std::string only;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--fixture") only = argv[i + 1];
    if (option == "--write-actual") write_actual_to = argv[i + 1];
  }
  const std::vector<Fixture> fixtures = find_fixtures(only);
  if (fixtures.empty() || (!write_actual_to.empty() && fixtures.size() != 1)) {
    std::fprintf(stderr, "usage: golden_test [--fixture PARSER/CASE [--write-actual FILE]]\n");
    return 2;
  }
  for (const Fixture& fixture : fixtures) {
    register_test<GivesWhatIsExpected>(fixture, "GivesWhatIsExpected");
    register_test<IsTheSameWithThreadsAndFromAZip>(fixture, "IsTheSameWithThreadsAndFromAZip");
    register_test<IsTheSameInNewYorkAndInTurkish>(fixture, "IsTheSameInNewYorkAndInTurkish");
  }
  return RUN_ALL_TESTS();
}
