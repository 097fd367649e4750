#include "casefile/summary.h"

#include "case_fixture.h"
#include "model/model.h"
#include "service_rows.h"

namespace exhibit::casefile {
namespace {

using namespace tests;

class SummaryTest : public CaseTest {
 protected:
  std::unique_ptr<evidence::Evidence> evidence_ = phone();

  std::string device(int n, const std::string& name, const std::string& value) const {
    return task(R"({"kind":"DeviceInfo","id":")" + id_of(n) + R"(","name":")" + name + R"(","value":")" + value +
                    R"(","provenance":{"exhibit":"KA/1","file":"home:Library/SMS/sms.db","key":")" + name +
                    R"(","parser":"ios.device"}})",
                *evidence_);
  }

  std::string ledger(const std::string& counts, const std::string& pass = "live") const {
    return service(208, "Ledger",
                   R"({"parser":"ios.sms","file":"home:Library/SMS/sms.db","table":"message","pass":")" + pass + "\"," +
                       counts + "}",
                   *evidence_);
  }
};

TEST_F(SummaryTest, CountsWhatIsThere) {
  Case subject = memory_case();
  add(subject, *evidence_,
      {task(message(id_of(1), R"("text":"a","sent_at":"2023-05-01T12:00:00","read_at":"2023-05-01T12:00:00+02:00")", 1),
            *evidence_),
       task(message(id_of(2), R"("text":"b","sent_at":"2023-05-01")", 2, R"({"status":"soft_deleted"})"), *evidence_),
       task(message(id_of(3), "\"text\":\"c\"", 3, R"({"status":"tombstone"})"), *evidence_),
       task(message(id_of(4), "\"text\":\"d\"", 4, R"({"status":"recovered"})"), *evidence_),
       task(message(id_of(5), "\"text\":\"e\"", 5, R"({"status":"recovered","reason":"superseded"})"), *evidence_),
       device(6, "model", "iPhone13,2"), device(7, "os_version", "16.1"), device(8, "os_version", "15.0"),
       ledger(R"("read":7,"emitted":4,"attached":0,"skipped":[{"reason":"no_time","count":2}],"dropped":1)"),
       ledger(R"("read":2,"emitted":1,"attached":0,"dropped":0)", "recovered")});
  const auto summary = summarize(subject);
  ASSERT_TRUE(summary);
  ASSERT_EQ(summary->exhibits.size(), 1u);
  const ExhibitSummary& exhibit = summary->exhibits[0];
  EXPECT_EQ(exhibit.model, "iPhone13,2");
  EXPECT_EQ(exhibit.os_version, "16.1") << "the first";
  EXPECT_EQ(exhibit.artefacts, 8u);
  EXPECT_EQ(exhibit.parsers, 1u);
  ASSERT_EQ(exhibit.counts.size(), 2u);
  const KindCount& messages = exhibit.counts[0];
  EXPECT_EQ(messages.kind, "Message");
  EXPECT_EQ(
      (std::vector{messages.live, messages.soft_deleted, messages.tombstone, messages.recovered, messages.history}),
      (std::vector<std::uint64_t>{1, 1, 1, 1, 1}));
  EXPECT_EQ(exhibit.ledger.read, 9u);
  EXPECT_EQ(exhibit.ledger.skipped, 2u);
  EXPECT_FALSE(exhibit.ledger_adds_up());
  ASSERT_EQ(exhibit.gaps.size(), 1u);
  EXPECT_EQ(exhibit.gaps[0].pass, "recovered");
  EXPECT_EQ(exhibit.gaps[0].file, "home:Library/SMS/sms.db");
  ASSERT_EQ(exhibit.skipped.size(), 1u);
  EXPECT_EQ(exhibit.skipped[0].reason, "no_time");
  ASSERT_EQ(exhibit.local_times.size(), 1u) << "read_at has an offset";
  EXPECT_EQ(exhibit.local_times[0].field, "sent_at");
  EXPECT_EQ(exhibit.local_times[0].count, 2u);
  EXPECT_EQ(summary->content_sha256, exhibit.content_sha256);
  EXPECT_EQ(summary->content_sha256.size(), 64u);
}

TEST_F(SummaryTest, TheLargestUnreadComesFirst) {
  Case subject = memory_case();
  const auto unread = [&](const std::string& json) { return service(210, "Unread", json, *evidence_); };
  add(subject, *evidence_,
      {unread(R"({"file":"home:Library/SMS/sms.db","table":"a","count":3})"),
       unread(R"({"file":"home:Library/SMS/sms.db","table":"b","count":4})"),
       unread(R"({"file":"home:Library/AddressBook/AddressBook.sqlitedb","table":"c","count":8})"),
       unread(R"({"file":"home:Library/SMS/sms.db","table":"m","column":"x","count":5})")});
  const auto summary = summarize(subject);
  ASSERT_TRUE(summary);
  const auto& unread_files = summary->exhibits[0].unread;
  ASSERT_EQ(unread_files.size(), 2u);
  EXPECT_EQ(unread_files[0].file, "home:Library/AddressBook/AddressBook.sqlitedb");
  EXPECT_EQ(unread_files[1].rows, 7u);
  EXPECT_EQ(unread_files[1].tables, 2u);
  ASSERT_EQ(summary->exhibits[0].unread_columns.size(), 1u);
  EXPECT_EQ(summary->exhibits[0].unread_columns[0].column, "x");
}

TEST_F(SummaryTest, AsJsonIsOneObjectWithThePromisedKeys) {
  Case subject = memory_case();
  add(subject, *evidence_, {task(message(id_of(1), R"("text":"a")", 1), *evidence_)});
  const std::string json = summary_json(*summarize(subject), 2.5);
  for (
      const char* part :
      {R"({"case":"","content_sha256":")",
       R"("elapsed_s":2.5,"exhibits":[{"label":"KA/1","device":{},"sources":[{"path":"phone",)",
       R"("counts":[{"kind":"Message","app":"com.example.chat","live":1,"soft_deleted":0,"tombstone":0,"recovered":0,"history":0}])",
       R"("ledger":{"read":0,"emitted":0,"attached":0,"skipped":0,"dropped":0,"adds_up":true)", R"("problems":[])",
       R"("unread":[])", R"("local_times":[])"})
    EXPECT_NE(json.find(part), std::string::npos) << part << "\n" << json;
}

TEST(ServiceRecords, HaveTheNumbersOfTheModel) {
  const auto& output = model::Model::get().message("TaskOutput");
  const std::pair<std::string_view, std::uint32_t> known[] = {{"ledger", record::kLedger},
                                                              {"problem", record::kProblem},
                                                              {"unread", record::kUnread},
                                                              {"file_read", record::kFileRead},
                                                              {"file_fact", record::kFileFact}};
  for (const auto& [name, number] : known) EXPECT_EQ(output.find(name)->number, number) << name;
  EXPECT_EQ(output.fields.size(), std::size(known) + 1) << "a new record would be refused";
}

}  // namespace
}  // namespace exhibit::casefile
