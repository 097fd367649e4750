#include "casefile/case.h"

#include <openssl/rand.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "case_state.h"
#include "casefile/audit.h"
#include "crypto/sha256.h"
#include "model/json.h"
#include "model/model.h"
#include "plan.h"
#include "schema.h"

namespace exhibit::casefile {

namespace {

constexpr int kLongestValue = 512 << 20;

/// A case file is input like any other: nothing that it says may run code or touch the file's own structure.
void defend(sqlite3* connection) {
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_limit(connection, SQLITE_LIMIT_LENGTH, kLongestValue);
  sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0);
}

std::string new_uuid() {
  std::array<std::uint8_t, 16> bytes{};
  RAND_bytes(bytes.data(), static_cast<int>(bytes.size()));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kHex[bytes[i] >> 4];
    text += kHex[bytes[i] & 15];
  }
  return text;
}

Result<void> put_fact(const Connection& connection, std::string_view key, std::string_view value) {
  auto insert = connection.prepare("INSERT OR REPLACE INTO meta(key, value) VALUES(?1, ?2)");
  if (!insert) return std::unexpected(insert.error());
  insert->bind_text(1, key);
  insert->bind(2, value);
  return insert->run();
}

Result<void> put_model(const Connection& connection) {
  const Bytes model = model::Model::get().descriptor_set();
  const auto digest = crypto::sha256(model);
  auto insert = connection.prepare("INSERT OR REPLACE INTO meta(key, value) VALUES('model', ?1), ('model_sha256', ?2)");
  if (!insert) return std::unexpected(insert.error());
  insert->bind_blob(1, model);
  insert->bind_blob(2, digest);
  return insert->run();
}

Result<void> put_facts(const Connection& connection, const CaseFacts& facts) {
  const std::pair<std::string_view, std::string> given[] = {{"case_uuid", new_uuid()}, {"created_by", facts.created_by},
                                                            {"number", facts.number},  {"examiner", facts.examiner},
                                                            {"agency", facts.agency},  {"note", facts.note}};
  for (const auto& [key, value] : given)
    if (auto put = put_fact(connection, key, value); !put) return put;
  return put_model(connection);
}

Result<void> make_schema(const Connection& connection, const CaseFacts& facts) {
  if (auto made = connection.run(schema_header() + "BEGIN;" + schema_tables() + schema_indexes() + schema_views());
      !made)
    return made;
  if (auto put = put_facts(connection, facts); !put) return put;
  return connection.run("COMMIT");
}

/// A case of this schema written with an older model lacks columns that were appended since.
Result<void> extend_flat_table(const Connection& connection, const KindPlan& kind) {
  if (const auto there = connection.number("SELECT count(*) FROM pragma_table_info('f_" + kind.name + "')");
      !there || *there == 0)
    return there ? connection.run(flat_table(kind)) : std::unexpected(there.error());
  for (const FlatColumn& column : kind.columns) {
    const auto there = connection.number("SELECT count(*) FROM pragma_table_info('f_" + kind.name +
                                         "') WHERE name = '" + column.name + "'");
    if (!there) return std::unexpected(there.error());
    if (*there != 0) continue;
    if (auto added = connection.run("ALTER TABLE f_" + kind.name + " ADD COLUMN \"" + column.name + "\" " +
                                    std::string(column.type));
        !added)
      return added;
  }
  return {};
}

Result<void> update_model(const Connection& connection) {
  const auto digest = crypto::sha256(model::Model::get().descriptor_set());
  auto same = connection.prepare("SELECT 1 FROM meta WHERE key = 'model_sha256' AND value = ?1");
  if (!same) return std::unexpected(same.error());
  same->bind_blob(1, digest);
  const auto row = same->step();
  if (!row) return std::unexpected(row.error());
  if (*row) return {};
  same->reset();
  for (const auto& kind : Plans::get().kinds())
    if (auto extended = extend_flat_table(connection, *kind); !extended) return extended;
  if (auto views = connection.run(schema_drop_views() + schema_views()); !views) return views;
  return put_model(connection);
}

