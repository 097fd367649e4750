// Runs of small modules over small databases: what becomes of every row.
#include "engine/run.h"

#include <filesystem>
#include <fstream>

#include "containers/open.h"
#include "engine/registry.h"
#include "model/json.h"
#include "model/wire_reader.h"
#include "sqlite_builder.h"

namespace exhibit::engine {
namespace {

/// Device paths of the one source.
class Names : public model::FileNames {
 public:
  explicit Names(const evidence::Evidence& evidence) : evidence_(evidence) {}
  std::string name(std::uint64_t file) const override {
    return std::string(evidence_.entry(static_cast<std::uint32_t>(file)).device_path);
  }
  std::uint64_t number(std::string_view) const override { return 0; }

 private:
  const evidence::Evidence& evidence_;
};

class Collected : public RunSink {
 public:
  Result<void> take(Bytes task_output) override {
    output += as_text(task_output);
    return {};
  }
  std::string output;
};

/// A phone in a temporary folder, and the modules that read it.
class Phone {
 public:
  Phone() {
    static int number = 0;
    root_ = std::filesystem::temp_directory_path() /
            ("exhibit-run-" + std::to_string(getpid()) + "-" + std::to_string(++number));
    std::filesystem::create_directories(root_ / "private/var/mobile/Library");
  }
  ~Phone() { std::filesystem::remove_all(root_); }

