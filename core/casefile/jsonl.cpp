// The complete stream of a case as JSON lines. Lines are told apart by their first key; no time of a run stands in
// them, so equal evidence gives equal bytes.
#include <algorithm>
#include <map>

#include "case_state.h"
#include "casefile/export.h"
#include "hex.h"
#include "model/json.h"
#include "schema.h"
#include "stored_artefact.h"

namespace exhibit::casefile {

namespace {

/// One object, keys in the order they are added.
class JsonLine {
 public:
  JsonLine() = default;
  /// Goes on with a finished object.
  explicit JsonLine(std::string_view object) : line_(object.substr(0, object.size() - 1)) {}
  JsonLine& text(std::string_view key, std::string_view value) {
    add_key(key);
    model::append_json_string(line_, value);
    return *this;
  }
  JsonLine& number(std::string_view key, std::int64_t value) {
    add_key(key);
    line_ += std::to_string(value);
    return *this;
  }
  JsonLine& raw(std::string_view key, std::string_view json) {
    add_key(key);
    line_ += json;
    return *this;
  }
  /// Columns that are NULL are left out.
  JsonLine& text_column(std::string_view key, const Statement& row, int column) {
    return row.is_null(column) ? *this : text(key, row.text(column));
  }
  JsonLine& number_column(std::string_view key, const Statement& row, int column) {
    return row.is_null(column) ? *this : number(key, row.integer(column));
  }
  JsonLine& hex_column(std::string_view key, const Statement& row, int column) {
    return row.is_null(column) ? *this : text(key, hex(row.blob(column)));
  }
  std::string take() { return std::move(line_) + '}'; }

 private:
  void add_key(std::string_view key) {
    line_ += line_.empty() ? '{' : ',';
    model::append_json_string(line_, key);
    line_ += ':';
  }
  std::string line_;
};

struct ExhibitOf {
  std::int64_t n;
  std::string label;
};

class Stream {
 public:
  Stream(const Case& subject, const Output& output)
      : connection_(subject.state().connection), output_(output), stored_(subject.state().connection) {}

  Result<void> load() {
    auto select = connection_.prepare("SELECT n, label FROM exhibit ORDER BY n");
    if (!select) return std::unexpected(select.error());
    for (;;) {
      const auto row = select->step();
      if (!row) return std::unexpected(row.error());
      if (!*row) return {};
      exhibits_.push_back({select->integer(0), std::string(select->text(1))});
    }
  }

  Result<void> exhibits();
  Result<void> parsers();
  Result<void> apps();
  Result<void> files();
  Result<void> ledgers();
  Result<void> problems();
  Result<void> facts();
  Result<void> unread();

 private:
  /// Lines of one sort for each exhibit in turn, bytewise within it. `make` gives a line for a row.
  template <class Make>
  Result<void> by_exhibit(std::string_view sql, Make make) {
    for (const ExhibitOf& exhibit : exhibits_) {
      const auto names = stored_.files(exhibit.n);
      if (!names) return std::unexpected(names.error());
      auto select = connection_.prepare(sql);
      if (!select) return std::unexpected(select.error());
      select->bind(1, exhibit.n);
      std::vector<std::string> lines;
      for (;;) {
        const auto row = select->step();
        if (!row) return std::unexpected(row.error());
        if (!*row) break;
        JsonLine line;
        make(line, *select, **names);
        // A stream of one exhibit needs no word of it; lines of further ones carry their label.
        if (exhibit.n != exhibits_.front().n) line.text("exhibit", exhibit.label);
        lines.push_back(line.take());
      }
      if (auto written = write_sorted(lines); !written) return written;
    }
    return {};
  }

  template <class Make>
  Result<void> of_case(std::string_view sql, Make make) {
    auto select = connection_.prepare(sql);
    if (!select) return std::unexpected(select.error());
    std::vector<std::string> lines;
    for (;;) {
      const auto row = select->step();
      if (!row) return std::unexpected(row.error());
      if (!*row) return write_sorted(lines);
      JsonLine line;
      make(line, *select);
      lines.push_back(line.take());
    }
  }

  Result<void> write_sorted(std::vector<std::string>& lines) {
    std::ranges::sort(lines);
    for (std::string& line : lines) {
      line += '\n';
      if (auto written = output_(line); !written) return written;
    }
    return {};
  }

  static std::string file_name(const CaseFileNames& names, const Statement& row, int column) {
    return names.name(names.relative(row.integer(column)));
  }

  Result<std::string> sources_of(std::int64_t exhibit);

