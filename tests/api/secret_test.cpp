// Encrypted evidence through the API: who is asked, how often, what is told, and what is kept.
#include <gtest/gtest.h>

#include <exhibit/exhibit.hpp>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "android_backup_builder.h"
#include "evidence_folder.h"
#include "tar_builder.h"
#include "temporary_folder.h"

namespace {

using exhibit::tests::AndroidBackupBuilder;
using exhibit::tests::TarBuilder;

constexpr std::string_view kNote = "Water the tulips.";

class Secret : public ::testing::Test {
 protected:
  std::string backup(const std::string& name, const std::string& password, int rounds = 10) {
    TarBuilder tar;
    tar.add("apps/com.example.letters/f/" + name + ".txt", std::string(kNote));
    AndroidBackupBuilder builder;
    builder.password = password;
    builder.rounds = rounds;
    const std::string path = (folder_.path() / (name + ".ab")).string();
    std::ofstream(path, std::ios::binary) << builder.build(tar.build());
    return path;
  }

  /// Gives these one after the other, and keeps what was asked.
  exhibit::Callbacks giving(std::vector<std::string> passwords) {
    exhibit::Callbacks callbacks;
    callbacks.secret = [this, passwords](const exhibit_secret_request& request, exhibit::Answer& answer) {
      EXPECT_EQ(request.struct_size, sizeof(exhibit_secret_request));
      asked_.push_back(std::to_string(request.kind) + " " + std::to_string(request.attempt) + " " + request.container);
      if (request.attempt > passwords.size()) return false;
      answer.give(passwords[request.attempt - 1]);
      return true;
    };
    return callbacks;
  }

  std::pair<exhibit_status, std::string> failure(const std::string& path, const exhibit::Callbacks& callbacks) {
    try {
      exhibit::Evidence(library_, path, callbacks);
    } catch (const exhibit::Error& error) {
      return {error.status(), error.what()};
    }
    return {EXHIBIT_OK, ""};
  }

