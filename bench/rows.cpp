// bench: casefile
// What a row costs on its way from a database to a case: generated messages of one table, read by a module of eleven
// columns. Goals for 1,000,000 rows: JSON lines in 4 s CPU, a case with indexes and full text in 8 s CPU, and at most
// 16 MB more memory than 100,000 rows take. Floor: SQLite alone reading the same columns from the same file.
//
//   bench_rows [rows [wire|lines|case]]     one way alone: for a profiler
#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <string>

#include "casefile/export.h"
#include "casefile/writer.h"
#include "containers/open.h"
#include "engine/registry.h"
#include "engine/run.h"
#include "measure.h"
#include "model/json.h"
#include "model/wire_reader.h"
#include "temporary_folder.h"

namespace exhibit::bench {
namespace {

constexpr int kRuns = 3;
constexpr std::uint32_t kArtefactRecord = 1;

constexpr const char* kModule = R"(
[parser]
name    = "ios.generated"
title   = "Generated messages"
files   = ["home:Library/generated.db"]
app     = "com.example.chat"
seen_on = []
notes   = "Invented."

[map.status]
0 = "pending"
1 = "sent"
2 = "delivered"
3 = "read"

[[query]]
kind  = "Message"
table = "message"
sql = '''
SELECT m._row,
       m.guid                              AS message_id,
       m.chat                              AS conversation_id,
       iif(m.from_me, NULL, h.address)     AS "sender.address",
       iif(m.from_me, 1, NULL)             AS "sender.is_owner",
       iif(m.from_me, 'outgoing', 'incoming') AS direction,
       'text'                              AS type,
       m.text                              AS text,
       apple_time(m.date)                  AS sent_at,
       apple_time(m.date_read)             AS read_at,
       map('status', m.status)             AS status
FROM message m LEFT JOIN handle h ON h.id = m.handle
'''
)";

constexpr const char* kFloorSql =
    "SELECT m.rowid, m.guid, m.chat, iif(m.from_me, NULL, h.address), iif(m.from_me, 1, NULL), "
    "iif(m.from_me, 'outgoing', 'incoming'), 'text', m.text, m.date, m.date_read, m.status "
    "FROM message m LEFT JOIN handle h ON h.id = m.handle";

constexpr std::array kWords = {"harbour", "ticket", "monday", "later",  "maybe",   "the",    "at",    "nine",
                               "pier",    "keys",   "bring",  "photo",  "evening", "boat",   "train", "see",
                               "you",     "there",  "is",     "coffee", "shop",    "closed", "rain",  "again"};

std::string text_of(int row) {
  std::string text;
  for (unsigned seed = static_cast<unsigned>(row) * 2654435761u; text.size() < 56; seed = seed * 1664525u + 1013904223u)
    text.append(kWords[(seed >> 16) % kWords.size()]).append(" ");
  return text + std::to_string(row % 1000);
}

void execute(sqlite3* connection, const char* sql) {
  if (sqlite3_exec(connection, sql, nullptr, nullptr, nullptr) != SQLITE_OK) stop(sqlite3_errmsg(connection));
}

void fill(sqlite3* connection, int rows) {
  execute(connection,
          "BEGIN; CREATE TABLE handle(id INTEGER PRIMARY KEY, address TEXT);"
          "CREATE TABLE message(id INTEGER PRIMARY KEY, guid TEXT, chat TEXT, handle INTEGER, from_me INTEGER, "
          "text TEXT, date INTEGER, date_read INTEGER, status INTEGER);"
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
          "INSERT INTO handle SELECT i, printf('+447700900%03d', i) FROM n;");
  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(connection,
                     "INSERT INTO message VALUES(?1, printf('%08X-0000-4000-8000-%012X', ?1 * 48271, ?1), "
                     "printf('chat-%d', ?1 * 7 % 300), 1 + ?1 * 31 % 200, ?1 % 3 = 0, ?2, ?3, "
                     "iif(?1 % 4, ?3 + 60000000000, NULL), ?1 % 4)",
                     -1, &insert, nullptr);
  for (int row = 1; row <= rows; ++row) {
    const std::string text = text_of(row);
    sqlite3_bind_int(insert, 1, row);
    sqlite3_bind_text(insert, 2, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, 600'000'000'000'000'000 + std::int64_t{row} * 37'000'000'000);
    if (sqlite3_step(insert) != SQLITE_DONE) stop("a row that cannot be inserted");
    sqlite3_reset(insert);
  }
  sqlite3_finalize(insert);
  execute(connection, "COMMIT");
}

/// A phone with one database.
class Phone {
 public:
  explicit Phone(int rows) {
    const auto file = folder_.write("phone/private/var/mobile/Library/generated.db", "");
    database_ = file.string();
    (void)cost_of([&] {
      sqlite3* connection = nullptr;
      if (sqlite3_open(database_.c_str(), &connection) != SQLITE_OK) stop("no database");
      fill(connection, rows);
      sqlite3_close(connection);
    });
  }

