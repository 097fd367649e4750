#include "casefile/records.h"

#include "case_state.h"
#include "model/wire_writer.h"
#include "schema.h"
#include "sql.h"

namespace exhibit::casefile {

namespace {

using model::WireWriter;

/// A list's statement: column 0 is the exhibit, 1 its file base; the fields follow. ?1 is a label, '' for all.
struct ListSource {
  const char* sql;
  std::string (*record)(const Statement& row);
};

constexpr int kExhibit = 0;
constexpr int kFileBase = 1;

void put_text(WireWriter& out, std::uint32_t field, const Statement& row, int column) {
  if (!row.is_null(column)) out.text(field, row.text(column));
}

void put_count(WireWriter& out, std::uint32_t field, const Statement& row, int column) {
  if (!row.is_null(column)) out.unsigned_integer(field, static_cast<std::uint64_t>(row.integer(column)));
}

void put_file(WireWriter& out, std::uint32_t field, const Statement& row, int column) {
  if (row.is_null(column)) return;
  out.unsigned_integer(field, static_cast<std::uint64_t>(row.integer(column) - row.integer(kFileBase)));
}

std::string problem_record(const Statement& row) {
  std::string wire;
  WireWriter out(wire);
  put_text(out, 1, row, 2);
  put_file(out, 2, row, 3);
  put_text(out, 3, row, 4);
  put_text(out, 4, row, 11);
  put_text(out, 5, row, 5);
  put_text(out, 6, row, 6);
  put_count(out, 7, row, 7);
  put_text(out, 8, row, 8);
  if (!row.is_null(9)) out.integer(9, row.integer(9));
  put_count(out, 10, row, 10);
  put_text(out, 11, row, 12);
  return wire;
}

std::string unread_record(const Statement& row) {
  std::string wire;
  WireWriter out(wire);
  put_file(out, 1, row, 2);
  put_text(out, 2, row, 3);
  put_text(out, 3, row, 4);
  put_count(out, 4, row, 5);
  return wire;
}

std::string audit_record(const Statement& row) {
  std::string wire;
  WireWriter out(wire);
  out.text(1, row.text(2));
  out.bytes(2, row.blob(3));
  return wire;
}

std::string parser_record(const Statement& row) {
  std::string wire;
  WireWriter out(wire);
  for (std::uint32_t field = 1; field <= 4; ++field) put_text(out, field, row, static_cast<int>(field) + 1);
  return wire;
}

std::string file_record(const Statement& row) {
  std::string wire;
  WireWriter out(wire);
  put_text(out, 1, row, 2);
  put_text(out, 2, row, 3);
  put_text(out, 3, row, 4);
  put_count(out, 4, row, 5);
  if (!row.is_null(6)) out.bytes(5, row.blob(6));
  const std::int64_t flags = row.integer(7);
  if ((flags & kFileWanted) != 0) out.boolean(6, true);
  if ((flags & kFileUnreadable) != 0) out.boolean(7, true);
  if ((flags & kFileDatabase) != 0) out.boolean(8, true);
  return wire;
}

/// A ledger line is several rows, one an outcome: they come together, and make one record.
class LedgerLines {
 public:
  explicit LedgerLines(std::vector<ServiceRecord>& records) : records_(records) {}

  void add(const Statement& row) {
    std::string name;
    for (int column = 0; column < 6; ++column) (name += row.text(column)) += '\n';
    if (name != name_) {
      finish();
      name_ = name;
      exhibit_ = row.integer(kExhibit);
      WireWriter out(head_);
      put_text(out, 1, row, 2);
      put_file(out, 2, row, 3);
      put_text(out, 3, row, 4);
      out.text(4, row.integer(5) == 0 ? "live" : "recovered");
    }
    const std::string outcome(row.text(6));
    const auto count = static_cast<std::uint64_t>(row.integer(7));
    if (outcome == kRead) {
      read_ = count;
    } else if (outcome == kEmitted) {
      emitted_ = count;
    } else if (outcome == kAttached) {
      attached_ = count;
    } else if (outcome == kDropped) {
      dropped_ = count;
    } else if (outcome == kArtefacts) {
      artefacts_ = count;
    } else if (outcome.starts_with(kNotePrefix)) {
      append(notes_, 11, outcome.substr(kNotePrefix.size()), count);
    } else {
      const std::size_t prefix = outcome.starts_with(kSkippedPrefix) ? kSkippedPrefix.size() : 0;
      append(skipped_, 8, outcome.substr(prefix), count);
      skipped_rows_ += count;
    }
  }