Result<std::int64_t> insert_run(const Connection& connection, const RunFacts& facts) {
  auto insert = connection.prepare(
      "INSERT INTO run(command, version, build, host, started_us, options, jobs) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
  if (!insert) return std::unexpected(insert.error());
  insert->bind(1, std::string_view(facts.command));
  insert->bind(2, std::string_view(facts.version));
  insert->bind(3, std::string_view(facts.build));
  insert->bind(4, std::string_view(facts.host));
  insert->bind(5, now_us());
  insert->bind(6, std::string_view(facts.options));
  insert->bind(7, std::int64_t{facts.jobs});
  if (auto run = insert->run(); !run) return std::unexpected(run.error());
  return sqlite3_last_insert_rowid(connection.get());
}

Result<void> check_is_case(const Connection& connection, std::int64_t& version) {
  const auto id = connection.number("PRAGMA application_id");
  if (!id || *id != kApplicationId)
    return fail(ErrorCode::malformed, "a case file (its application_id)", static_cast<std::uint64_t>(id.value_or(0)));
  const auto found = connection.number("PRAGMA user_version");
  if (!found || *found < 1)
    return fail(ErrorCode::malformed, "the schema version of a case", static_cast<std::uint64_t>(found.value_or(0)));
  version = *found;
  return {};
}

}  // namespace

std::int64_t now_us() {
  using std::chrono::duration_cast;
  return duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Result<void> Case::State::open_partial() {
  bool was_dead = false;
  auto made = PartialFile::create(path, was_dead);
  if (!made) return std::unexpected(made.error());
  partial.emplace(std::move(*made));
  if (was_dead) notes.push_back("removed " + partial->path() + ", left by a run that ended early");
  if (is_on_disk) {
    // A reader's lock, so that no audit line or tag is half in the copy.
    if (auto locked = connection.run("BEGIN; SELECT count(*) FROM meta"); !locked) return locked;
    auto copied = partial->copy_from(path, cancel);
    if (auto freed = connection.run("COMMIT"); !freed) return freed;
    if (!copied) return copied;
  }
  temp_vfs = std::make_unique<TempVfs>(partial->path() + "-sort");
  auto opened = Connection::open(partial->path(), SQLITE_OPEN_READWRITE, temp_vfs->name());
  if (!opened) return std::unexpected(opened.error());
  set_interruptible(nullptr);
  connection = std::move(*opened);
  set_interruptible(connection.get());
  // Before the defences, which forbid to go without a journal: the partial file itself is what can be thrown away.
  auto prepared = connection.run(
      "PRAGMA page_size = 8192; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
      "PRAGMA cache_size = -16384;");
  defend(connection.get());
  return prepared;
}

Result<void> Case::State::open_from_disk() {
  const int flags = access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  auto opened = Connection::open(path, flags);
  if (!opened) return std::unexpected(opened.error());
  set_interruptible(nullptr);
  connection = std::move(*opened);
  set_interruptible(connection.get());
  defend(connection.get());
  is_on_disk = true;
  return connection.run("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -65536;");
}

void Case::State::close_partial() {
  set_interruptible(nullptr);
  connection.close();
  temp_vfs.reset();
  partial.reset();
}

Case::Case(std::unique_ptr<State> state) : state_(std::move(state)) {}
Case::Case(Case&&) noexcept = default;
Case& Case::operator=(Case&&) noexcept = default;
Case::~Case() {
  if (state_ != nullptr) state_->close_partial();
}

const std::string& Case::path() const { return state_->path; }
std::int64_t Case::schema_version() const { return state_->schema_version; }
const std::vector<std::string>& Case::notes() const { return state_->notes; }
void Case::set_cancel(const Cancel* cancel) { state_->cancel = cancel; }

void Case::interrupt() const {
  const std::lock_guard lock(state_->interrupt_mutex);
  if (state_->interruptible != nullptr) sqlite3_interrupt(state_->interruptible);
}

bool Case::is_in_run() const { return state_->in_run; }

Result<Case> Case::create(std::string path, const CaseFacts& facts) {
  auto state = std::make_unique<State>();
  state->path = std::move(path);
  state->schema_version = kSchemaVersion;
  if (state->path.empty()) {
    auto opened = Connection::open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    if (!opened) return std::unexpected(opened.error());
    state->connection = std::move(*opened);
    state->set_interruptible(state->connection.get());
    defend(state->connection.get());
  } else {
    struct stat found{};
    if (::lstat(state->path.c_str(), &found) == 0) return fail(ErrorCode::io, "a path that does not exist yet", EEXIST);
    if (auto opened = state->open_partial(); !opened) return std::unexpected(opened.error());
  }
  if (auto made = make_schema(state->connection, facts); !made) {
    state->close_partial();
    return std::unexpected(made.error());
  }
  return Case(std::move(state));
}

Result<Case> Case::open(std::string path, Access access) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return fail(ErrorCode::not_found, "a case file");
  auto state = std::make_unique<State>();
  state->path = std::move(path);
  state->access = access;
  if (auto opened = state->open_from_disk(); !opened) return std::unexpected(opened.error());
  if (auto checked = check_is_case(state->connection, state->schema_version); !checked)
    return std::unexpected(checked.error());
  if (access == Access::read_write && state->schema_version > kSchemaVersion)
    return fail(ErrorCode::unsupported, "a schema that this version can write",
                static_cast<std::uint64_t>(state->schema_version));
  return Case(std::move(state));
}