  const std::string& database() const { return database_; }
  std::string path() const { return (folder_.path() / "phone").string(); }
  std::string new_case() const {
    const auto path = folder_.path() / "rows.exhibit";
    std::filesystem::remove(path);
    return path.string();
  }
  std::string new_text() const { return (folder_.path() / "rows.jsonl").string(); }

 private:
  tests::TemporaryFolder folder_;
  std::string database_;
};

template <class T>
T& checked(Result<T>& result) {
  if (!result) stop(error_text(result.error()).c_str());
  return *result;
}
void check(const Result<void>& result) {
  if (!result) stop(error_text(result.error()).c_str());
}

/// What all ways have in common: the evidence, the module, one worker.
class Examination {
 public:
  explicit Examination(const Phone& phone) {
    if (!registry_.add(kModule, "generated.toml").empty()) stop("a wrong module");
    auto opened = containers::open(phone.path());
    if (!opened) stop("no phone");
    evidence_ = std::move(*opened);
  }

  void run(engine::RunSink& sink) {
    engine::RunOptions options;
    options.label = "B/1";
    options.jobs = 1;
    auto done = engine::run(registry_.modules(), {evidence_.get()}, options, sink);
    if (checked(done).problems != 0 || !done->ledger_adds_up) stop("a run with problems");
  }

  const evidence::Evidence& evidence() const { return *evidence_; }