  void add(const std::string& path, const std::vector<std::uint8_t>& bytes) {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  void add_database(const std::string& path, const std::string& sql) {
    tests::SqliteBuilder builder(sql);
    add(path, builder.bytes().main);
  }
  void add_module(const std::string& head, const std::string& queries) {
    const std::string text = "[parser]\n" + head + "\ntitle = \"Trial\"\nseen_on = []\nnotes = \"none\"\n" + queries;
    for (const Finding& finding : registry_.add(text, "trial.toml"))
      ADD_FAILURE() << finding_text("trial.toml", finding);
  }

  /// Everything the run told, a record a line.
  std::string run(RunOptions options = {}) {
    auto evidence = containers::open(root_.string(), {.limits = options.limits});
    if (!evidence) return "not opened";
    Collected sink;
    options.label = "T";
    const auto summary = engine::run(registry_.modules(), {evidence->get()}, options, sink);
    if (!summary) return "error " + std::string(error_code_name(summary.error().code));
    summary_ = *summary;
    return lines(sink.output, Names(**evidence));
  }

  const RunSummary& summary() const { return summary_; }

 private:
  static std::string lines(const std::string& output, const model::FileNames& names) {
    const model::MessageInfo& kinds = model::Model::get().message("TaskOutput");
    std::string text;
    model::WireReader records(as_bytes(output));
    model::WireField record;
    while (records.next(record)) {
      const model::FieldInfo* field = kinds.find(record.number);
      text += record.number == 1 ? model::artefact_json(record.bytes, names)
                                 : std::string(field->name) + model::message_json(*field->message, record.bytes, names);
      text += "\n";
    }
    EXPECT_TRUE(records.ok());
    return text;
  }

  std::filesystem::path root_;
  Registry registry_;
  RunSummary summary_;
};

constexpr const char* kHead = "name = \"ios.trial\"\nfiles = [\"home:Library/trial.db\"]";
constexpr const char* kPath = "private/var/mobile/Library/trial.db";

std::string query(const std::string& kind, const std::string& table, const std::string& sql,
                  const std::string& more = "") {
  return "[[query]]\nkind = \"" + kind + "\"\ntable = \"" + table + "\"\n" + more + "sql = '''" + sql + "'''\n";
}

using testing::HasSubstr;
using testing::Not;

TEST(Run, EveryRowIsAccountedFor) {
  Phone phone;
  phone.add_database(kPath,
                     "CREATE TABLE m(id INTEGER PRIMARY KEY, t TEXT, junk);"
                     "INSERT INTO m VALUES(1,'a',0),(2,'b',0),(3,NULL,0),(4,'d',9);");
  phone.add_module(
      kHead,
      query("Message", "m", "SELECT _row, t AS text, iif(t IS NULL, 'no_text', NULL) AS _skip FROM m WHERE id < 4"));
  const std::string told = phone.run();
  EXPECT_THAT(told, HasSubstr(R"("text":"a")"));
  EXPECT_THAT(
      told,
      HasSubstr(
          R"("provenance":{"file":"home:Library/trial.db","table":"m","rowid":2,"parser":"ios.trial","query":"Message:m"})"));
  EXPECT_THAT(told,
              HasSubstr(R"("read":4,"emitted":2,"attached":0,"skipped":[{"reason":"no_text","count":1}],"dropped":1)"));
  EXPECT_THAT(told, HasSubstr(R"("table":"m","column":"junk","count":4)"));
  EXPECT_TRUE(phone.summary().ledger_adds_up);
  EXPECT_EQ(phone.summary().artefacts, 2u);
}

TEST(Run, AJoinThatMultipliesKeepsTheFirstAndTellsIt) {
  Phone phone;
  phone.add_database(kPath,
                     "CREATE TABLE m(id INTEGER PRIMARY KEY, t TEXT); CREATE TABLE n(m INTEGER, x TEXT);"
                     "INSERT INTO m VALUES(1,'a'); INSERT INTO n VALUES(1,'x'),(1,'y'),(1,'z');");
  phone.add_module(kHead,
                   query("Message", "m", "SELECT m._row, t AS text, n.x AS subject FROM m LEFT JOIN n ON n.m = m.id"));
  const std::string told = phone.run();
  EXPECT_EQ(phone.summary().artefacts, 1u);
  EXPECT_THAT(told, HasSubstr(R"("code":"row_multiplied")"));
  EXPECT_THAT(told, HasSubstr(R"("row":1,"count":2)"));
}

TEST(Run, ChildrenAreAttachedAndNotEmittedAgain) {
  Phone phone;
  phone.add_database(kPath,
                     "CREATE TABLE m(id INTEGER PRIMARY KEY, t TEXT, target INTEGER);"
                     "INSERT INTO m VALUES(1,'hello',NULL),(2,'loved',1),(3,'lost',77),(4,'alone',NULL);");
  phone.add_module(kHead, query("Message.reactions", "m",
                                "SELECT r._row, r.t AS kind, p._row AS _parent FROM m r LEFT JOIN m p ON p.id = "
                                "r.target WHERE r.target IS NOT NULL") +
                              query("Message", "m", "SELECT _row, t AS text FROM m"));
  const std::string told = phone.run();
  EXPECT_THAT(told, HasSubstr(R"("text":"hello","reactions":[{"kind":"loved","provenance":{"table":"m","rowid":2}}])"));
  EXPECT_THAT(told, HasSubstr(R"("text":"lost")")) << "a reaction whose message is gone stays a message";
  EXPECT_THAT(told, HasSubstr(R"("read":4,"emitted":3,"attached":1,"dropped":0)"));
}

TEST(Run, AChildOfARowThatIsNotEmittedStaysVisible) {
  Phone phone;
  phone.add_database(kPath,
                     "CREATE TABLE m(id INTEGER PRIMARY KEY, t TEXT, target INTEGER);"
                     "INSERT INTO m VALUES(1,NULL,NULL),(2,'loved',1);");
  phone.add_module(
      kHead, query("Message.reactions", "m",
                   "SELECT r._row, r.t AS kind, p._row AS _parent FROM m r JOIN m p ON p.id = r.target") +
                 query("Message", "m", "SELECT _row, t AS text, iif(t IS NULL, 'no_text', NULL) AS _skip FROM m"));
  EXPECT_THAT(phone.run(), HasSubstr(R"({"reason":"no_text","count":1},{"reason":"parent_not_emitted","count":1})"));
}

TEST(Run, WhatDoesNotFitIsKeptAsStored) {
  Phone phone;
  phone.add_database(kPath,
                     "CREATE TABLE m(id INTEGER PRIMARY KEY, t, at, code, flag, lat, lon);"
                     "INSERT INTO m VALUES(1, x'ff41', -1e10, 7, 5, 0, 0);");
  phone.add_module(
      kHead,
      "[map.service]\n0 = \"SMS\"\n" +
          query("Message", "m",
                "SELECT _row, t AS text, apple_time(at) AS sent_at, map('service', code) AS service, flag AS is_spam,"
                " lat AS \"location.latitude\", lon AS \"location.longitude\", 'x' AS subject FROM m"));
  const std::string told = phone.run();
  EXPECT_THAT(told, HasSubstr(R"({"name":"text.raw","bytes":"ff41"})"));
  EXPECT_THAT(told, HasSubstr(R"("name":"sent_at.raw")"));
  EXPECT_THAT(told, HasSubstr(R"({"name":"service.raw","value":"7"})"));
  EXPECT_THAT(told, HasSubstr(R"({"name":"is_spam.raw","value":"5"})"));
  EXPECT_THAT(told, Not(HasSubstr("\"location\"")));
  for (const char* reason : {"not_text", "time_out_of_range", "unknown_code", "not_a_boolean", "no_position"})
    EXPECT_THAT(told, HasSubstr(std::string("\"reason\":\"") + reason + "\"")) << reason;
}

TEST(Run, ATimeWithoutClockEndsTheQueryWithItsName) {
  Phone phone;
  phone.add_database(kPath, "CREATE TABLE m(id INTEGER PRIMARY KEY, at INTEGER); INSERT INTO m VALUES(1, 700000000);");
  phone.add_module(kHead, query("Message", "m", "SELECT _row, at AS sent_at FROM m"));
  const std::string told = phone.run();
  EXPECT_THAT(told, HasSubstr(R"("code":"time_without_clock")"));
  EXPECT_THAT(told, HasSubstr("for sent_at"));
  EXPECT_THAT(told, HasSubstr(R"("query":"Message:m")"));
}

struct AtRun {
  const char* what;
  const char* sql;
  const char* expected;
};

TEST(Run, WrongQueriesAreReportedWithFileAndQuery) {
  const AtRun wrong[] = {
      {"unknown column", "SELECT _row, txt AS text FROM m", "schema_unknown"},
      {"unknown table", "SELECT m._row, t AS text FROM m LEFT JOIN handles h ON h.id = m.id", "schema_unknown"},
      {"_row of another table", "SELECT n._row, t AS text FROM m LEFT JOIN n ON n.m = m.id", "row_origin"},
      {"_row computed", "SELECT _row + 0 AS _row, t AS text FROM m", "row_origin"},
      {"order", "SELECT _row, t AS text FROM m ORDER BY t", "order_in_query"},
      {"limit", "SELECT _row, t AS text FROM m LIMIT 1", "order_in_query"},
      {"list where a value belongs", "SELECT _row, (SELECT list('address', n.x) FROM n) AS text FROM m",
       "list_in_field"},
      {"value where a list belongs", "SELECT _row, t AS recipients FROM m", "list_expected"},
  };
  for (const AtRun& at : wrong) {
    Phone phone;
    phone.add_database(kPath,
                       "CREATE TABLE m(id INTEGER PRIMARY KEY, t TEXT); CREATE TABLE n(m INTEGER, x TEXT);"
                       "INSERT INTO m VALUES(1,'a'); INSERT INTO n VALUES(1,'x');");
    phone.add_module(kHead, query("Message", "m", at.sql));
    const std::string told = phone.run();
    EXPECT_THAT(told, HasSubstr(std::string("\"code\":\"") + at.expected + "\"")) << at.what;
    EXPECT_THAT(told, HasSubstr("home:Library/trial.db")) << at.what;
    EXPECT_THAT(told, HasSubstr("Message:m")) << at.what;
    EXPECT_GE(phone.summary().problems, 1u);
  }
}

TEST(Run, OfAVariantTheFirstThatFitsRuns) {
  const std::string queries = query("Message", "m", "SELECT _row, new AS text FROM m",
                                    "name = \"a\"\nvariant = \"text\"\nrequires = [\"m.new\"]\n") +
                              query("Message", "m", "SELECT _row, old AS text FROM m",
                                    "name = \"b\"\nvariant = \"text\"\nrequires = [\"m\"]\n");
  Phone old_phone;
  old_phone.add_database(kPath,
                         "CREATE TABLE m(id INTEGER PRIMARY KEY, old TEXT); INSERT INTO m VALUES(1,'from old');");
  old_phone.add_module(kHead, queries);
  EXPECT_THAT(old_phone.run(), HasSubstr("from old"));
  Phone new_phone;
  new_phone.add_database(
      kPath,
      "CREATE TABLE m(id INTEGER PRIMARY KEY, old TEXT, new TEXT); INSERT INTO m VALUES(1,'from old','from new');");
  new_phone.add_module(kHead, queries);
  const std::string told = new_phone.run();
  EXPECT_THAT(told, HasSubstr("from new"));
  EXPECT_THAT(told, Not(HasSubstr("from old")));
}

TEST(Run, AContainerWithoutANameLetsTheSchemaDecide) {
  const std::string head =
      "name = \"apps.trial\"\napp = \"org.example.trial\"\nfiles = [\"group:group.org.example/trial.db\"]";
  const std::string folder = "private/var/mobile/Containers/Shared/AppGroup/";
  Phone phone;
  phone.add_database(folder + "11111111-1111-4111-8111-111111111111/trial.db",
                     "CREATE TABLE m(id INTEGER PRIMARY KEY, t TEXT); INSERT INTO m VALUES(1,'ours');");
  phone.add_database(folder + "22222222-2222-4222-8222-222222222222/trial.db",
                     "CREATE TABLE other(x); INSERT INTO other VALUES(1),(2);");
  phone.add_module(head, query("Message", "m", "SELECT _row, t AS text FROM m"));
  const std::string told = phone.run();
  EXPECT_THAT(told, HasSubstr(R"("app":"org.example.trial","text":"ours")"));
  EXPECT_EQ(phone.summary().problems, 0u) << "another app's file of the same name is no match, and no problem";
  EXPECT_THAT(told, HasSubstr(R"(unread{"file":"group:22222222-2222-4222-8222-222222222222/trial.db","count":2})"));
}

TEST(Run, ARenamedFileIsKnownByItsTables) {
  Phone phone;
  phone.add_database("private/var/mobile/Documents/renamed.bin",
                     "CREATE TABLE m(id INTEGER PRIMARY KEY, t TEXT); INSERT INTO m VALUES(1,'found');");
  phone.add_module(std::string(kHead) + "\nsignature = [\"m\"]",
                   query("Message", "m", "SELECT _row, t AS text FROM m"));
  EXPECT_THAT(phone.run(), HasSubstr("found"));
}

TEST(Run, ADamagedFileCostsThatFileAlone) {
  Phone phone;
  phone.add(kPath, std::vector<std::uint8_t>(4096, 0x41));
  phone.add_database("private/var/mobile/Library/second.db",
                     "CREATE TABLE m(id INTEGER PRIMARY KEY, t TEXT); INSERT INTO m VALUES(1,'whole');");
  phone.add_module("name = \"ios.trial\"\nfiles = [\"home:Library/{trial,second}.db\"]",
                   query("Message", "m", "SELECT _row, t AS text FROM m"));
  const std::string told = phone.run();
  EXPECT_THAT(told, HasSubstr("whole"));
  EXPECT_THAT(
      told,
      HasSubstr(
          R"(problem{"code":"malformed","file":"home:Library/trial.db","parser":"ios.trial","expected":"a SQLite database")"));
  EXPECT_EQ(phone.summary().problems, 1u);
}

TEST(Run, WhatTwoParsersLeaveIsUnreadAndWhatOneReadsIsNot) {
  Phone phone;
  phone.add_database(kPath,
                     "CREATE TABLE a(x); CREATE TABLE b(x); CREATE TABLE c(x);"
                     "INSERT INTO a VALUES('1'); INSERT INTO b VALUES('1'); INSERT INTO c VALUES('1');");
  phone.add_module("name = \"ios.first\"\nfiles = [\"home:Library/trial.db\"]",
                   query("Message", "a", "SELECT _row, x AS text FROM a"));
  phone.add_module("name = \"ios.second\"\nfiles = [\"home:Library/trial.db\"]",
                   query("Message", "b", "SELECT _row, x AS text FROM b"));
  const std::string told = phone.run();
  EXPECT_THAT(told, HasSubstr(R"(unread{"file":"home:Library/trial.db","table":"c")"));
  EXPECT_THAT(told, Not(HasSubstr(R"(unread{"file":"home:Library/trial.db","table":"a")")));
  EXPECT_THAT(told, Not(HasSubstr(R"(unread{"file":"home:Library/trial.db","table":"b")")));
}

TEST(Run, TellsTheSameWhateverTheNumberOfThreads) {
  Phone phone;
  for (int i = 0; i < 40; ++i)
    phone.add_database("private/var/mobile/Library/d" + std::to_string(i) + "/trial.db",
                       "CREATE TABLE m(id INTEGER PRIMARY KEY, t TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                       "SELECT i + 1 FROM n WHERE i < " +
                           std::to_string(50 * i + 1) + ") INSERT INTO m SELECT i, 'text ' || i FROM n;");
  phone.add_module("name = \"ios.trial\"\nfiles = [\"home:Library/*/trial.db\"]",
                   query("Message", "m", "SELECT _row, t AS text FROM m"));
  RunOptions options;
  options.jobs = 1;
  const std::string alone = phone.run(options);
  EXPECT_GT(alone.size(), 100'000u);
  options.jobs = 8;
  options.memory_limit = 1;  // the oldest task alone is admitted
  EXPECT_TRUE(phone.run(options) == alone);
}

TEST(Run, CancelEndsIt) {
  Phone phone;
  phone.add_database(kPath,
                     "CREATE TABLE m(id INTEGER PRIMARY KEY, t TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                     "SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO m SELECT i, 'x' FROM n;");
  phone.add_module(kHead, query("Message", "m", "SELECT _row, t AS text FROM m"));
  RunOptions options;
  options.progress = [](const Progress&) { return false; };
  EXPECT_EQ(phone.run(options), "error cancelled");
}

}  // namespace
}  // namespace exhibit::engine
