#include <fcntl.h>
#include <sys/file.h>

#include <atomic>
#include <thread>

#include "case_fixture.h"
#include "case_state.h"
#include "casefile/audit.h"

namespace exhibit::casefile {
namespace {

using namespace tests;

class CaseFile : public CaseTest {
 protected:
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }

  std::string bytes(const std::string& file) const {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_F(CaseFile, HasItsNameOnlyWhenTheRunHasEnded) {
  const auto evidence = phone();
  {
    auto subject = Case::create(path(), {});
    ASSERT_TRUE(subject);
    EXPECT_EQ(names(), std::vector<std::string>{"alice.exhibit.partial"});
    add(*subject, *evidence, {task(message(id_of(1), R"("text":"hello")", 1), *evidence)});
    EXPECT_EQ(names(), std::vector<std::string>{"alice.exhibit"});
    EXPECT_EQ(artefact_lines(*subject).size(), 1u);
  }
  EXPECT_EQ(stock_rows(path(), "PRAGMA application_id"), std::vector<std::string>{"1163413570"});
  EXPECT_EQ(stock_rows(path(), "PRAGMA user_version"), std::vector<std::string>{"1"});
  EXPECT_EQ(stock_rows(path(), "PRAGMA page_size"), std::vector<std::string>{"8192"});
  EXPECT_EQ(stock_rows(path(), "PRAGMA integrity_check"), std::vector<std::string>{"ok"});
}

TEST_F(CaseFile, AnAbandonedRunLeavesTheCaseAsItWas) {
  const auto evidence = phone();
  const auto other = phone({{"private/var/mobile/Library/SMS/sms.db", 1}});
  {
    auto subject = Case::create(path(), {});
    add(*subject, *evidence, {task(message(id_of(1), R"("text":"hello")", 1), *evidence)});
    const std::string before = bytes(path());
    ASSERT_TRUE(subject->begin_run({}));
    auto writer = ExhibitWriter::begin(*subject, {.label = "KA/2", .sources = {{.evidence = other.get()}}});
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->take(as_bytes(task(message(id_of(2), R"("text":"lost")", 1), *other))));
    writer->reset();
    subject->abandon_run();
    EXPECT_EQ(bytes(path()), before);
    EXPECT_EQ(artefact_lines(*subject).size(), 1u) << "and it can still be read";
  }
  EXPECT_EQ(names(), std::vector<std::string>{"alice.exhibit"});
}

TEST_F(CaseFile, ACancelledEndLeavesTheCaseAsItWas) {
  const auto evidence = phone();
  const auto other = phone({{"private/var/mobile/Library/SMS/sms.db", 1}});
  for (const std::string& file : {path(), std::string()}) {
    auto subject = Case::create(file, {});
    add(*subject, *evidence, {task(message(id_of(1), R"("text":"hello")", 1), *evidence)});
    const std::string before = bytes(path());
    ASSERT_TRUE(subject->begin_run({}));
    {
      auto writer = ExhibitWriter::begin(*subject, {.label = "KA/2", .sources = {{.evidence = other.get()}}});
      ASSERT_TRUE(writer);
      ASSERT_TRUE((*writer)->take(as_bytes(task(message(id_of(2), R"("text":"lost")", 1), *other))));
      ASSERT_TRUE((*writer)->finish());
    }
    Cancel cancel;
    cancel.request();
    subject->set_cancel(&cancel);
    const auto ended = subject->end_run(0, true);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().code, ErrorCode::cancelled);
    subject->set_cancel(nullptr);
    subject->abandon_run();
    EXPECT_EQ(artefact_lines(*subject).size(), 1u);
    EXPECT_EQ(bytes(path()), before);
  }
  EXPECT_EQ(names(), std::vector<std::string>{"alice.exhibit"});
}

TEST_F(CaseFile, AnInterruptEndsTheStatementAtWork) {
  auto subject = Case::create("", {});
  ASSERT_TRUE(subject);
  std::atomic<bool> is_over = false;
  std::thread other([&] {
    while (!is_over) subject->interrupt();
  });
  // Endless, but for the interrupt.
  const auto counted = subject->state().connection.number(
      "WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM i) SELECT count(*) FROM i");
  is_over = true;
  other.join();
  ASSERT_FALSE(counted);
  EXPECT_EQ(counted.error().code, ErrorCode::cancelled);
  EXPECT_TRUE(subject->fact("case_uuid")) << "and the case can be used";
}

TEST_F(CaseFile, ARunThatWasNeverEndedLeavesNothing) {
  {
    auto subject = Case::create(path(), {});
    ASSERT_TRUE(subject->begin_run({}));
  }
  EXPECT_TRUE(names().empty());
}

TEST_F(CaseFile, TwoWritersOfOneCaseAreRefused) {
  auto first = Case::create(path(), {});
  ASSERT_TRUE(first);
  const auto second = Case::create(path(), {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::io);
  EXPECT_EQ(second.error().found, static_cast<std::uint64_t>(EWOULDBLOCK));
}

TEST_F(CaseFile, ADeadPartialIsRemovedWithANote) {
  std::ofstream(path() + ".partial") << "what a crash left";
  auto subject = Case::create(path(), {});
  ASSERT_TRUE(subject);
  ASSERT_EQ(subject->notes().size(), 1u);
  EXPECT_NE(subject->notes().front().find("alice.exhibit.partial"), std::string::npos);
}

TEST_F(CaseFile, AnExistingPathIsNotOverwritten) {
  std::ofstream(path()) << "something else";
  const auto subject = Case::create(path(), {});
  ASSERT_FALSE(subject);
  EXPECT_EQ(subject.error().found, static_cast<std::uint64_t>(EEXIST));
  EXPECT_EQ(bytes(path()), "something else");
}

TEST_F(CaseFile, WhatIsNoCaseIsNotOpened) {
  std::ofstream(path("text")) << "not a database at all, and long enough to be taken for one at first sight";
  EXPECT_EQ(Case::open(path("text"), Access::read_only).error().code, ErrorCode::malformed);
  EXPECT_EQ(Case::open(path("absent"), Access::read_only).error().code, ErrorCode::not_found);
  sqlite3* other = nullptr;
  sqlite3_open(path("other.db").c_str(), &other);
  sqlite3_exec(other, "CREATE TABLE meta(key, value); PRAGMA user_version = 1", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_EQ(Case::open(path("other.db"), Access::read_only).error().code, ErrorCode::malformed);
}

TEST_F(CaseFile, ANewerSchemaIsReadAndNotWritten) {
  {
    auto subject = Case::create(path(), {});
    add(*subject, *phone(), {});
  }
  sqlite3* newer = nullptr;
  sqlite3_open(path().c_str(), &newer);
  sqlite3_exec(newer, "PRAGMA user_version = 2", nullptr, nullptr, nullptr);
  sqlite3_close(newer);
  EXPECT_TRUE(Case::open(path(), Access::read_only));
  EXPECT_EQ(Case::open(path(), Access::read_write).error().code, ErrorCode::unsupported);
}

TEST_F(CaseFile, TriggersOfAHostileCaseDoNotRun) {
  const auto evidence = phone();
  const auto other = phone({{"private/var/mobile/Library/SMS/sms.db", 1}});
  {
    auto subject = Case::create(path(), {});
    add(*subject, *evidence, {task(message(id_of(1), R"("text":"hello")", 1), *evidence)});
  }
  sqlite3* hostile = nullptr;
  sqlite3_open(path().c_str(), &hostile);
  ASSERT_EQ(sqlite3_exec(hostile, "CREATE TRIGGER t AFTER INSERT ON artefact BEGIN DELETE FROM artefact; END", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(hostile);
  auto subject = Case::open(path(), Access::read_write);
  ASSERT_TRUE(subject);
  add(*subject, *other, {task(message(id_of(2), R"("text":"again")", 1), *other)}, "KA/2");
  EXPECT_EQ(artefact_lines(*subject).size(), 2u);
}

TEST_F(CaseFile, ALabelOrTheSameEvidenceTwiceIsRefusedUnlessReplaced) {
  const auto evidence = phone();
  const auto other = phone({{"private/var/mobile/Library/SMS/sms.db", 1}});
  Case subject = memory_case();
  add(subject, *evidence, {task(message(id_of(1), R"("text":"old text")", 1), *evidence)});
  EXPECT_EQ(find_refusal(subject, {.label = "KA/1", .sources = {{.evidence = other.get()}}})->refusal,
            Refusal::label_exists);
  const auto same = find_refusal(subject, {.label = "KA/9", .sources = {{.evidence = evidence.get()}}});
  EXPECT_EQ(same->refusal, Refusal::evidence_exists);
  EXPECT_EQ(same->label, "KA/1");

  ASSERT_TRUE(subject.begin_run({.command = "examine"}));
  ExhibitFacts facts{.label = "KA/9", .sources = {{.evidence = evidence.get()}}};
  EXPECT_FALSE(ExhibitWriter::begin(subject, facts));
  facts.replace = true;
  auto writer = ExhibitWriter::begin(subject, facts);
  ASSERT_TRUE(writer);
  ASSERT_TRUE((*writer)->take(as_bytes(task(message(id_of(2), R"("text":"new text")", 1), *evidence))));
  ASSERT_TRUE((*writer)->finish());
  ASSERT_TRUE(subject.end_run(0, true));
  const auto lines = artefact_lines(subject);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("new text"), std::string::npos);
  EXPECT_EQ(Artefacts(subject).select({.search = "\"old text\""})->size(), 0u);
  EXPECT_EQ(Artefacts(subject).select({.search = "\"new text\""})->size(), 1u);
  EXPECT_EQ(audit_lines(subject)->size(), 2u) << "both runs stay in the audit log";
}

TEST_F(CaseFile, TheAuditChainShowsALaterEdit) {
  {
    auto subject = Case::create(path(), {});
    add(*subject, *phone(), {});
    ASSERT_TRUE(add_audit_line(*subject, "sam@lab", "export", R"({"with_secrets":true})"));
    ASSERT_TRUE(add_audit_line(*subject, "sam@lab", "tag", "{}"));
    const auto check = check_audit(*subject);
    EXPECT_TRUE(check->intact);
    EXPECT_EQ(check->entries, 3);
    const auto lines = audit_lines(*subject);
    EXPECT_EQ((*lines)[1].line.substr(0, 7), R"({"n":2,)");
    EXPECT_NE((*lines)[1].line.find(R"("who":"sam@lab","what":"export","detail":{"with_secrets":true},"prev":")" +
                                    (*lines)[0].hash + "\"}"),
              std::string::npos);
  }
  sqlite3* edited = nullptr;
  sqlite3_open(path().c_str(), &edited);
  sqlite3_exec(edited, "UPDATE audit SET line = replace(line, 'sam', 'max') WHERE n = 2", nullptr, nullptr, nullptr);
  sqlite3_close(edited);
  auto subject = Case::open(path(), Access::read_only);
  const auto check = check_audit(*subject);
  EXPECT_FALSE(check->intact);
  EXPECT_EQ(check->broken_at, 2);
  EXPECT_FALSE(add_audit_line(*subject, "x", "y", "{}")) << "read-only";
}

}  // namespace
}  // namespace exhibit::casefile