Result<void> Case::begin_run(const RunFacts& facts) {
  if (state_->in_run) return fail(ErrorCode::unsupported, "a case without a run at work");
  if (state_->access == Access::read_only) return fail(ErrorCode::unsupported, "a case that was opened for writing");
  const auto begin = [&]() -> Result<void> {
    if (state_->is_on_disk)
      if (auto opened = state_->open_partial(); !opened) return opened;
    if (auto begun = state_->connection.run("BEGIN;" + schema_drop_indexes()); !begun) return begun;
    state_->in_run = true;
    if (auto updated = update_model(state_->connection); !updated) return updated;
    const auto run = insert_run(state_->connection, facts);
    if (!run) return std::unexpected(run.error());
    state_->run = *run;
    state_->who = facts.who;
    state_->command = facts.command;
    return {};
  };
  auto begun = begin();
  if (!begun) abandon_run();
  return begun;
}

Result<void> Case::end_run(int exit_status, bool reproducible, std::string_view detail) {
  State& state = *state_;
  if (!state.in_run) return fail(ErrorCode::unsupported, "a run at work");
  auto update =
      state.connection.prepare("UPDATE run SET ended_us = ?1, exit_status = ?2, reproducible = ?3 WHERE n = ?4");
  if (!update) return std::unexpected(update.error());
  update->bind(1, now_us());
  update->bind(2, std::int64_t{exit_status});
  update->bind(3, std::int64_t{reproducible});
  update->bind(4, state.run);
  if (auto done = update->run(); !done) return done;
  if (auto added = add_audit_line(*this, state.who, state.command, detail); !added) return added;
  // Within the transaction, so that a case in memory that is given up meanwhile is as it was.
  if (auto done = state.connection.run(schema_indexes()); !done) return done;
  if (auto going_on = state.go_on(); !going_on) return going_on;
  if (auto done = state.connection.run("COMMIT"); !done) return done;
  if (state.path.empty()) {
    state.in_run = false;
    return {};
  }
  auto check = state.connection.prepare("PRAGMA quick_check(1)");
  if (!check) return std::unexpected(check.error());
  const auto row = check->step();
  if (!row) return std::unexpected(row.error());
  if (!*row || check->text(0) != "ok") return fail(ErrorCode::checksum, "a case that passes SQLite's own check");
  *check = Statement();
  *update = Statement();
  state.set_interruptible(nullptr);
  state.connection.close();
  state.temp_vfs.reset();
  if (auto synced = state.partial->sync(); !synced) return synced;
  // The last chance: from here on the case is the new one.
  if (auto going_on = state.go_on(); !going_on) return going_on;
  if (auto named = state.partial->take_name(state.path); !named) return named;
  state.partial.reset();
  state.in_run = false;
  return state.open_from_disk();
}

void Case::abandon_run() {
  State& state = *state_;
  if (state.path.empty()) {
    // An in-memory case keeps its journal in memory; without a transaction there is nothing to take back.
    if (state.in_run && !sqlite3_get_autocommit(state.connection.get()))
      sqlite3_exec(state.connection.get(), "ROLLBACK", nullptr, nullptr, nullptr);
    state.in_run = false;
    return;
  }
  state.in_run = false;
  state.close_partial();
  if (state.is_on_disk)
    if (auto opened = state.open_from_disk(); !opened) state.notes.push_back("the case can no longer be opened");
}

Result<std::string> Case::fact(std::string_view key) const {
  auto select = state_->connection.prepare("SELECT value FROM meta WHERE key = ?1");
  if (!select) return std::unexpected(select.error());
  select->bind_text(1, key);
  const auto row = select->step();
  if (!row) return std::unexpected(row.error());
  return *row ? std::string(select->text(0)) : std::string();
}

}  // namespace exhibit::casefile