  exhibit::tests::TemporaryFolder folder_;
  exhibit::Library library_;
  std::vector<std::string> asked_;
};

TEST_F(Secret, WithoutACallbackItIsLocked) {
  const auto [status, message] = failure(backup("a", "tulip"), {});
  EXPECT_EQ(status, EXHIBIT_E_LOCKED);
  EXPECT_NE(message.find("a.ab: is encrypted"), std::string::npos) << message;
  EXPECT_NE(message.find("is needed"), std::string::npos) << message;
}

TEST_F(Secret, IsAskedUntilItFits) {
  const std::string path = backup("a", "tulip");
  exhibit::Evidence evidence(library_, path, giving({"rose", "tulip", "iris"}));
  EXPECT_EQ(asked_, (std::vector<std::string>{"2 1 " + path, "2 2 " + path}));
  EXPECT_EQ(evidence.describe().integer(EXHIBIT_CONTAINER_IS_UNLOCKED), 1);
  exhibit::Reader reader = evidence.read("app:com.example.letters/files/a.txt");
  std::string content(static_cast<std::size_t>(reader.size()), ' ');
  reader.read(0, content.data(), content.size());
  EXPECT_EQ(content, kNote);
}

TEST_F(Secret, GivingUpTellsHowManyWereWrong) {
  const auto [status, message] = failure(backup("a", "tulip"), giving({"rose", "iris"}));
  EXPECT_EQ(status, EXHIBIT_E_LOCKED);
  EXPECT_NE(message.find("is wrong (2 tried)"), std::string::npos) << message;
  EXPECT_EQ(message.find("rose"), std::string::npos) << message;
  EXPECT_EQ(asked_.size(), 3u);
}

TEST_F(Secret, GivingUpAtOnceIsNoWrongPassword) {
  const auto [status, message] = failure(backup("a", "tulip"), giving({}));
  EXPECT_EQ(status, EXHIBIT_E_LOCKED);
  EXPECT_NE(message.find("is needed"), std::string::npos) << message;
}

TEST_F(Secret, WhatFittedOpensTheNextWithoutAsking) {
  exhibit::Evidence(library_, backup("a", "tulip"), giving({"rose", "tulip"}));
  asked_.clear();
  exhibit::Evidence(library_, backup("b", "tulip"), giving({}));
  EXPECT_TRUE(asked_.empty());
  // What was wrong is not tried on another: of those that are known one does not fit, and that is all.
  const auto [status, message] = failure(backup("c", "rose"), giving({}));
  EXPECT_EQ(status, EXHIBIT_E_LOCKED);
  EXPECT_NE(message.find("(1 tried)"), std::string::npos) << message;
  exhibit::Library other;
  EXPECT_THROW(exhibit::Evidence(other, backup("d", "tulip")), exhibit::Error);
}

TEST_F(Secret, ExceptionOfTheHostComesOut) {
  struct Stop {};
  exhibit::Callbacks callbacks;
  callbacks.secret = [](const exhibit_secret_request&, exhibit::Answer&) -> bool { throw Stop(); };
  EXPECT_THROW(exhibit::Evidence(library_, backup("a", "tulip"), callbacks), Stop);
}

TEST_F(Secret, AnsweredTwiceTheLastCounts) {
  exhibit::Callbacks callbacks;
  callbacks.secret = [](const exhibit_secret_request& request, exhibit::Answer& answer) {
    answer.give("rose");
    answer.give("tulip");
    return request.attempt == 1;
  };
  exhibit::Evidence(library_, backup("a", "tulip"), callbacks);
}

TEST_F(Secret, UnlockingTellsProgressAndCanBeCancelled) {
  // Some seconds, were it not cancelled.
  const std::string path = backup("a", "tulip", 1'000'000);
  exhibit::Callbacks callbacks = giving({"tulip"});
  int unlocking = 0;
  callbacks.progress = [&](const exhibit_progress& at) {
    if (at.phase != EXHIBIT_PHASE_UNLOCK) return true;
    EXPECT_GE(at.total, 1'000'000u);
    EXPECT_LE(at.done, at.total);
    EXPECT_EQ(at.item, path);
    return ++unlocking < 3;
  };
  EXPECT_EQ(failure(path, callbacks).first, EXHIBIT_E_CANCELLED);
  EXPECT_EQ(unlocking, 3);
}

TEST_F(Secret, CaseTellsThatOneWasUsedAndNeverWhich) {
  const std::string path = backup("a", "a tulip of the garden");
  const exhibit::Evidence evidence(library_, path, giving({"a tulip of the garden"}));
  const std::string case_path = (folder_.path() / "c.exhibit").string();
  exhibit::Case made = exhibit::Case::create(library_, case_path);
  exhibit_examine_options options = EXHIBIT_EXAMINE_OPTIONS_INIT;
  options.exhibit = "A";
  made.examine({&evidence}, options);
  std::string audit;
  exhibit::Cursor lines = made.query(EXHIBIT_AUDIT).run();
  while (const auto line = lines.next()) audit += line->text(EXHIBIT_AUDIT_LINE) + "\n";
  EXPECT_NE(audit.find("\"unlocked_with_a_secret\":[\"" + path + "\"]"), std::string::npos) << audit;
  exhibit_export_options summary = EXHIBIT_EXPORT_OPTIONS_INIT;
  summary.format = "summary";
  std::string json;
  exhibit::Callbacks callbacks;
  callbacks.write = [&](std::string_view bytes) {
    json += bytes;
    return true;
  };
  made.export_to(summary, nullptr, callbacks);
  EXPECT_NE(json.find("\"encrypted\":true"), std::string::npos) << json;
  std::ifstream file(case_path, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(file), {}};
  ASSERT_GT(whole.size(), 10'000u);
  EXPECT_EQ(whole.find("a tulip of the garden"), std::string::npos);
}

TEST_F(Secret, EncryptedBackupOfAnIphone) {
  EXHIBIT_NEEDS_EVIDENCE("ios/itunes_backup_encrypted/backup");
  const std::string path = (exhibit::tests::evidence_folder() / "ios/itunes_backup_encrypted/backup").string();
  EXPECT_EQ(failure(path, giving({"rose"})).first, EXHIBIT_E_LOCKED);
  exhibit::Evidence evidence(library_, path, giving({"rose", "Passw0rd-dev"}));
  EXPECT_EQ(evidence.describe().integer(EXHIBIT_CONTAINER_IS_UNLOCKED), 1);
  EXPECT_TRUE(evidence.list("home:**").next());
}

}  // namespace
