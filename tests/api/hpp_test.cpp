// exhibit.hpp: handles that free themselves, failures that are thrown, and exceptions of callbacks that come out of the
// call which they cancelled.
#include <gtest/gtest.h>

#include <exhibit/exhibit.hpp>
#include <string>
#include <vector>

#include "phone.h"
#include "temporary_folder.h"

namespace {

struct Stop : std::runtime_error {
  Stop() : std::runtime_error("stop") {}
};

class Hpp : public ::testing::Test {
 protected:
  Hpp() {
    if (make_evidence(folder_.path().c_str(), &paths_) != 0) throw std::runtime_error("no evidence");
    library_.load_module("letters.toml", kLettersModule);
    options_.exhibit = "A";
  }

  exhibit::Case examined() {
    exhibit::Case made = exhibit::Case::create(library_, "");
    const exhibit::Evidence evidence(library_, paths_.folder);
    made.examine({&evidence}, options_);
    return made;
  }

  exhibit::tests::TemporaryFolder folder_;
  evidence_paths paths_{};
  exhibit::Library library_;
  exhibit_examine_options options_ = EXHIBIT_EXAMINE_OPTIONS_INIT;
};

TEST_F(Hpp, FailureIsThrownWithItsStatusAndWords) {
  try {
    exhibit::Evidence(library_, paths_.missing);
    FAIL() << "opened";
  } catch (const exhibit::Error& error) {
    EXPECT_EQ(error.status(), EXHIBIT_E_NOT_FOUND);
    EXPECT_NE(std::string(error.what()).find(paths_.missing), std::string::npos);
  }
}

TEST_F(Hpp, RecordsOfACase) {
  exhibit::Case made = examined();
  exhibit::Query query = made.query(EXHIBIT_MESSAGE);
  EXPECT_EQ(query.count(), static_cast<std::uint64_t>(kMessages));
  exhibit::Cursor messages = query.run();
  const auto first = messages.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text_value(EXHIBIT_MESSAGE_TEXT), "Meet at the old pier");
  EXPECT_EQ(first->text_value(EXHIBIT_MESSAGE_SUBJECT), std::nullopt);
  EXPECT_EQ(first->integer(EXHIBIT_MESSAGE_SENT_AT), 1682935200LL * 1000000);
  EXPECT_EQ(first->child(EXHIBIT_MESSAGE_RECIPIENTS, 1)
                .text_value(EXHIBIT_IN(EXHIBIT_MESSAGE_RECIPIENTS, EXHIBIT_PARTY_ADDRESS)),
            "+447700900111");
  EXPECT_FALSE(first->child(EXHIBIT_MESSAGE_RECIPIENTS, 2));
  const exhibit::Record kept = exhibit::Record::copy_of(*first);
  while (messages.next()) {
  }
  EXPECT_EQ(kept.text(EXHIBIT_MESSAGE_SENT_AT), "2023-05-01T10:00:00Z");
}

TEST_F(Hpp, ConditionsOfAQuery) {
  exhibit::Case made = examined();
  exhibit::Query query = made.query();
  query.where_kind(EXHIBIT_MESSAGE);
  query.where(exhibit_field_find("app"), EXHIBIT_EQUAL, "com.example.letters");
  query.where_time(EXHIBIT_AT_LEAST, 1682938800LL * 1000000);
  EXPECT_EQ(query.count(), 3u);
  query.search("pier");
  EXPECT_EQ(query.count(), 1u);
  query.where(exhibit_field_find("app"), EXHIBIT_EQUAL, std::string_view());
  EXPECT_EQ(query.count(), 1u);
}

TEST_F(Hpp, ExceptionInProgressComesOutOfExamine) {
  exhibit::Case made = exhibit::Case::create(library_, "");
  const exhibit::Evidence evidence(library_, paths_.folder);
  exhibit::Callbacks callbacks;
  int calls = 0;
  callbacks.progress = [&](const exhibit_progress&) -> bool {
    ++calls;
    throw Stop();
  };
  EXPECT_THROW(made.examine({&evidence}, options_, callbacks), Stop);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(made.query().count(), 0u);
  made.examine({&evidence}, options_);
  EXPECT_EQ(made.query().count(), static_cast<std::uint64_t>(kArtefacts));
}

TEST_F(Hpp, ExceptionInProgressComesOutOfOpening) {
  exhibit::Callbacks callbacks;
  callbacks.progress = [](const exhibit_progress&) -> bool { throw Stop(); };
  EXPECT_THROW(exhibit::Evidence(library_, paths_.folder, callbacks), Stop);
}

TEST_F(Hpp, FalseCancels) {
  exhibit::Callbacks callbacks;
  callbacks.progress = [](const exhibit_progress&) { return false; };
  try {
    exhibit::Evidence(library_, paths_.folder, callbacks);
    FAIL() << "opened";
  } catch (const exhibit::Error& error) {
    EXPECT_EQ(error.status(), EXHIBIT_E_CANCELLED);
  }
}

TEST_F(Hpp, ExceptionInWriteComesOutOfExport) {
  exhibit::Case made = examined();
  exhibit_export_options options = EXHIBIT_EXPORT_OPTIONS_INIT;
  options.format = "jsonl";
  exhibit::Callbacks callbacks;
  std::string exported;
  callbacks.write = [&](std::string_view bytes) {
    exported += bytes;
    return true;
  };
  made.export_to(options, nullptr, callbacks);
  EXPECT_NE(exported.find("Meet at the old pier"), std::string::npos);
  callbacks.write = [](std::string_view) -> bool { throw Stop(); };
  EXPECT_THROW(made.export_to(options, nullptr, callbacks), Stop);
}

TEST_F(Hpp, EvidenceAndLists) {
  exhibit::Evidence evidence(library_, paths_.zip);
  EXPECT_EQ(evidence.describe().integer(EXHIBIT_CONTAINER_FILES), 3);
  exhibit::Reader reader = evidence.read(NOTE_DEVICE);
  std::string bytes(static_cast<std::size_t>(reader.size()), ' ');
  EXPECT_EQ(reader.read(0, bytes.data(), bytes.size()), bytes.size());
  EXPECT_EQ(bytes, NOTE_TEXT);
  exhibit::Cursor files = evidence.list(LETTERS_DEVICE);
  EXPECT_TRUE(files.next());
  EXPECT_FALSE(files.next());
  exhibit::Cursor findings = library_.check_module("wrong.toml", "[parser]\n");
  EXPECT_TRUE(findings.next());
  EXPECT_TRUE(library_.list(EXHIBIT_PARSER).next());
}

}  // namespace