  const Connection& connection_;
  const Output& output_;
  StoredArtefacts stored_;
  std::vector<ExhibitOf> exhibits_;
};

Result<std::string> Stream::sources_of(std::int64_t exhibit) {
  auto select = connection_.prepare(
      "SELECT container, size, sha256, fingerprint, files, encrypted FROM source WHERE exhibit = ?1 ORDER BY n");
  if (!select) return std::unexpected(select.error());
  select->bind(1, exhibit);
  std::string list;
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return '[' + list + ']';
    JsonLine source;
    source.text_column("container", *select, 0).number_column("size", *select, 1).hex_column("sha256", *select, 2);
    source.hex_column("fingerprint", *select, 3).number_column("files", *select, 4);
    source.raw("encrypted", select->integer(5) != 0 ? "true" : "false");
    list += (list.empty() ? "" : ",") + source.take();
  }
}

Result<void> Stream::exhibits() {
  auto select = connection_.prepare(
      "SELECT n, label, platform, model, os, zone, zone_from, artefacts, content_sha256 FROM exhibit ORDER BY n");
  if (!select) return std::unexpected(select.error());
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    const auto sources = sources_of(select->integer(0));
    if (!sources) return std::unexpected(sources.error());
    JsonLine line;
    line.text_column("exhibit", *select, 1).text_column("platform", *select, 2).text_column("model", *select, 3);
    line.text_column("os", *select, 4).text_column("zone", *select, 5).text_column("zone_from", *select, 6);
    line.raw("sources", *sources).number_column("artefacts", *select, 7).hex_column("content_sha256", *select, 8);
    if (auto written = output_(line.take() + '\n'); !written) return written;
  }
}

Result<void> Stream::parsers() {
  return of_case("SELECT name, version, title, shape FROM parser", [](JsonLine& line, const Statement& row) {
    line.text("parser", row.text(0)).text_column("version", row, 1).text_column("title", row, 2);
    line.text_column("shape", row, 3);
  });
}

Result<void> Stream::apps() {
  return of_case("SELECT id, name FROM app", [](JsonLine& line, const Statement& row) {
    line.text("app", row.text(0)).text_column("name", row, 1);
  });
}

Result<void> Stream::files() {
  // Files read, and files that something refers to.
  return by_exhibit(
      "SELECT f.n, f.size, f.sha256, f.modified_us, f.times_zone, f.flags FROM file f JOIN dir d ON d.n = f.dir JOIN "
      "source s ON s.n = d.source WHERE s.exhibit = ?1 AND ((f.flags & 7) <> 0 OR f.n IN (SELECT file FROM artefact) "
      "OR "
      "f.n IN (SELECT file FROM file_use) OR f.n IN (SELECT file FROM problem))",
      [](JsonLine& line, const Statement& row, const CaseFileNames& names) {
        const FilePlace* place = names.place(names.relative(row.integer(0)));
        line.text("file", file_name(names, row, 0));
        if (place != nullptr) line.text("container_path", place->container_path);
        line.number_column("size", row, 1).hex_column("sha256", row, 2);
        if (!row.is_null(3)) {
          model::TimeValue time;
          time.moment = {row.integer(3), static_cast<Zone>(row.integer(4)), Precision::us, 0};
          line.text("modified_at", model::time_text(time));
        }
        if ((row.integer(5) & kFileUnreadable) != 0) line.raw("unreadable", "true");
      });
}

/// The counts of one ledger line, gathered from its rows.
struct LedgerCounts {
  std::int64_t read = 0, emitted = 0, attached = 0, dropped = 0;
  std::vector<std::pair<std::string, std::int64_t>> skipped, notes;

  void add(std::string_view outcome, std::int64_t count) {
    if (outcome == kRead)
      read += count;
    else if (outcome == kEmitted)
      emitted += count;
    else if (outcome == kAttached)
      attached += count;
    else if (outcome == kDropped)
      dropped += count;
    else if (outcome == kArtefacts)
      return;
    else if (outcome.starts_with(kNotePrefix))
      notes.emplace_back(outcome.substr(kNotePrefix.size()), count);
    else if (outcome.starts_with(kSkippedPrefix))
      skipped.emplace_back(outcome.substr(kSkippedPrefix.size()), count);
    else
      skipped.emplace_back(outcome, count);
  }

  static std::string object(std::vector<std::pair<std::string, std::int64_t>> counts) {
    std::ranges::sort(counts);
    JsonLine object;
    for (const auto& [reason, count] : counts) object.number(reason, count);
    return counts.empty() ? "{}" : object.take();
  }

