#include "casefile/summary.h"

#include <sys/stat.h>

#include <algorithm>
#include <map>

#include "case_state.h"
#include "casefile/audit.h"
#include "casefile/query.h"
#include "file_names.h"
#include "hex.h"
#include "plan.h"
#include "schema.h"

namespace exhibit::casefile {

namespace {

std::uint64_t unsigned_of(std::int64_t number) { return static_cast<std::uint64_t>(number); }

class Summary {
 public:
  Summary(const Connection& connection, std::int64_t exhibit, ExhibitSummary& summary)
      : connection_(connection), exhibit_(exhibit), summary_(summary) {}

  Result<void> fill() {
    auto names = CaseFileNames::open(connection_, exhibit_);
    if (!names) return std::unexpected(names.error());
    names_.emplace(std::move(*names));
    for (const auto part : {&Summary::exhibit, &Summary::device, &Summary::sources, &Summary::counts, &Summary::ledger,
                            &Summary::problems, &Summary::unread, &Summary::local_times})
      if (auto filled = (this->*part)(); !filled) return filled;
    return {};
  }

 private:
  template <class Take>
  Result<void> each(std::string_view sql, Take take) {
    auto select = connection_.prepare(sql);
    if (!select) return std::unexpected(select.error());
    select->bind(1, exhibit_);
    for (;;) {
      const auto row = select->step();
      if (!row) return std::unexpected(row.error());
      if (!*row) return {};
      take(*select);
    }
  }

  std::string file(const Statement& row, int column) const {
    return names_->name(names_->relative(row.integer(column)));
  }

  Result<void> exhibit() {
    return each(
        "SELECT label, zone, artefacts, content_sha256, (SELECT count(DISTINCT parser) FROM ledger WHERE exhibit = ?1) "
        "FROM exhibit WHERE n = ?1",
        [&](const Statement& row) {
          summary_.label = row.text(0);
          summary_.zone = row.text(1);
          summary_.artefacts = unsigned_of(row.integer(2));
          summary_.content_sha256 = hex(row.blob(3));
          summary_.parsers = unsigned_of(row.integer(4));
        });
  }

  /// The first live fact of each name: contradictions show in the artefacts themselves.
  Result<void> device() {
    const auto* words = Plans::get().kind("device_info")->info->find("name")->enumeration;
    const std::pair<std::string_view, std::string*> wanted[] = {
        {"model", &summary_.model},           {"model_name", &summary_.model_name}, {"os", &summary_.os},
        {"os_version", &summary_.os_version}, {"os_build", &summary_.build},        {"time_zone", &summary_.zone}};
    return each(
        "SELECT f.name, f.value FROM f_device_info f JOIN artefact a ON a.n = f.n WHERE a.exhibit = ?1 AND "
        "a.status = 1 AND f.value IS NOT NULL ORDER BY a.n",
        [&](const Statement& row) {
          const std::string_view word = words->word(static_cast<int>(row.integer(0)));
          for (const auto& [name, value] : wanted)
            if (word == name && value->empty()) *value = row.text(1);
        });
  }

  Result<void> sources() {
    return each(
        "SELECT s.path, s.container, s.fingerprint, (SELECT count(*) FROM file f JOIN dir d ON d.n = f.dir WHERE "
        "d.source = s.n AND f.type = 1), s.size, s.encrypted, (SELECT count(*) FROM file f JOIN "
        "dir "
        "d ON d.n = f.dir WHERE d.source = s.n AND (f.flags & 2) <> 0) FROM source s WHERE s.exhibit = ?1 ORDER BY s.n",
        [&](const Statement& row) {
          summary_.sources.push_back({.path = std::string(row.text(0)),
                                      .container = std::string(row.text(1)),
                                      .fingerprint = hex(row.blob(2)),
                                      .files = unsigned_of(row.integer(3)),
                                      .files_read = unsigned_of(row.integer(6)),
                                      .size = unsigned_of(row.integer(4)),
                                      .is_encrypted = row.integer(5) != 0});
        });
  }

