// The two invented phones, composed of every parser's story: parsers that read side by side must not disturb each
// other.
#include <gtest/gtest.h>

#include "examination.h"
#include "fixture_list.h"
#include "fixture_tree.h"
#include "temporary_folder.h"

namespace exhibit::tests {
namespace {

class InventedPhone : public testing::TestWithParam<const char*> {
 protected:
  /// As the build target synthetic_phones composes it.
  void SetUp() override {
    std::vector<std::filesystem::path> stories;
    for (const Fixture& fixture : all_fixtures())
      if (fixture.name == "story" && fixture.parser.starts_with(GetParam())) stories.push_back(fixture.folder);
    ASSERT_FALSE(stories.empty());
    fixtures::build_fixtures(stories, folder_.path() / "phone");
  }
  TemporaryFolder folder_;
};

TEST_P(InventedPhone, IsReadWithoutAProblem) {
  const Examination examination(folder_.path() / "phone", {.jobs = 2});
  for (const std::string& line : lines_of(examination.lines(), "problem")) ADD_FAILURE() << line;
  EXPECT_TRUE(examination.summary().ledger_adds_up);
  EXPECT_GT(examination.summary().artefacts, 40u);
}

TEST_P(InventedPhone, GivesEachParserWhatItsOwnFixtureGives) {
  const auto together = lines_of(Examination(folder_.path() / "phone", {.jobs = 2}).lines(), "ledger");
  for (const Fixture& fixture : all_fixtures()) {
    if (fixture.name != "story" || !fixture.parser.starts_with(GetParam())) continue;
    const auto alone = folder_.path() / fixture.parser;
    fixtures::build_fixtures({fixture.folder}, alone);
    for (const std::string& line : lines_of(Examination(alone, {.parsers = {fixture.parser}}).lines(), "ledger"))
      EXPECT_NE(std::ranges::find(together, line), together.end()) << line;
  }
}

INSTANTIATE_TEST_SUITE_P(Platforms, InventedPhone, testing::Values("ios.", "android."));

}  // namespace
}  // namespace exhibit::tests
