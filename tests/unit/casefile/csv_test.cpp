#include "case_fixture.h"

namespace exhibit::casefile {
namespace {

using namespace tests;

class Csv : public CaseTest {
 protected:
  void SetUp() override {
    subject_.emplace(memory_case());
    add(*subject_, *evidence_,
        {task(
             message(
                 id_of(1),
                 R"("sender":{"address":"+447700900001"},"text":"=1+1","subject":"a,\"b\"\nc","sent_at":"2023-05-01T12:00:00Z","forward_count":-3)",
                 1),
             *evidence_),
         task(message(id_of(2), R"("text":"  @x","subject":"plain - text")", 2), *evidence_)});
  }

  std::string file(const std::string& folder, const std::string& name) const {
    std::ifstream in(path(folder) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  std::unique_ptr<evidence::Evidence> evidence_ = phone();
  std::optional<Case> subject_;
};

TEST_F(Csv, GuardsTextThatASpreadsheetWouldRun) {
  ASSERT_TRUE(write_csv(*subject_, {}, {}, path("out")));
  const std::string text = file("out", "message.csv");
  EXPECT_TRUE(text.starts_with("\xEF\xBB\xBFid,exhibit,app,time,deleted,"));
  EXPECT_NE(text.find(",'=1+1,"), std::string::npos) << text;
  EXPECT_NE(text.find(",'+447700900001,"), std::string::npos);
  EXPECT_NE(text.find(",'  @x,"), std::string::npos);
  EXPECT_NE(text.find(",\"a,\"\"b\"\"\nc\","), std::string::npos);
  EXPECT_NE(text.find(",plain - text,"), std::string::npos);
  EXPECT_NE(text.find(",-3,"), std::string::npos) << "a number is no text";
  EXPECT_TRUE(text.ends_with("\r\n"));
}

TEST_F(Csv, RawIsAsItIs) {
  ASSERT_TRUE(write_csv(*subject_, {}, {.raw = true}, path("out")));
  const std::string text = file("out", "message.csv");
  EXPECT_TRUE(text.starts_with("id,exhibit,"));
  EXPECT_NE(text.find(",=1+1,"), std::string::npos);
}

TEST_F(Csv, HasAFileForEachKindThatIsThereAndTheOverviews) {
  ASSERT_TRUE(write_csv(*subject_, {}, {}, path("out")));
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path("out"))) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  EXPECT_EQ(names,
            (std::vector<std::string>{"files.csv", "ledger.csv", "message.csv", "problems.csv", "timeline.csv"}));
  EXPECT_FALSE(std::filesystem::exists(path("out.partial")));
  EXPECT_FALSE(write_csv(*subject_, {}, {}, path("out"))) << "nothing that exists is overwritten";
}

TEST_F(Csv, FollowsTheFilter) {
  ASSERT_TRUE(write_csv(*subject_, {.search = "@x"}, {}, path("out")));
  const std::string text = file("out", "message.csv");
  EXPECT_EQ(text.find(id_of(1)), std::string::npos);
  EXPECT_NE(text.find(id_of(2)), std::string::npos);
}

TEST_F(Csv, AFileHasItsNameOnlyWhenItIsWhole) {
  {
    auto output = FileOutput::create(path("a.jsonl"));
    ASSERT_TRUE(output);
    ASSERT_TRUE(output->write("half"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  auto output = FileOutput::create(path("a.jsonl"));
  ASSERT_TRUE(output->write("whole\n"));
  ASSERT_TRUE(output->commit());
  EXPECT_EQ(std::filesystem::file_size(path("a.jsonl")), 6u);
  EXPECT_FALSE(FileOutput::create(path("a.jsonl")));
}

}  // namespace
}  // namespace exhibit::casefile