 private:
  engine::Registry registry_;
  std::unique_ptr<evidence::Evidence> evidence_;
};

void read_by_sqlite(const Phone& phone) {
  sqlite3* connection = nullptr;
  sqlite3_stmt* select = nullptr;
  if (sqlite3_open_v2(phone.database().c_str(), &connection, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK ||
      sqlite3_prepare_v2(connection, kFloorSql, -1, &select, nullptr) != SQLITE_OK)
    stop("no database");
  std::uint64_t bytes = 0;
  while (sqlite3_step(select) == SQLITE_ROW)
    for (int column = 0; column < sqlite3_column_count(select); ++column) {
      if (sqlite3_column_text(select, column) == nullptr) continue;
      bytes += static_cast<std::uint64_t>(sqlite3_column_bytes(select, column));
    }
  sqlite3_finalize(select);
  sqlite3_close(connection);
  if (bytes == 0) stop("no rows");
}

class Counting final : public engine::RunSink {
 public:
  Result<void> take(Bytes task_output) override {
    bytes_ += task_output.size();
    return {};
  }

 private:
  std::uint64_t bytes_ = 0;
};

class Names final : public model::FileNames {
 public:
  explicit Names(const evidence::Evidence& evidence) : evidence_(evidence) {}
  std::string name(std::uint64_t file) const override {
    return std::string(evidence_.entry(static_cast<std::uint32_t>(file)).device_path);
  }
  std::uint64_t number(std::string_view) const override { return 0; }

 private:
  const evidence::Evidence& evidence_;
};

/// Artefacts as lines, as they come.
class Lines final : public engine::RunSink {
 public:
  Lines(const evidence::Evidence& evidence, casefile::FileOutput& output) : names_(evidence), output_(output) {}

  Result<void> take(Bytes task_output) override {
    model::WireReader records(task_output);
    model::WireField record;
    while (records.next(record)) {
      if (record.number != kArtefactRecord) continue;
      std::string line = model::artefact_json(record.bytes, names_);
      line += '\n';
      if (auto written = output_.write(line); !written) return written;
    }
    return {};
  }

 private:
  Names names_;
  casefile::FileOutput& output_;
};

void to_wire(const Phone& phone) {
  Examination examination(phone);
  Counting sink;
  examination.run(sink);
}

void to_lines(const Phone& phone) {
  Examination examination(phone);
  auto output = casefile::FileOutput::create(phone.new_text());
  Lines sink(examination.evidence(), checked(output));
  examination.run(sink);
}

/// With the time of each part, if `tells_parts`.
void to_case(const Phone& phone, bool tells_parts) {
  Examination examination(phone);
  double before = cpu_s();
  const auto part = [&](const char* name) {
    const double now = cpu_s();
    if (tells_parts) std::printf("    %-40s %8.3f s CPU\n", name, now - before);
    before = now;
  };
  auto subject = casefile::Case::create(phone.new_case(), {.created_by = "bench"});
  check(checked(subject).begin_run({.command = "examine"}));
  casefile::ExhibitFacts facts;
  facts.label = "B/1";
  facts.sources.push_back({.evidence = &examination.evidence(), .path = "phone"});
  facts.parsers.push_back({"ios.generated", "Generated messages", "", "module", ""});
  auto writer = casefile::ExhibitWriter::begin(*subject, facts);
  checked(writer);
  part("case begun");
  examination.run(**writer);
  part("SQL, wire, artefacts, flat rows, full text");
  check((*writer)->finish());
  writer->reset();
  part("resolved, sealed");
  check(subject->end_run(0, true));
  part("indexes, SQLite's check, name taken");
}

void export_lines(const Phone& phone) {
  auto subject = casefile::Case::open((std::filesystem::path(phone.new_text()).parent_path() / "rows.exhibit").string(),
                                      casefile::Access::read_only);
  std::filesystem::remove(phone.new_text());
  auto output = casefile::FileOutput::create(phone.new_text());
  checked(output);
  check(casefile::write_jsonl(checked(subject), {}, {}, [&](std::string_view bytes) { return output->write(bytes); }));
}

void print_growth(const char* name, const Cost& small, const Cost& large) {
  std::printf("%-44s %+8.1f MB at ten times the rows   goal +16 MB\n", name, large.peak_mb - small.peak_mb);
}

int run(int rows) {
  const Phone large(rows);
  const Phone small(rows / 10);
  std::printf("%d rows, the least of %d runs\n", rows, kRuns);
  print_cost("floor: SQLite reads the columns", least_cost(kRuns, [&] { read_by_sqlite(large); }), "");
  const Cost wire = least_cost(kRuns, [&] { to_wire(large); });
  print_cost("SQL to wire", wire, "");
  const Cost lines = least_cost(kRuns, [&] { to_lines(large); });
  print_cost("SQL to JSON lines", lines, "goal for 1 M: 4 s");
  const Cost whole = least_cost(kRuns, [&] { to_case(large, false); });
  print_cost("SQL to case", whole, "goal for 1 M: 8 s");
  (void)cost_of([&] { to_case(large, true); });
  print_cost("case to JSON lines", least_cost(kRuns, [&] { export_lines(large); }), "");
  print_growth("SQL to wire", cost_of([&] { to_wire(small); }), wire);
  print_growth("SQL to JSON lines", cost_of([&] { to_lines(small); }), lines);
  print_growth("SQL to case", cost_of([&] { to_case(small, false); }), whole);
  return 0;
}

/// In this process.
int run_one(int rows, std::string_view way) {
  const Phone phone(rows);
  if (way == "wire") to_wire(phone);
  if (way == "lines") to_lines(phone);
  if (way == "case") to_case(phone, true);
  std::printf("%.3f s CPU\n", cpu_s());
  return 0;
}

}  // namespace
}  // namespace exhibit::bench

int main(int count, char** arguments) {
  const int rows = count > 1 ? std::atoi(arguments[1]) : 1'000'000;
  if (rows < 100) return 2;
  return count > 2 ? exhibit::bench::run_one(rows, arguments[2]) : exhibit::bench::run(rows);
}
