// A host that says stop in the midst of the work: the call ends soon, and everything is as it was before.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <exhibit/exhibit.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>
#include <string>

#include "temporary_folder.h"

namespace {

using Clock = std::chrono::steady_clock;

// Enough that every phase takes longer than the host is left alone.
constexpr int kRows = 80'000;

constexpr std::string_view kModule = R"(
[parser]
name    = "ios.many"
title   = "Many"
files   = ["home:Library/many.db"]
seen_on = []
notes   = "An invented app."

[[query]]
kind  = "Message"
table = "n"
sql   = '''SELECT _row, CAST(id AS TEXT) AS message_id, t AS text, who AS "sender.address",
  unix_time(1600000000 + id, 's') AS sent_at FROM n'''
)";

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Cancels at the second word from a phase, which is in its midst, and keeps when.
struct Stop {
  std::int32_t phase;
  int heard = 0;
  std::optional<Clock::time_point> at;

  bool operator()(const exhibit_progress& progress) {
    if (progress.phase != phase || ++heard < 2) return true;
    if (!at) at = Clock::now();
    return false;
  }
};

class Cancelled : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder = new exhibit::tests::TemporaryFolder;
    const std::string home = path("phone/private/var/mobile/Library");
    std::filesystem::create_directories(home);
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((home + "/many.db").c_str(), &database), SQLITE_OK);
    const std::string sql =
        "CREATE TABLE n(id INTEGER PRIMARY KEY, t TEXT, who TEXT); WITH RECURSIVE i(x) AS (SELECT 1 UNION ALL SELECT x "
        "+ 1 FROM i WHERE x < " +
        std::to_string(kRows) + ") INSERT INTO n SELECT x, 'the tide is at ' || x, '+447700900' || x % 1000 FROM i";
    ASSERT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
    library = new exhibit::Library;
    library->load_module("many.toml", kModule);
    evidence = new exhibit::Evidence(*library, path("phone"));
    opened = new exhibit::Case(exhibit::Case::create(*library, path("case.exhibit")));
    examine("A", {});
  }

  static void TearDownTestSuite() {
    delete opened;
    delete evidence;
    delete library;
    delete folder;
  }

  static std::string path(const std::string& name) { return std::string(folder->path()) + "/" + name; }

  static void examine(const char* label, const exhibit::Callbacks& callbacks) {
    exhibit_examine_options options = EXHIBIT_EXAMINE_OPTIONS_INIT;
    static const char* const parsers[] = {"ios.many", nullptr};
    options.exhibit = label;
    options.parsers = parsers;
    options.replace = 1;
    opened->examine({evidence}, options, callbacks);
  }

  static std::set<std::string> names() {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path("")))
      names.insert(entry.path().filename().string());
    return names;
  }

  /// The call ends as cancelled, soon, and leaves what was.
  template <class Call>
  void expect_stopped(std::int32_t phase, Call call) {
    const std::string before = bytes_of(path("case.exhibit"));
    const auto names_before = names();
    Stop stop{phase};
    exhibit::Callbacks callbacks;
    callbacks.progress = std::ref(stop);
    try {
      call(callbacks);
      if (stop.heard < 2) GTEST_SKIP() << "too fast to be stopped in its midst";
      FAIL() << "it went on to its end";
    } catch (const exhibit::Error& error) {
      EXPECT_EQ(error.status(), EXHIBIT_E_CANCELLED) << error.what();
    }
    ASSERT_TRUE(stop.at);
    EXPECT_LT(Clock::now() - *stop.at, std::chrono::seconds(1)) << "what c-api promises; a quiet machine needs 100 ms";
    EXPECT_EQ(names(), names_before);
    EXPECT_TRUE(bytes_of(path("case.exhibit")) == before);
    EXPECT_GT(opened->query(EXHIBIT_AUDIT).count(), 0u) << "and it can be read";
  }

  static exhibit::tests::TemporaryFolder* folder;
  static exhibit::Library* library;
  static exhibit::Evidence* evidence;
  static exhibit::Case* opened;
};
exhibit::tests::TemporaryFolder* Cancelled::folder = nullptr;
exhibit::Library* Cancelled::library = nullptr;
exhibit::Evidence* Cancelled::evidence = nullptr;
exhibit::Case* Cancelled::opened = nullptr;

TEST_F(Cancelled, WhileTheOldArtefactsGo) {
  expect_stopped(EXHIBIT_PHASE_OPEN, [&](exhibit::Callbacks& callbacks) { examine("A", callbacks); });
}
TEST_F(Cancelled, WhileParsing) {
  expect_stopped(EXHIBIT_PHASE_PARSE, [&](exhibit::Callbacks& callbacks) { examine("A", callbacks); });
}
TEST_F(Cancelled, WhileResolving) {
  expect_stopped(EXHIBIT_PHASE_RESOLVE, [&](exhibit::Callbacks& callbacks) { examine("A", callbacks); });
}
TEST_F(Cancelled, WhileIndexing) {
  expect_stopped(EXHIBIT_PHASE_INDEX, [&](exhibit::Callbacks& callbacks) { examine("A", callbacks); });
}

TEST_F(Cancelled, WhileExporting) {
  for (const char* format : {"jsonl", "csv"}) {
    SCOPED_TRACE(format);
    exhibit_export_options options = EXHIBIT_EXPORT_OPTIONS_INIT;
    const std::string to = path(format);
    options.format = format;
    options.path = to.c_str();
    expect_stopped(EXHIBIT_PHASE_EXPORT,
                   [&](exhibit::Callbacks& callbacks) { opened->export_to(options, nullptr, callbacks); });
  }
}

TEST_F(Cancelled, WhileWritingToTheHost) {
  exhibit_export_options options = EXHIBIT_EXPORT_OPTIONS_INIT;
  options.format = "jsonl";
  expect_stopped(EXHIBIT_PHASE_EXPORT, [&](exhibit::Callbacks& callbacks) {
    callbacks.write = [](std::string_view) { return true; };
    opened->export_to(options, nullptr, callbacks);
  });
  int calls = 0;
  exhibit::Callbacks callbacks;
  callbacks.write = [&](std::string_view) { return ++calls < 3; };
  EXPECT_THROW(opened->export_to(options, nullptr, callbacks), exhibit::Error);
  EXPECT_EQ(calls, 3);
}

TEST_F(Cancelled, OtherwiseAllOfItIsWritten) {
  exhibit_export_options options = EXHIBIT_EXPORT_OPTIONS_INIT;
  options.format = "jsonl";
  const std::string to = path("whole.jsonl");
  options.path = to.c_str();
  opened->export_to(options);
  std::string written;
  exhibit::Callbacks callbacks;
  callbacks.write = [&](std::string_view bytes) {
    written += bytes;
    return true;
  };
  options.path = nullptr;
  opened->export_to(options, nullptr, callbacks);
  EXPECT_TRUE(written == bytes_of(to));
  EXPECT_GT(std::count(written.begin(), written.end(), '\n'), kRows);
}

}  // namespace