  /// History is a recovered older version of a row that still exists.
  Result<void> counts() {
    return each(
        "SELECT a.kind, p.id, p.name, sum(a.status = 1), sum(a.status = 2), sum(a.status = 4), sum(a.status = 3 AND "
        "coalesce(a.reason, 0) <> 6), sum(a.status = 3 AND coalesce(a.reason, 0) = 6) FROM artefact a LEFT JOIN app p "
        "ON p.n = a.app WHERE a.exhibit = ?1 AND a.same_as IS NULL GROUP BY a.kind, a.app ORDER BY a.kind, count(*) "
        "DESC, p.id",
        [&](const Statement& row) {
          const KindPlan* kind = Plans::get().kind(static_cast<std::uint32_t>(row.integer(0)));
          summary_.counts.push_back(
              {.kind = kind == nullptr ? std::to_string(row.integer(0)) : std::string(kind->info->name),
               .app = std::string(row.text(1)),
               .app_name = std::string(row.text(2)),
               .live = unsigned_of(row.integer(3)),
               .soft_deleted = unsigned_of(row.integer(4)),
               .tombstone = unsigned_of(row.integer(5)),
               .recovered = unsigned_of(row.integer(6)),
               .history = unsigned_of(row.integer(7))});
        });
  }

  static void add(LedgerSum& sum, std::string_view outcome, std::uint64_t count) {
    if (outcome == kRead)
      sum.read += count;
    else if (outcome == kEmitted)
      sum.emitted += count;
    else if (outcome == kAttached)
      sum.attached += count;
    else if (outcome == kDropped)
      sum.dropped += count;
    else if (outcome != kArtefacts && !outcome.starts_with(kNotePrefix))
      sum.skipped += count;
  }

  static std::vector<ReasonCount> most_first(const std::map<std::string, std::uint64_t>& counts) {
    std::vector<ReasonCount> list;
    for (const auto& [reason, count] : counts) list.push_back({reason, count});
    std::ranges::stable_sort(list, std::ranges::greater{}, &ReasonCount::count);
    return list;
  }

  Result<void> ledger() {
    std::map<std::string, std::uint64_t> skipped;
    std::map<std::string, std::uint64_t> notes;
    std::vector<LedgerGap> lines;
    auto read = each(
        "SELECT p.name, l.file, l.tbl, l.pass, l.outcome, l.count FROM ledger l JOIN parser p ON p.n = l.parser WHERE "
        "l.exhibit = ?1 ORDER BY l.parser, l.file, l.tbl, l.pass, l.rowid",
        [&](const Statement& row) {
          const std::string_view outcome = row.text(4);
          const std::uint64_t count = unsigned_of(row.integer(5));
          LedgerGap line{std::string(row.text(0)),
                         file(row, 1),
                         std::string(row.text(2)),
                         row.integer(3) == 1 ? "recovered" : "live",
                         {}};
          if (lines.empty() || std::tie(lines.back().parser, lines.back().file, lines.back().table,
                                        lines.back().pass) != std::tie(line.parser, line.file, line.table, line.pass))
            lines.push_back(std::move(line));
          const LedgerSum before = summary_.ledger;
          add(summary_.ledger, outcome, count);
          add(lines.back().sum, outcome, count);
          if (outcome.starts_with(kNotePrefix)) notes[std::string(outcome.substr(kNotePrefix.size()))] += count;
          if (summary_.ledger.skipped == before.skipped) return;
          const auto prefix = outcome.starts_with(kSkippedPrefix) ? kSkippedPrefix.size() : 0;
          skipped[std::string(outcome.substr(prefix))] += count;
        });
    summary_.skipped = most_first(skipped);
    summary_.value_notes = most_first(notes);
    std::erase_if(lines, [](const LedgerGap& line) { return line.sum.adds_up(); });
    summary_.gaps = std::move(lines);
    return read;
  }

  Result<void> problems() {
    return each(
        "SELECT x.file, p.name, x.code, x.expected, x.found, x.tbl, coalesce(x.count, 1) FROM problem x LEFT JOIN "
        "parser "
        "p ON p.n = x.parser WHERE x.exhibit = ?1 ORDER BY x.n",
        [&](const Statement& row) {
          summary_.problems.push_back({.file = file(row, 0),
                                       .parser = std::string(row.text(1)),
                                       .code = std::string(row.text(2)),
                                       .expected = std::string(row.text(3)),
                                       .found = std::string(row.text(4)),
                                       .table = std::string(row.text(5)),
                                       .count = unsigned_of(row.integer(6))});
        });
  }