  void write(JsonLine& line) const {
    line.number("read", read).number("emitted", emitted).number("attached", attached);
    line.raw("skipped", object(skipped)).number("dropped", dropped);
    if (!notes.empty()) line.raw("value_notes", object(notes));
  }
};

Result<void> Stream::ledgers() {
  for (const ExhibitOf& exhibit : exhibits_) {
    const auto names = stored_.files(exhibit.n);
    if (!names) return std::unexpected(names.error());
    auto select = connection_.prepare(
        "SELECT p.name, l.file, l.tbl, l.pass, l.outcome, l.count FROM ledger l JOIN parser p ON p.n = l.parser WHERE "
        "l.exhibit = ?1 ORDER BY l.rowid");
    if (!select) return std::unexpected(select.error());
    select->bind(1, exhibit.n);
    std::map<std::string, LedgerCounts> counts;  // by the line's first part
    for (;;) {
      const auto row = select->step();
      if (!row) return std::unexpected(row.error());
      if (!*row) break;
      JsonLine head;
      head.text("ledger", select->text(0));
      if (select->integer(1) != 0) head.text("file", file_name(**names, *select, 1));
      head.text_column("table", *select, 2).text("pass", select->integer(3) == 1 ? "recovered" : "live");
      counts[head.take()].add(select->text(4), select->integer(5));
    }
    std::vector<std::string> lines;
    for (const auto& [head, count] : counts) {
      JsonLine line(head);
      count.write(line);
      if (exhibit.n != exhibits_.front().n) line.text("exhibit", exhibit.label);
      lines.push_back(line.take());
    }
    if (auto written = write_sorted(lines); !written) return written;
  }
  return {};
}

Result<void> Stream::problems() {
  return by_exhibit(
      "SELECT x.code, x.file, p.name, x.query, x.expected, x.found, x.offset, x.tbl, x.row, x.key, x.count FROM "
      "problem "
      "x LEFT JOIN parser p ON p.n = x.parser WHERE x.exhibit = ?1",
      [](JsonLine& line, const Statement& row, const CaseFileNames& names) {
        line.text("problem", row.text(0));
        if (row.integer(1) != 0) line.text("file", file_name(names, row, 1));
        line.text_column("parser", row, 2).text_column("query", row, 3).text_column("expected", row, 4);
        line.text_column("found", row, 5).number_column("offset", row, 6).text_column("table", row, 7);
        line.number_column("row", row, 8).text_column("key", row, 9).number_column("count", row, 10);
      });
}

Result<void> Stream::facts() {
  return by_exhibit("SELECT code, file, tbl, detail FROM file_fact WHERE exhibit = ?1",
                    [](JsonLine& line, const Statement& row, const CaseFileNames& names) {
                      line.text("fact", row.text(0));
                      if (row.integer(1) != 0) line.text("file", file_name(names, row, 1));
                      line.text_column("table", row, 2).text_column("detail", row, 3);
                    });
}

Result<void> Stream::unread() {
  return by_exhibit("SELECT file, tbl, col, count FROM unread WHERE exhibit = ?1",
                    [](JsonLine& line, const Statement& row, const CaseFileNames& names) {
                      line.text("unread", file_name(names, row, 0)).text_column("table", row, 1);
                      line.text_column("column", row, 2).number_column("count", row, 3);
                    });
}

Result<void> write_artefacts(const Case& subject, const Filter& filter, bool with_secrets, const Output& output) {
  Artefacts artefacts(subject);
  const auto selected = artefacts.select(filter);
  if (!selected) return std::unexpected(selected.error());
  std::string line;
  for (const std::int64_t n : *selected) {
    const auto json = artefacts.json(n, {.with_secrets = with_secrets});
    if (!json) return std::unexpected(json.error());
    line = *json;
    line += '\n';
    if (auto written = output(line); !written) return written;
  }
  return {};
}

}  // namespace

Result<void> write_jsonl(const Case& subject, const Filter& filter, const JsonLinesOptions& options,
                         const Output& output) {
  const ReadTransaction reading(subject.state().connection.get());
  if (options.only_artefacts) return write_artefacts(subject, filter, options.with_secrets, output);
  Stream stream(subject, output);
  if (auto loaded = stream.load(); !loaded) return loaded;
  for (const auto part : {&Stream::exhibits, &Stream::parsers, &Stream::apps, &Stream::files})
    if (auto written = (stream.*part)(); !written) return written;
  if (auto written = write_artefacts(subject, filter, options.with_secrets, output); !written) return written;
  for (const auto part : {&Stream::ledgers, &Stream::problems, &Stream::facts, &Stream::unread})
    if (auto written = (stream.*part)(); !written) return written;
  return {};
}

}  // namespace exhibit::casefile
