#include "case_fixture.h"
#include "file_finder.h"
#include "model/wire_reader.h"

namespace exhibit::casefile {
namespace {

using namespace tests;

TEST(DevicePaths, AreReadFromWhatAppsWrite) {
  EXPECT_EQ(device_form("~/Library/SMS/Attachments/ab/pier.jpg"), "home:Library/SMS/Attachments/ab/pier.jpg");
  EXPECT_EQ(device_form("/var/mobile/Media/DCIM/1.JPG"), "home:Media/DCIM/1.JPG");
  EXPECT_EQ(device_form("file:///private/var/mobile/Media/a"), "home:Media/a");
  EXPECT_EQ(device_form("/storage/emulated/0/DCIM/1.jpg"), "media:DCIM/1.jpg");
  EXPECT_EQ(device_form("/data/user/0/com.example.chat/files/a"), "app:com.example.chat/files/a");
  EXPECT_EQ(device_form("/data/data/com.example.chat/files/a"), "app:com.example.chat/files/a");
  EXPECT_EQ(device_form("/var/mobile/Containers/Data/Application/694FBBC5-0000-4000-8000-000000000000/Documents/a"),
            "Documents/a");
  EXPECT_EQ(device_form("/var/mobile/Containers/Data/Application/short"), "home:Containers/Data/Application/short");
  EXPECT_EQ(device_form("Media/9/c/pier.jpg"), "Media/9/c/pier.jpg");
}

class Resolve : public CaseTest {
 protected:
  static bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

  std::string attachment_of(const std::string& file) {
    Case subject = memory_case();
    add(subject, *evidence_, {task(message(id_of(1), R"("attachments":[)" + file + "]", 1), *evidence_)});
    const std::string line = artefact_lines(subject).front();
    const auto from = line.find("\"attachments\":[") + 15;
    return line.substr(from, line.find(']', from) - from);
  }

