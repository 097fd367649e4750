// The comparison itself: what it must see, and what it must not care for.
#include "expected_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace exhibit::golden {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kNote =
    R"({"kind":"Note","id":"79bdde39-3ff7-5033-81b9-a39d09650bb4","title":"keys","created_at":"2023-05-01T12:00:00Z",)"
    R"("provenance":{"exhibit":"F","file":"home:a.db","table":"note","rowid":7,"parser":"ios.notes","query":"Note:note"}})";
constexpr const char* kLedger =
    R"({"ledger":"ios.notes","file":"home:a.db","table":"note","pass":"live","read":2,"emitted":1,"attached":0,"skipped":{"empty":1},"dropped":0})";

std::vector<std::string> compare(const std::vector<std::string>& actual, const std::string& expected) {
  return differences(actual, expected, [](const std::string& file, std::uint64_t offset, std::uint64_t length) {
    const std::string content = "....bring the keys....";
    return file == "home:a.db" && offset + length <= content.size() ? std::optional(content.substr(offset, length))
                                                                    : std::nullopt;
  });
}

TEST(ExpectedStream, KeysMayStandInAnyOrderAndOursMayLack) {
  const std::string note =
      R"({"provenance":{"rowid":7,"table":"note","file":"home:a.db"}, "created_at":"2023-05-01T12:00:00Z",)"
      R"( "title":"keys", "kind":"Note"})";
  EXPECT_THAT(compare({R"({"exhibit":"F"})", kNote, kLedger}, note + "\n\n" + kLedger + "\n"), IsEmpty());
}

TEST(ExpectedStream, ADifferenceIsShownByArtefactAndPath) {
  EXPECT_THAT(
      compare({kNote}, R"({"kind":"Note","title":"key","created_at":"2023-05-01T12:00:00.000Z","folder":"x",)"
                       R"("provenance":{"file":"home:a.db","table":"note","rowid":7}})"),
      ElementsAre(HasSubstr(R"(Note home:a.db note/7: "title" expected "key", got "keys")"),
                  HasSubstr(R"("folder" expected "x", got nothing)"),
                  HasSubstr(R"("created_at" expected "2023-05-01T12:00:00.000Z", got "2023-05-01T12:00:00Z")")));
}

TEST(ExpectedStream, MissingAndSurplusLinesAreListed) {
  EXPECT_THAT(compare({kNote}, kLedger), ElementsAre(HasSubstr("missing: ledger ios.notes home:a.db note live"),
                                                     HasSubstr("not expected: {\"kind\":\"Note\"")));
}

TEST(ExpectedStream, AFieldThatNoKindHasIsAnErrorWithTheNearest) {
  EXPECT_THAT(
      compare({}, R"({"kind":"Note","titl":"keys","provenance":{"file":"home:a.db","table":"note","rowid":7}})"),
      ElementsAre(AllOf(HasSubstr("expected.jsonl:1"), HasSubstr("titl"), HasSubstr("title"))));
}

TEST(ExpectedStream, AnIdThatIsGivenIsCompared) {
  EXPECT_THAT(
      compare({kNote},
              R"({"kind":"Note","id":"00000000-0000-5000-8000-000000000000","title":"keys",)"
              R"("created_at":"2023-05-01T12:00:00Z","provenance":{"file":"home:a.db","table":"note","rowid":7}})"),
      ElementsAre(HasSubstr("missing"), HasSubstr("not expected")));
}

TEST(ExpectedStream, AReferenceIsTheIdOfThatRow) {
  const std::string reply = R"({"kind":"Message","reply_to":{"artefact":"79bdde39-3ff7-5033-81b9-a39d09650bb4"},)"
                            R"("provenance":{"file":"home:a.db","table":"message","rowid":1}})";
  const auto with = [](const std::string& row) {
    return std::string(kNote) + "\n" + R"({"kind":"Message","reply_to":{"artefact":"@)" + row +
           R"("},"provenance":{"file":"home:a.db","table":"message","rowid":1}})";
  };
  EXPECT_THAT(compare({kNote, reply}, with("note/7")), IsEmpty());
  EXPECT_THAT(compare({kNote, reply}, with("note/8")),
              ElementsAre(HasSubstr("no live artefact of that row"), HasSubstr("not expected")));
}

TEST(ExpectedStream, AnyRangeMustHoldTheText) {
  const auto note = [](const std::string& ranges) {
    return R"({"kind":"Note","text":"the keys","provenance":{"file":"home:a.db","table":"note","rowid":7,"ranges":)" +
           ranges + "}}";
  };
  EXPECT_THAT(compare({note(R"([{"offset":4,"length":14}])")}, note(R"("*")")), IsEmpty());
  EXPECT_THAT(compare({note(R"([{"offset":0,"length":9}])")}, note(R"("*")")), ElementsAre(HasSubstr("no byte range")));
  EXPECT_THAT(
      compare({R"({"kind":"Note","text":"the keys","provenance":{"file":"home:a.db","table":"note","rowid":7}})"},
              note(R"("*")")),
      ElementsAre(HasSubstr("expected some")));
}

TEST(ExpectedStream, ChildrenNeedNotNameTheirParserEither) {
  const std::string actual =
      R"({"kind":"Message","reactions":[{"emoji":"x","provenance":{"table":"message","rowid":2,"parser":"p","query":"q"}}],)"
      R"("provenance":{"file":"home:a.db","table":"message","rowid":1}})";
  EXPECT_THAT(
      compare({actual}, R"({"kind":"Message","reactions":[{"emoji":"x","provenance":{"table":"message","rowid":2}}],)"
                        R"("provenance":{"file":"home:a.db","table":"message","rowid":1}})"),
      IsEmpty());
  EXPECT_THAT(
      compare({actual}, R"({"kind":"Message","reactions":[{"emoji":"x","provenance":{"table":"message","rowid":3}}],)"
                        R"("provenance":{"file":"home:a.db","table":"message","rowid":1}})"),
      ElementsAre(HasSubstr(R"("reactions[0].provenance.rowid" expected 3, got 2)")));
}

}  // namespace
}  // namespace exhibit::golden
