#include "case_fixture.h"

namespace exhibit::casefile {
namespace {

using namespace tests;

class JsonLines : public CaseTest {
 protected:
  std::unique_ptr<evidence::Evidence> evidence_ = phone();

  std::vector<std::string> batches() const {
    return {
        task(message(id_of(5), R"("text":"second","sent_at":"2023-05-01T12:00:01Z")", 1), *evidence_),
        task(message(id_of(4), R"("text":"no time")", 2), *evidence_),
        task(message(id_of(3), R"("text":"first","sent_at":"2023-05-01T12:00:00Z")", 3), *evidence_),
        task(message(id_of(2), R"("text":"local","sent_at":"2023-05-01T12:00:00.500")", 4), *evidence_),
        task(message(id_of(1), R"("text":"tie","sent_at":"2023-05-01T12:00:01Z")", 5), *evidence_),
        service(224, "FileRead", R"({"file":"home:Library/SMS/sms.db","sha256":"00ff"})", *evidence_),
        service(208, "Ledger",
                R"({"parser":"ios.sms","file":"home:Library/SMS/sms.db","table":"message","pass":"live","read":9,)"
                R"("emitted":5,"attached":1,"skipped":[{"reason":"no_text","count":2}],"dropped":1,"artefacts":5})",
                *evidence_),
        service(209, "Problem", R"({"code":"not_a_page","file":"home:Library/SMS/sms.db","parser":"ios.sms"})",
                *evidence_),
        service(223, "FileFact",
                R"({"code":"key_gap","file":"home:Library/SMS/sms.db","table":"message","detail":"3"})", *evidence_),
        service(210, "Unread", R"({"file":"home:Library/SMS/sms.db","table":"kvtable","count":12})", *evidence_)};
  }