  std::unique_ptr<evidence::Evidence> evidence_ = phone();
};

TEST_F(Resolve, AttachmentsBecomeFilesOfTheEvidence) {
  EXPECT_EQ(attachment_of(R"({"path":"~/Library/SMS/Attachments/ab/pier.jpg"})"),
            R"({"path":"~/Library/SMS/Attachments/ab/pier.jpg","file":"home:Library/SMS/Attachments/ab/pier.jpg"})");
  EXPECT_EQ(
      attachment_of(R"({"path":"DCIM/100APPLE/IMG_0001.JPG","mime":"image/jpeg"})"),
      R"({"path":"DCIM/100APPLE/IMG_0001.JPG","file":"home:Media/DCIM/100APPLE/IMG_0001.JPG","mime":"image/jpeg"})")
      << "the end of a path in the same container";
  EXPECT_EQ(attachment_of(R"({"path":"elsewhere/IMG_0001.JPG","size_bytes":5000})"),
            R"({"path":"elsewhere/IMG_0001.JPG","file":"home:Media/DCIM/100APPLE/IMG_0001.JPG","size_bytes":5000})")
      << "name and size";
}

TEST_F(Resolve, WhatIsPutInKeepsTheOrderOfFields) {
  Case subject = memory_case();
  add(subject, *evidence_,
      {task(message(id_of(1), R"("attachments":[{"path":"DCIM/100APPLE/IMG_0001.JPG","mime":"image/jpeg"}])", 1),
            *evidence_)});
  Artefacts artefacts(subject);
  const auto wire = artefacts.wire(1);
  ASSERT_TRUE(wire);
  const auto file = model::find_path(as_bytes(*wire), {20, 16});
  ASSERT_TRUE(file);
  std::vector<std::uint32_t> numbers;
  model::WireReader reader(file->bytes);
  for (model::WireField field; reader.next(field);) numbers.push_back(field.number);
  EXPECT_EQ(numbers, (std::vector<std::uint32_t>{1, 3, 6}));
}

TEST_F(Resolve, SeveralCandidatesAreAllKeptAndNoneChosen) {
  EXPECT_EQ(attachment_of(R"({"path":"elsewhere/memo.m4a","size_bytes":700})"),
            R"({"path":"elsewhere/memo.m4a","size_bytes":700})");
  auto subject = Case::create(path(), {});
  add(*subject, *evidence_,
      {task(message(id_of(1), R"("attachments":[{"path":"x"},{"path":"elsewhere/memo.m4a","size_bytes":700}])", 1),
            *evidence_)});
  // Message.attachments is 20.16; the second of them is place 1.
  EXPECT_EQ(stock_rows(path(), "SELECT count(*), min(field & 0xffffffffffff), min(field >> 48) FROM file_use"),
            std::vector<std::string>{"2|" + std::to_string(20 << 8 | 16) + "|1"});
}

TEST_F(Resolve, WhatIsNotThereIsSaidToBeMissingUnlessTheParserKnewMore) {
  EXPECT_EQ(attachment_of(R"({"path":"gone.jpg","size_bytes":1})"),
            R"({"path":"gone.jpg","missing":"not_in_extraction","size_bytes":1})");
  EXPECT_EQ(attachment_of(R"({"path":"gone.jpg","missing":"not_downloaded"})"),
            R"({"path":"gone.jpg","missing":"not_downloaded"})");
  EXPECT_EQ(attachment_of(R"({"name":"gone.jpg","url":"https://example.com/1"})"),
            R"({"name":"gone.jpg","url":"https://example.com/1"})")
      << "no path was claimed";
}

TEST_F(Resolve, WhatIsFoundOutIsNotInTheBody) {
  auto subject = Case::create(path(), {});
  add(*subject, *evidence_, {task(message(id_of(1), R"("attachments":[{"path":"gone.jpg"}])", 1), *evidence_)});
  // attachments (16) with path (1) "gone.jpg" and nothing else
  EXPECT_EQ(stock_rows(path(), "SELECT hex(body) FROM artefact"),
            std::vector<std::string>{"82010A0A08676F6E652E6A7067"});
}

TEST_F(Resolve, QuotesNameTheMessageTheyMean) {
  Case subject = memory_case();
  const auto quote = [&](int n, const std::string& wanted) {
    return task(message(id_of(n), R"("reply_to":{"message_id":")" + wanted + R"(","text":"snapshot"})", n), *evidence_);
  };
  add(subject, *evidence_,
      {quote(1, "m9"), task(message(id_of(2), R"("message_id":"m9")", 2), *evidence_),
       task(message(id_of(3), R"("message_id":"m9")", 2, R"({"status":"recovered","reason":"superseded"})"),
            *evidence_),
       quote(4, "gone"), quote(5, "twice"), task(message(id_of(6), R"("message_id":"twice")", 6), *evidence_),
       task(message(id_of(7), R"("message_id":"twice")", 7), *evidence_)});
  const auto lines = artefact_lines(subject);
  EXPECT_TRUE(has(lines[0], R"("reply_to":{"message_id":"m9","artefact":")" + id_of(2) + R"(","text":"snapshot"})"));
  EXPECT_TRUE(has(lines[3], R"("reply_to":{"message_id":"gone","text":"snapshot"})"));
  EXPECT_TRUE(has(lines[4], R"("reply_to":{"message_id":"twice","text":"snapshot"})")) << "two live ones: neither";
}

TEST_F(Resolve, PartiesNameTheirOneContact) {
  Case subject = memory_case();
  const auto contact = [&](int n, const std::string& number) {
    return task(R"({"kind":"Contact","id":")" + id_of(n) +
                    R"(","app":"com.example.contacts","display_name":"Nell",)"
                    R"("parties":[{"address":"x","address_kind":"phone","normalized":")" +
                    number +
                    R"("}],)"
                    R"("provenance":{"exhibit":"KA/1","file":"home:Library/SMS/sms.db","rowid":)" +
                    std::to_string(n) + R"(,"parser":"ios.contacts"}})",
                *evidence_);
  };
  const auto from = [&](int n, const std::string& number, const std::string& kind) {
    return task(message(id_of(n),
                        R"("sender":{"address":")" + number + R"(","address_kind":")" + kind + R"(","normalized":")" +
                            number + "\"}",
                        n),
                *evidence_);
  };
  add(subject, *evidence_,
      {from(1, "+447700900001", "phone"), from(2, "+447700900002", "phone"), from(3, "+447700900001", "app_id"),
       contact(4, "+447700900001"), contact(5, "+447700900002"), contact(6, "+447700900002")});
  const auto lines = artefact_lines(subject);
  EXPECT_TRUE(has(lines[0], R"("normalized":"+447700900001","contact":")" + id_of(4) + "\"}"));
  EXPECT_FALSE(has(lines[1], R"("contact":)")) << "two cards with one number";
  EXPECT_FALSE(has(lines[2], R"("contact":)")) << "the same digits, but no phone number";
  EXPECT_FALSE(has(lines[3], R"("contact":)")) << "a card does not name itself";
}

