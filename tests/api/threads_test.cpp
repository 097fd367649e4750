// What several threads may do with one library, evidence and case. Run under ThreadSanitizer, too.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <exhibit/exhibit.hpp>
#include <string>
#include <thread>
#include <vector>

#include "phone.h"
#include "temporary_folder.h"

namespace {

constexpr int kThreads = 4;

/// Runs the work on several threads at once; what they throw is a failure.
template <class Work>
void in_parallel(Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i)
    threads.emplace_back([&work, i] {
      try {
        work(i);
      } catch (const std::exception& error) {
        ADD_FAILURE() << error.what();
      }
    });
  for (std::thread& thread : threads) thread.join();
}

class Threads : public ::testing::Test {
 protected:
  Threads() {
    if (make_evidence(folder_.path().c_str(), &paths_) != 0) throw std::runtime_error("no evidence");
    library_.load_module("letters.toml", kLettersModule);
  }

  exhibit_status examine(exhibit::Case& into, const char* path, const char* label, exhibit::Callbacks callbacks = {}) {
    const exhibit::Evidence evidence(library_, path);
    exhibit_examine_options options = EXHIBIT_EXAMINE_OPTIONS_INIT;
    options.exhibit = label;
    try {
      into.examine({&evidence}, options, std::move(callbacks));
    } catch (const exhibit::Error& error) {
      return error.status();
    }
    return EXHIBIT_OK;
  }

  exhibit::Case case_on_disk(const std::string& name) {
    exhibit::Case made = exhibit::Case::create(library_, (folder_.path() / name).string());
    EXPECT_EQ(examine(made, paths_.folder, "A"), EXHIBIT_OK);
    return made;
  }

  exhibit::tests::TemporaryFolder folder_;
  evidence_paths paths_{};
  exhibit::Library library_;
};

void read_all(exhibit::Case& opened) {
  exhibit::Cursor records = opened.query().run();
  int count = 0;
  while (const auto record = records.next()) {
    EXPECT_FALSE(record->json().empty());
    EXPECT_EQ(record->text(exhibit_field_find("provenance.file")), LETTERS_DEVICE);
    ++count;
  }
  EXPECT_EQ(count, kArtefacts);
}

TEST_F(Threads, CursorsOfOneCase) {
  exhibit::Case on_disk = case_on_disk("cursors.exhibit");
  exhibit::Case in_memory = exhibit::Case::create(library_, "");
  ASSERT_EQ(examine(in_memory, paths_.folder, "A"), EXHIBIT_OK);
  in_parallel([&](int) {
    for (int i = 0; i < 5; ++i) {
      read_all(on_disk);
      read_all(in_memory);
    }
  });
}

TEST_F(Threads, CopiesOfRecordsOnOtherThreads) {
  exhibit::Case made = exhibit::Case::create(library_, "");
  ASSERT_EQ(examine(made, paths_.folder, "A"), EXHIBIT_OK);
  exhibit::Cursor records = made.query().run();
  std::vector<exhibit::Record> copies;
  const auto first = records.next();
  ASSERT_TRUE(first);
  for (int i = 0; i < kThreads; ++i) copies.push_back(exhibit::Record::copy_of(*first));
  in_parallel([&](int i) {
    for (int n = 0; n < 50; ++n)
      EXPECT_EQ(copies[static_cast<std::size_t>(i)].text(exhibit_field_find("provenance.file")), LETTERS_DEVICE);
  });
}

TEST_F(Threads, SharedEvidence) {
  exhibit::Evidence evidence(library_, paths_.zip);
  in_parallel([&](int i) {
    for (int n = 0; n < 10; ++n) {
      exhibit::Reader reader = evidence.read(i % 2 == 0 ? NOTE_PATH : LETTERS_PATH);
      std::string bytes(static_cast<std::size_t>(reader.size()), ' ');
      EXPECT_EQ(reader.read(0, bytes.data(), bytes.size()), bytes.size());
      EXPECT_EQ(bytes.substr(0, 5), i % 2 == 0 ? "Water" : "SQLit");
      exhibit::Cursor files = evidence.list();
      while (files.next()) {
      }
    }
  });
}

TEST_F(Threads, ModulesLoadedDuringRuns) {
  std::atomic<bool> is_over = false;
  std::thread loader([&] {
    while (!is_over) {
      library_.load_module("letters.toml", kLettersModule);
      exhibit::Cursor parsers = library_.list(EXHIBIT_PARSER);
      while (parsers.next()) {
      }
    }
  });
  in_parallel([&](int) {
    exhibit::Case made = exhibit::Case::create(library_, "");
    EXPECT_EQ(examine(made, paths_.folder, "A"), EXHIBIT_OK);
    EXPECT_EQ(made.query().count(), static_cast<std::uint64_t>(kArtefacts));
  });
  is_over = true;
  loader.join();
}

TEST_F(Threads, CaseIsReadAsItWasBesideARun) {
  exhibit::Case made = case_on_disk("beside.exhibit");
  exhibit::Cursor before = made.query().run();
  exhibit::Callbacks callbacks;
  const auto caller = std::this_thread::get_id();
  std::atomic<int> readings = 0;
  callbacks.progress = [&](const exhibit_progress& at) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    if (at.phase != EXHIBIT_PHASE_RESOLVE) return true;
    in_parallel([&](int) {
      read_all(made);
      ++readings;
    });
    return true;
  };
  EXPECT_EQ(examine(made, paths_.zip, "B", callbacks), EXHIBIT_OK);
  EXPECT_EQ(readings, kThreads);
  EXPECT_EQ(made.query().count(), static_cast<std::uint64_t>(2 * kArtefacts));
  int count = 0;
  while (before.next()) ++count;
  EXPECT_EQ(count, kArtefacts);
}

TEST_F(Threads, SecondWriterIsRefused) {
  exhibit::Case made = case_on_disk("writers.exhibit");
  exhibit_status second = EXHIBIT_OK;
  exhibit::Callbacks callbacks;
  callbacks.progress = [&](const exhibit_progress& at) {
    if (at.phase == EXHIBIT_PHASE_RESOLVE) std::thread([&] { second = examine(made, paths_.zip, "C"); }).join();
    return true;
  };
  EXPECT_EQ(examine(made, paths_.zip, "B", callbacks), EXHIBIT_OK);
  EXPECT_EQ(second, EXHIBIT_E_BUSY);
}

TEST_F(Threads, ReadersOfACaseThatGetsItsFile) {
  exhibit::Case made = exhibit::Case::create(library_, (folder_.path() / "first.exhibit").string());
  std::atomic<bool> is_over = false;
  std::thread reader([&] {
    while (!is_over) {
      try {
        const std::uint64_t count = made.query().count();
        EXPECT_TRUE(count == 0 || count == kArtefacts) << count;
      } catch (const exhibit::Error& error) {
        EXPECT_EQ(error.status(), EXHIBIT_E_BUSY) << error.what();
      }
      std::this_thread::yield();
    }
  });
  EXPECT_EQ(examine(made, paths_.folder, "A"), EXHIBIT_OK);
  is_over = true;
  reader.join();
  read_all(made);
}

}  // namespace