  static std::vector<std::string> ids(const std::vector<std::string>& lines) {
    std::vector<std::string> found;
    for (const std::string& line : lines) found.push_back(line.substr(line.find("\"id\":\"") + 6, 36));
    return found;
  }
};

TEST_F(JsonLines, StandInTheModelsOrder) {
  Case subject = memory_case();
  add(subject, *evidence_, batches());
  EXPECT_EQ(ids(artefact_lines(subject)), (std::vector<std::string>{id_of(3), id_of(2), id_of(1), id_of(5), id_of(4)}))
      << "by time, local ones by their wall clock, ties by id, unset last";
}

TEST_F(JsonLines, AreTheWholeStream) {
  Case subject = memory_case();
  add(subject, *evidence_, batches());
  std::istringstream in(jsonl(subject));
  std::vector<std::string> others;
  for (std::string line; std::getline(in, line);)
    if (!line.starts_with("{\"kind\"")) others.push_back(line);
  ASSERT_EQ(others.size(), 8u);
  EXPECT_TRUE(others[0].starts_with(R"({"exhibit":"KA/1","sources":[{"container":"folder","size":0,"fingerprint":")"));
  EXPECT_EQ(others[1], R"({"parser":"ios.sms","version":"1","title":"Messages","shape":""})");
  EXPECT_EQ(others[2], R"({"app":"com.example.chat"})");
  EXPECT_EQ(
      others[3],
      R"({"file":"home:Library/SMS/sms.db","container_path":"private/var/mobile/Library/SMS/sms.db","size":40960,)"
      R"("sha256":"00ff","modified_at":"2023-05-01T12:34:56.000000Z"})");
  EXPECT_EQ(
      others[4],
      R"({"ledger":"ios.sms","file":"home:Library/SMS/sms.db","table":"message","pass":"live","read":9,"emitted":5,)"
      R"("attached":1,"skipped":{"no_text":2},"dropped":1})");
  EXPECT_EQ(others[5], R"({"problem":"not_a_page","file":"home:Library/SMS/sms.db","parser":"ios.sms"})");
  EXPECT_EQ(others[6], R"({"fact":"key_gap","file":"home:Library/SMS/sms.db","table":"message","detail":"3"})");
  EXPECT_EQ(others[7], R"({"unread":"home:Library/SMS/sms.db","table":"kvtable","count":12})");
}

TEST_F(JsonLines, AreTheSameHoweverBatchesAreCut) {
  Case each = memory_case();
  Case at_once = memory_case();
  std::string joined;
  for (const std::string& batch : batches()) joined += batch;
  const std::string first = add(each, *evidence_, batches());
  const std::string second = add(at_once, *evidence_, {joined});
  EXPECT_EQ(jsonl(each), jsonl(at_once));
  EXPECT_EQ(first, second) << "and so is the content hash";
  EXPECT_EQ(first.size(), 32u);
}

TEST_F(JsonLines, OfTheFirstExhibitStayWhenASecondIsAdded) {
  auto subject = Case::create(path(), {});
  add(*subject, *evidence_, batches());
  const std::string alone = jsonl(*subject);
  const auto other = phone({{"private/var/mobile/Library/SMS/sms.db", 7}});
  const std::string line = message(id_of(9), R"("text":"other phone","sent_at":"2023-05-01T12:00:00Z")", 1);
  add(*subject, *other, {task(line, *other)}, "KA/2");
  const std::string both = jsonl(*subject);
  std::istringstream in(alone);
  for (std::string line_before; std::getline(in, line_before);)
    EXPECT_NE(("\n" + both).find("\n" + line_before + "\n"), std::string::npos) << line_before;
  EXPECT_NE(both.find(R"("id":")" + id_of(9)), std::string::npos);
  EXPECT_NE(both.find(R"("size":7,)"), std::string::npos) << "the second phone's file";
}

TEST_F(JsonLines, TheContentHashDoesNotDependOnWhatElseIsInTheCase) {
  Case alone = memory_case();
  const std::string expected = add(alone, *evidence_, batches());
  Case second = memory_case();
  const auto other = phone({{"private/var/mobile/Library/SMS/sms.db", 7}});
  add(second, *other, {task(message(id_of(9), R"("text":"x")", 1), *other)}, "KA/0");
  EXPECT_EQ(add(second, *evidence_, batches()), expected);
  Case changed = memory_case();
  auto other_batches = batches();
  other_batches[0] = task(message(id_of(5), R"("text":"Second","sent_at":"2023-05-01T12:00:01Z")", 1), *evidence_);
  EXPECT_NE(add(changed, *evidence_, other_batches), expected);
}

TEST_F(JsonLines, TheContentHashIsTheOneOfTheManual) {
  // Worked out from docs/case-file.md: a Note with title "a" in file 3, row 258, no table, no key, nothing in rest.
  std::string artefact;
  model::WireWriter writer(artefact);
  writer.text(1, "0123456789abcdef");
  const auto provenance = writer.begin(6);
  writer.unsigned_integer(2, 3);
  writer.integer(5, 258);
  writer.end(provenance);
  const auto body = writer.begin(60);
  writer.text(2, "a");
  writer.end(body);
  std::string output;
  model::WireWriter(output).message(1, artefact);
  Case subject = memory_case();
  const std::string content = add(subject, *evidence_, {output});
  using namespace std::string_literals;
  const std::string number = "\0\0\0\x08\0\0\0\0\0\0"s;
  const std::string unset = "\xff\xff\xff\xff";
  const std::string hashed = "\0\0\0\x10"s + "0123456789abcdef" + number + "\0\x3c"s + number + "\0\x01"s + number +
                             "\0\x03"s + unset + number + "\x01\x02" + unset + "\0\0\0\x03\x12\x01"s + "a" + unset;
  EXPECT_EQ(content, std::string(as_text(crypto::sha256(as_bytes(hashed)))));
}

TEST_F(JsonLines, SecretsAreMasked) {
  Case subject = memory_case();
  const std::string line =
      R"({"kind":"Credential","id":")" + id_of(1) +
      R"(","service":"example.com","secret":"70617373776f7264",)"
      R"("provenance":{"exhibit":"KA/1","file":"home:Library/SMS/sms.db","key":"a","parser":"ios.sms"}})";
  add(subject, *evidence_, {task(line, *evidence_)});
  EXPECT_EQ(jsonl(subject).find("70617373776f7264"), std::string::npos);
  EXPECT_NE(jsonl(subject, {.with_secrets = true}).find("70617373776f7264"), std::string::npos);
}

TEST_F(JsonLines, ASkipReasonMayBeAWordOfTheLedgerItself) {
  Case subject = memory_case();
  add(subject, *evidence_,
      {service(
          208, "Ledger",
          R"({"parser":"ios.sms","pass":"live","read":3,"emitted":0,"attached":0,"skipped":[{"reason":"emitted","count":2},)"
          R"({"reason":"note:x\ny","count":1}],"dropped":0})",
          *evidence_)});
  EXPECT_NE(
      jsonl(subject).find(
          R"({"ledger":"ios.sms","pass":"live","read":3,"emitted":0,"attached":0,"skipped":{"emitted":2,"note:x\ny":1},"dropped":0})"),
      std::string::npos)
      << jsonl(subject);
}

}  // namespace
}  // namespace exhibit::casefile