TEST_F(Resolve, EqualRecordsOfTwoSourcesAreOne) {
  const auto backup = phone(phone_files(), "backup");
  const std::uint64_t base = evidence_->entries().size();
  Case subject = memory_case();
  const auto in_backup = [&](int n, const std::string& fields, int row) {
    return task(message(id_of(n), fields, row), *backup, base);
  };
  add_sources(subject, {{.evidence = evidence_.get()}, {.evidence = backup.get()}},
              {task(message(id_of(1), R"("message_id":"a","text":"same")", 1), *evidence_),
               task(message(id_of(2), R"("message_id":"b","text":"before")", 2), *evidence_),
               task(message(id_of(3), R"("message_id":"c","text":"only here")", 3), *evidence_),
               in_backup(4, R"("message_id":"a","text":"same")", 101),
               in_backup(5, R"("message_id":"b","text":"after")", 102)});
  const auto lines = artefact_lines(subject);
  ASSERT_EQ(lines.size(), 4u) << "the equal one is no artefact of its own";
  EXPECT_TRUE(has(
      lines[0], R"("provenance":{"exhibit":"KA/1","file":"#1 home:Library/SMS/sms.db","table":"message","rowid":1,)"));
  EXPECT_TRUE(has(
      lines[0], R"("also_in":[{"exhibit":"KA/1","file":"#2 home:Library/SMS/sms.db","table":"message","rowid":101,)"));
  EXPECT_TRUE(has(lines[3], R"("links":[{"kind":"same_as","artefact":")" + id_of(2) + "\"}]")) << lines[3];
  EXPECT_FALSE(has(lines[1], "also_in"));
}

TEST_F(Resolve, WithoutAKeyTheContentOfARecordIsCompared) {
  const auto backup = phone(phone_files(), "backup");
  const std::uint64_t base = evidence_->entries().size();
  Case subject = memory_case();
  add_sources(subject, {{.evidence = evidence_.get()}, {.evidence = backup.get()}},
              {task(message(id_of(1), R"("text":"no key")", 1), *evidence_),
               task(message(id_of(2), R"("text":"no key")", 2), *evidence_),
               task(message(id_of(3), R"("text":"no key")", 101), *backup, base),
               task(message(id_of(4), R"("text":"no key either")", 102), *backup, base)});
  const auto lines = artefact_lines(subject);
  ASSERT_EQ(lines.size(), 3u) << "two of one source stay two";
  EXPECT_TRUE(has(lines[0], R"("table":"message","rowid":101,)"));
}

TEST_F(Resolve, FilesThatShareADevicePathAreNamedByContainerPath) {
  const auto users = phone({{"data/data/com.example.chat/databases/a.db", 1},
                            {"data/user/10/com.example.chat/databases/a.db", 2},
                            {"data/data/com.example.chat/files/b", 3}});
  ASSERT_EQ(users->entry(1).device_path, users->entry(3).device_path);
  const auto in_file = [](int n, int file) {
    std::string artefact;
    model::WireWriter writer(artefact);
    writer.text(1, std::string(15, '\0') + static_cast<char>(n));
    const auto provenance = writer.begin(6);
    writer.unsigned_integer(2, static_cast<std::uint64_t>(file));
    writer.integer(5, n);
    writer.end(provenance);
    const auto body = writer.begin(199);
    writer.text(1, "x");
    writer.end(body);
    std::string output;
    model::WireWriter(output).message(1, artefact);
    return output;
  };
  Case subject = memory_case();
  add(subject, *users, {in_file(1, 1), in_file(2, 2), in_file(3, 3)});
  const auto lines = artefact_lines(subject);
  EXPECT_TRUE(has(lines[0], R"("file":"data/data/com.example.chat/databases/a.db")")) << lines[0];
  EXPECT_TRUE(has(lines[1], R"("file":"app:com.example.chat/files/b")")) << lines[1];
  EXPECT_TRUE(has(lines[2], R"("file":"data/user/10/com.example.chat/databases/a.db","device_user":10)")) << lines[2];
}

TEST_F(Resolve, LinksOfParsersBecomeRows) {
  auto subject = Case::create(path(), {});
  const auto linked = [&](int n, int target) {
    const std::string line = message(id_of(n), R"("text":"x")", n);
    return task(line.substr(0, line.find(",\"provenance\"")) + R"(,"links":[{"kind":"part_of","artefact":")" +
                    id_of(target) + "\"}]" + line.substr(line.find(",\"provenance\"")),
                *evidence_);
  };
  add(*subject, *evidence_, {linked(1, 2), linked(2, 77)});
  EXPECT_EQ(stock_rows(path(), "SELECT artefact, kind, target FROM link"), std::vector<std::string>{"1|1|2"});
  EXPECT_TRUE(has(artefact_lines(*subject)[1], R"("links":[{"kind":"part_of","artefact":")" + id_of(77) + "\"}]"));
}

}  // namespace
}  // namespace exhibit::casefile
