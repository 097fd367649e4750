#include "case_fixture.h"
#include "model/wire_reader.h"
#include "search.h"

namespace exhibit::casefile {
namespace {

using namespace tests;

TEST(Search, WordsMatchAnywhereInside) {
  const std::string text = "The keys of +447700900002\nPier crew\n";
  const auto has = [&](std::string_view words) { return matches(parse_search(words), text); };
  EXPECT_TRUE(has("key"));
  EXPECT_TRUE(has("KEYS 7700"));
  EXPECT_TRUE(has("pier  keys"));
  EXPECT_FALSE(has("keys boat"));
  EXPECT_TRUE(has(""));
}

TEST(Search, QuotesAreWholeWordsInOrderWithinOneText) {
  const std::string text = "bring the keys, now\nnow go\n";
  const auto has = [&](std::string_view words) { return matches(parse_search(words), text); };
  EXPECT_TRUE(has("\"the keys now\""));
  EXPECT_FALSE(has("\"the key\""));
  EXPECT_FALSE(has("\"keys the\""));
  EXPECT_FALSE(has("\"keys now go\"")) << "across two texts";
  EXPECT_TRUE(has("\"the keys")) << "an unended quote goes to the end";
}

TEST(Search, AMinusExcludes) {
  const std::string text = "bring the keys\n";
  const auto has = [&](std::string_view words) { return matches(parse_search(words), text); };
  EXPECT_FALSE(has("bring -key"));
  EXPECT_TRUE(has("bring -boat"));
  EXPECT_FALSE(has("-\"the keys\""));
  EXPECT_TRUE(has("-\"the key\""));
  EXPECT_FALSE(has("-")) << "a minus alone is sought as it stands";
}

TEST(Search, CaseAndDiacriticsAreIgnored) {
  EXPECT_TRUE(matches(parse_search("cafe"), "Caf\xC3\xA9\n"));
  EXPECT_TRUE(matches(parse_search("CAF\xC3\x89"), "cafe\n"));
  EXPECT_TRUE(matches(parse_search("strasse"),
                      "Stra\xC3\x9F"
                      "e\n"));
  EXPECT_TRUE(matches(parse_search("\"\xD0\x9A\xD0\x9B\xD0\xAE\xD0\xA7\""), "\xD0\xBA\xD0\xBB\xD1\x8E\xD1\x87\n"));
  EXPECT_TRUE(matches(parse_search("\xE9\x92\xA5"), "\xE6\x8B\xBF\xE9\x92\xA5\xE5\x8C\x99\n"))
      << "no spaces between words";
}

TEST(TimeSpans, APrefixMeansAllOfIt) {
  const auto month = time_span("2023-05");
  ASSERT_TRUE(month);
  EXPECT_EQ(month->from_us, 1'682'899'200'000'000);
  EXPECT_EQ(month->to_us, 1'685'577'600'000'000);
  EXPECT_EQ(time_span("2023")->to_us, 1'704'067'200'000'000);
  EXPECT_EQ(time_span("2023-12")->to_us, 1'704'067'200'000'000);
  EXPECT_EQ(time_span("2023-05-01T12:34")->to_us - time_span("2023-05-01T12:34")->from_us, 60'000'000);
  EXPECT_FALSE(time_span("May"));
}

class Query : public CaseTest {
 protected:
  void SetUp() override {
    evidence_ = phone();
    subject_.emplace(memory_case());
    const std::string nell = R"("sender":{"address":"+447700900001","name":"Nell"})";
    add(*subject_, *evidence_,
        {task(message(id_of(1),
                      R"("conversation_id":"c1",)" + nell + R"(,"text":"at the pier","sent_at":"2023-05-01T12:00:00Z")",
                      1),
              *evidence_),
         task(message(id_of(2),
                      R"("conversation_id":"c1","text":"who has the keys","sent_at":"2023-05-31T23:59:59.900Z")", 2),
              *evidence_),
         task(message(id_of(3), R"("text":"trashed","sent_at":"2023-06-01T00:00:00Z")", 3,
                      R"({"status":"soft_deleted"})"),
              *evidence_),
         task(message(id_of(4), R"("text":"older words")", 2,
                      R"({"status":"recovered","reason":"superseded","live_twin":")" + id_of(2) + "\"}"),
              *evidence_),
         task(message(id_of(5), R"("text":"bring the keys","recipients":[{"address":"+447700900001"}])", 9,
                      R"({"status":"recovered","found_in":"freeblock"})"),
              *evidence_),
         named(
             "Chatter",
             task(
                 R"({"kind":"Conversation","id":")" + id_of(6) +
                     R"(","app":"com.example.chat","conversation_id":"c1","title":"Pier crew",)"
                     R"("provenance":{"exhibit":"KA/1","file":"home:Library/SMS/sms.db","rowid":1,"parser":"ios.sms"}})",
                 *evidence_)),
         task(R"({"kind":"Note","id":")" + id_of(7) +
                  R"(","app":"com.example.notes","title":"keys","extra":[{"name":"fw","value":"seven"}],)"
                  R"("provenance":{"exhibit":"KA/1","file":"home:Library/SMS/sms.db","rowid":1,"parser":"ios.notes"}})",
              *evidence_)});
    artefacts_.emplace(*subject_);
  }