  void finish() {
    if (name_.empty()) return;
    WireWriter out(head_);
    out.unsigned_integer(5, read_);
    out.unsigned_integer(6, emitted_);
    out.unsigned_integer(7, attached_);
    head_ += skipped_;
    out.unsigned_integer(9, dropped_);
    out.unsigned_integer(10, artefacts_);
    head_ += notes_;
    out.boolean(12, read_ == emitted_ + attached_ + skipped_rows_ + dropped_);
    records_.push_back({exhibit_, std::move(head_)});
    head_.clear();
    skipped_.clear();
    notes_.clear();
    read_ = emitted_ = attached_ = dropped_ = artefacts_ = skipped_rows_ = 0;
  }

 private:
  static void append(std::string& wire, std::uint32_t field, std::string_view reason, std::uint64_t count) {
    WireWriter out(wire);
    const auto mark = out.begin(field);
    out.text(1, reason);
    out.unsigned_integer(2, count);
    out.end(mark);
  }

  std::vector<ServiceRecord>& records_;
  std::string name_, head_, skipped_, notes_;
  std::int64_t exhibit_ = 0;
  std::uint64_t read_ = 0, emitted_ = 0, attached_ = 0, dropped_ = 0, artefacts_ = 0, skipped_rows_ = 0;
};

constexpr const char* kLedgerSql =
    "SELECT l.exhibit, e.file_base, p.name, l.file, l.tbl, l.pass, l.outcome, l.count FROM ledger l "
    "JOIN exhibit e ON e.n = l.exhibit LEFT JOIN parser p ON p.n = l.parser WHERE ?1 = '' OR e.label = ?1 "
    "ORDER BY l.exhibit, p.name, l.file, l.tbl, l.pass, l.outcome";

ListSource source_of(RecordList list) {
  switch (list) {
    case RecordList::problems:
      return {
          "SELECT b.exhibit, e.file_base, b.code, b.file, p.name, b.expected, b.found, b.offset, b.tbl, b.row, "
          "b.count, b.query, b.key FROM problem b JOIN exhibit e ON e.n = b.exhibit LEFT JOIN parser p "
          "ON p.n = b.parser WHERE ?1 = '' OR e.label = ?1 ORDER BY b.exhibit, b.file, p.name, b.n",
          problem_record};
    case RecordList::unread:
      return {
          "SELECT u.exhibit, e.file_base, u.file, u.tbl, u.col, u.count FROM unread u "
          "JOIN exhibit e ON e.n = u.exhibit WHERE ?1 = '' OR e.label = ?1 "
          "ORDER BY u.exhibit, u.file, u.tbl, u.col",
          unread_record};
    case RecordList::audit:
      return {"SELECT 0, 0, line, hash FROM audit WHERE ?1 = ?1 ORDER BY n", audit_record};
    case RecordList::parsers:
      return {"SELECT 0, 0, name, title, version, origin FROM parser WHERE ?1 = ?1 ORDER BY name, n", parser_record};
    case RecordList::files:
      return {
          "SELECT s.exhibit, e.file_base, e.label, d.device_dir || f.name, d.container_dir || "
          "coalesce(f.container_name, f.name), f.size, f.sha256, f.flags FROM file f JOIN dir d ON d.n = f.dir "
          "JOIN source s ON s.n = d.source JOIN exhibit e ON e.n = s.exhibit "
          "WHERE (?1 = '' OR e.label = ?1) AND f.type = 1 ORDER BY f.n",
          file_record};
    case RecordList::ledger:
      break;
  }
  return {kLedgerSql, nullptr};
}

}  // namespace

Result<std::vector<ServiceRecord>> list_records(const Case& subject, RecordList list, std::string_view label) {
  const ListSource source = source_of(list);
  auto statement = subject.state().connection.prepare(source.sql);
  if (!statement) return std::unexpected(statement.error());
  statement->bind_text(1, label);
  std::vector<ServiceRecord> records;
  LedgerLines lines(records);
  while (true) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    if (source.record == nullptr) {
      lines.add(*statement);
    } else {
      records.push_back({statement->integer(kExhibit), source.record(*statement)});
    }
  }
  lines.finish();
  return records;
}

}  // namespace exhibit::casefile