  /// Tables that nobody reads, by file; columns of tables that are read.
  Result<void> unread() {
    auto read = each(
        "SELECT file, coalesce(sum(count) FILTER (WHERE tbl NOT NULL), 0), count(DISTINCT tbl), max(tbl IS NULL) "
        "FROM unread WHERE exhibit = ?1 AND col IS NULL GROUP BY file ORDER BY 2 DESC, file",
        [&](const Statement& row) {
          summary_.unread.push_back({.file = file(row, 0),
                                     .rows = unsigned_of(row.integer(1)),
                                     .tables = unsigned_of(row.integer(2)),
                                     .is_whole_file = row.integer(3) != 0});
        });
    if (!read) return read;
    return each(
        "SELECT file, tbl, col, count FROM unread WHERE exhibit = ?1 AND col IS NOT NULL ORDER BY count DESC, file, "
        "tbl, "
        "col",
        [&](const Statement& row) {
          summary_.unread_columns.push_back({.file = file(row, 0),
                                             .table = std::string(row.text(1)),
                                             .column = std::string(row.text(2)),
                                             .count = unsigned_of(row.integer(3))});
        });
  }

  /// A local time stands in its column as text without Z or an offset, which begins behind the date: there a '-' would
  /// be one of its own.
  static std::string is_local(const std::string& column) {
    return "typeof(" + column + ") = 'text' AND " + column + " NOT LIKE '%Z' AND substr(" + column +
           ", 12) NOT LIKE '%+%' AND substr(" + column + ", 12) NOT LIKE '%-%' AND " + column + " NOT LIKE 'us:%'";
  }

  Result<void> local_times() {
    for (const auto& kind : Plans::get().kinds()) {
      std::vector<std::string_view> fields;
      std::string sums;
      std::string any;
      for (const FieldPlan& plan : kind->fields) {
        if (plan.part != Part::time || plan.column == 0 || plan.field->repeated) continue;
        const std::string column = "f.\"" + std::string(plan.field->name) + '"';
        sums += (fields.empty() ? "" : ", ") + ("coalesce(sum(" + is_local(column) + "), 0)");
        any += (fields.empty() ? "" : " OR ") + ("typeof(" + column + ") = 'text'");
        fields.push_back(plan.field->name);
      }
      if (fields.empty()) continue;
      // Nearly all rows hold numbers: the exhibit is asked for the others alone.
      auto read =
          each("SELECT " + sums + " FROM f_" + kind->name + " f WHERE (" + any +
                   ") AND (SELECT a.exhibit FROM artefact a WHERE a.n = f.n) = ?1",
               [&](const Statement& row) {
                 for (std::size_t i = 0; i < fields.size(); ++i)
                   if (const auto count = unsigned_of(row.integer(static_cast<int>(i))); count != 0)
                     summary_.local_times.push_back({std::string(kind->info->name), std::string(fields[i]), count});
               });
      if (!read) return read;
    }
    std::ranges::stable_sort(summary_.local_times, std::ranges::greater{}, &LocalTimes::count);
    return {};
  }

  const Connection& connection_;
  std::int64_t exhibit_;
  ExhibitSummary& summary_;
  std::optional<CaseFileNames> names_;
};

/// One number for the whole case: the one exhibit's, or the SHA-256 over the hashes of all in order of their labels.
std::string content_of(const std::vector<ExhibitSummary>& exhibits) {
  if (exhibits.size() == 1) return exhibits.front().content_sha256;
  std::map<std::string, std::string> by_label;
  for (const ExhibitSummary& exhibit : exhibits) by_label[exhibit.label] = exhibit.content_sha256;
  std::string lines;
  for (const auto& [label, digest] : by_label) lines += digest + '\n';
  return lines.empty() ? lines : hex(crypto::sha256(as_bytes(lines)));
}

}  // namespace

Result<CaseSummary> summarize(const Case& subject) {
  const Connection& connection = subject.state().connection;
  CaseSummary summary;
  summary.path = subject.path();
  struct stat found{};
  if (!summary.path.empty() && ::stat(summary.path.c_str(), &found) == 0)
    summary.size_bytes = static_cast<std::uint64_t>(found.st_size);
  auto select = connection.prepare("SELECT n FROM exhibit ORDER BY n");
  if (!select) return std::unexpected(select.error());
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    ExhibitSummary& exhibit = summary.exhibits.emplace_back();
    if (auto filled = Summary(connection, select->integer(0), exhibit).fill(); !filled)
      return std::unexpected(filled.error());
  }
  summary.content_sha256 = content_of(summary.exhibits);
  const auto lines = audit_lines(subject);
  if (!lines) return std::unexpected(lines.error());
  summary.audit_entries = lines->size();
  if (!lines->empty()) summary.audit_head = lines->back().hash;
  return summary;
}

}  // namespace exhibit::casefile