  /// A task's artefact with the name of its app, which the text form does not carry.
  static std::string named(std::string_view app_name, const std::string& task_output) {
    std::string artefact;
    model::WireWriter(artefact).text(3, app_name);
    artefact += model::find_field(as_bytes(task_output), 1)->text();
    std::string output;
    model::WireWriter(output).message(1, artefact);
    return output;
  }

  std::vector<std::int64_t> select(const Filter& filter) {
    auto found = artefacts_->select(filter);
    EXPECT_TRUE(found);
    std::ranges::sort(*found);
    return *found;
  }

  using Numbers = std::vector<std::int64_t>;
  std::unique_ptr<evidence::Evidence> evidence_;
  std::optional<Case> subject_;
  std::optional<Artefacts> artefacts_;
};

TEST_F(Query, HistoryStaysUnderItsLiveArtefact) {
  EXPECT_EQ(select({}), (Numbers{1, 2, 3, 5, 6, 7}));
  EXPECT_EQ(select({.with_history = true}), (Numbers{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(select({.only_deleted = true}), (Numbers{3, 5}));
  EXPECT_EQ(*artefacts_->history(2), Numbers{4});
  EXPECT_EQ(*artefacts_->history(1), Numbers{});
}

TEST_F(Query, FiltersAreAnded) {
  EXPECT_EQ(select({.kinds = {60}}), Numbers{7});
  EXPECT_EQ(select({.kinds = {20, 60}, .search = "keys"}), (Numbers{2, 5, 7}));
  EXPECT_EQ(select({.kinds = {20}, .search = "keys", .only_deleted = true}), Numbers{5});
  EXPECT_EQ(select({.search = "\"the keys\""}), (Numbers{2, 5}));
  EXPECT_EQ(select({.search = "\"the key\""}), Numbers{});
  EXPECT_EQ(select({.search = "keys -\"who has\""}), (Numbers{5, 7}));
  EXPECT_EQ(select({.search = "seven"}), Numbers{7}) << "extra is searched";
  EXPECT_EQ(select({.exhibit = "KA/1"}).size(), 6u);
  EXPECT_EQ(select({.exhibit = "KA/2"}), Numbers{});
}

TEST_F(Query, TimesAreHalfOpen) {
  const auto may = time_span("2023-05");
  EXPECT_EQ(select({.since_us = may->from_us, .until_us = may->to_us}), (Numbers{1, 2}));
}

TEST_F(Query, WithFindsPartiesAndConversations) {
  EXPECT_EQ(select({.with = "nell"}), Numbers{1});
  EXPECT_EQ(select({.with = "7700900001"}), (Numbers{1, 5})) << "single parties and those in lists";
  EXPECT_EQ(select({.with = "PIER"}), (Numbers{1, 2, 6})) << "the conversation's title";
}

TEST_F(Query, TheLastOfAnOrderedList) {
  EXPECT_EQ(*artefacts_->select({.kinds = {20}, .last = 2}), (Numbers{3, 5})) << "unset times stand last";
}

TEST_F(Query, AppsAreFoundByIdNameOrPrefix) {
  EXPECT_EQ(artefacts_->find_app("COM.example.chat")->size(), 1u);
  EXPECT_EQ(*artefacts_->find_app("chatter"), *artefacts_->find_app("com.example.chat"));
  EXPECT_EQ(artefacts_->find_app("com.example.n")->size(), 1u);
  EXPECT_TRUE(artefacts_->find_app("com.example")->empty()) << "two begin so";
}

TEST_F(Query, LinesAndIds) {
  const auto line = artefacts_->line(1);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->title, "Nell - at the pier");
  EXPECT_EQ(line->id, id_of(1));
  EXPECT_EQ(line->app, "com.example.chat");
  EXPECT_EQ(*artefacts_->find_id(id_of(5)), Numbers{5});
  EXPECT_EQ(artefacts_->find_id("0000000A-0000")->size(), 2u) << "not unique: two are enough to know";
  EXPECT_FALSE(artefacts_->line(99));
}

TEST_F(Query, DerivedFieldsAreThereWhenAsked) {
  const auto wire = artefacts_->wire(1, Whole::with_derived);
  ASSERT_TRUE(wire);
  const auto time_field = model::find_field(as_bytes(*wire), 11);
  ASSERT_TRUE(time_field);
  EXPECT_EQ(time_field->value, 10u) << "sent_at";
  EXPECT_EQ(model::find_path(as_bytes(*wire), {6, 12})->text(), "private/var/mobile/Library/SMS/sms.db");
  EXPECT_EQ(model::find_path(as_bytes(*wire), {6, 10})->text(), "1");
}

TEST(Titles, NeverShowASecret) {
  std::string body;
  model::WireWriter writer(body);
  writer.text(1, "card");
  writer.text(6, "4000 0000 0000 0002");
  EXPECT_EQ(title_text(101, as_bytes(body)).find("4000"), std::string::npos);
  std::string text;
  append_search_text(text, 101, as_bytes(body), {});
  EXPECT_EQ(text.find("4000"), std::string::npos);
}

}  // namespace
}  // namespace exhibit::casefile
