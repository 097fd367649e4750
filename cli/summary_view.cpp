#include "summary_view.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "color.h"
#include "terminal_text.h"

namespace exhibit::cli {

namespace {

constexpr std::size_t kMostKinds = 40;
constexpr std::size_t kMostProblems = 20;
constexpr std::size_t kMostUnread = 5;
constexpr std::size_t kMostAppsOfAKind = 4;

std::uint64_t number(const RecordView& record, exhibit_field field) {
  return static_cast<std::uint64_t>(record.integer(field).value_or(0));
}

/// A field of a message within `list`. A Problem is a record of its own, too, so its fields carry their root: what
/// counts here is the last step.
exhibit_field in(exhibit_field list, exhibit_field field) { return EXHIBIT_IN(list, field & 0xff); }

/// A line of the left column's word and its text.
void line(const char* word, const std::string& text) { std::printf("%-9s %s\n", word, text.c_str()); }
void more(const std::string& text) { std::printf("          %s\n", text.c_str()); }

std::string plural(std::uint64_t count, const std::string& one, const std::string& many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

void print_head(const RecordView& exhibit) {
  std::string device = exhibit.text(EXHIBIT_EXHIBIT_MODEL_NAME);
  const std::string model = exhibit.text(EXHIBIT_EXHIBIT_MODEL);
  if (!model.empty()) device += device.empty() ? model : " (" + model + ")";
  std::string system = exhibit.text(EXHIBIT_EXHIBIT_OS);
  const std::string version = exhibit.text(EXHIBIT_EXHIBIT_OS_VERSION);
  if (!version.empty()) system += (system.empty() ? "" : " ") + version;
  const std::string build = exhibit.text(EXHIBIT_EXHIBIT_OS_BUILD);
  if (!build.empty()) system += system.empty() ? "build " + build : " (" + build + ")";
  std::string text;
  for (const std::string& part : {device, system, exhibit.text(EXHIBIT_EXHIBIT_ZONE)})
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  if (text.empty()) text = "device not told by what was read";
  std::printf("%s  %s\n", styled(Style::heading, clean(exhibit.text(EXHIBIT_EXHIBIT_LABEL))).c_str(),
              clean(text).c_str());
}

void print_sources(const RecordView& exhibit) {
  const std::size_t indent = display_width(clean(exhibit.text(EXHIBIT_EXHIBIT_LABEL))) + 2;
  for (std::size_t i = 0; i < exhibit.count(EXHIBIT_EXHIBIT_SOURCES); ++i) {
    const RecordView source = exhibit.child(EXHIBIT_EXHIBIT_SOURCES, i);
    const auto field = [&](exhibit_field f) { return in(EXHIBIT_EXHIBIT_SOURCES, f); };
    const std::string path = source.text(field(EXHIBIT_EXHIBIT_SOURCE_PATH));
    const bool is_encrypted = number(source, field(EXHIBIT_EXHIBIT_SOURCE_IS_ENCRYPTED)) != 0;
    std::printf("%s%s  %s%s, %s, %s read by %s\n", std::string(indent, ' ').c_str(),
                clean(path.substr(path.rfind('/') + 1)).c_str(),
                source.text(field(EXHIBIT_EXHIBIT_SOURCE_FORMAT)).c_str(), is_encrypted ? ", encrypted" : "",
                plural(number(source, field(EXHIBIT_EXHIBIT_SOURCE_FILES)), "file", "files").c_str(),
                grouped(number(source, field(EXHIBIT_EXHIBIT_SOURCE_FILES_READ))).c_str(),
                plural(number(exhibit, EXHIBIT_EXHIBIT_PARSERS), "parser", "parsers").c_str());
  }
}

struct KindLine {
  std::string kind;
  std::uint64_t live = 0, deleted = 0, recovered = 0, history = 0;
  std::vector<std::pair<std::string, std::uint64_t>> apps;
};

/// The counts come by kind, then the most first.
std::vector<KindLine> kind_lines(const RecordView& exhibit) {
  const auto field = [](exhibit_field f) { return in(EXHIBIT_EXHIBIT_COUNTS, f); };
  std::vector<KindLine> lines;
  for (std::size_t i = 0; i < exhibit.count(EXHIBIT_EXHIBIT_COUNTS); ++i) {
    const RecordView count = exhibit.child(EXHIBIT_EXHIBIT_COUNTS, i);
    const std::string kind = count.text(field(EXHIBIT_KIND_COUNT_KIND));
    if (lines.empty() || lines.back().kind != kind) lines.push_back({kind});
    KindLine& at = lines.back();
    const std::uint64_t live = number(count, field(EXHIBIT_KIND_COUNT_LIVE));
    const std::uint64_t deleted =
        number(count, field(EXHIBIT_KIND_COUNT_SOFT_DELETED)) + number(count, field(EXHIBIT_KIND_COUNT_TOMBSTONE));
    const std::uint64_t recovered = number(count, field(EXHIBIT_KIND_COUNT_RECOVERED));
    at.live += live;
    at.deleted += deleted;
    at.recovered += recovered;
    at.history += number(count, field(EXHIBIT_KIND_COUNT_HISTORY));
    std::string app = count.text(field(EXHIBIT_KIND_COUNT_APP_NAME));
    if (app.empty()) app = count.text(field(EXHIBIT_KIND_COUNT_APP));
    if (!app.empty()) at.apps.emplace_back(clean(app), live + deleted + recovered);
  }
  return lines;
}

std::string apps_text(const KindLine& line) {
  std::string text;
  for (std::size_t i = 0; i < line.apps.size() && i < kMostAppsOfAKind; ++i)
    text += (i == 0 ? "" : ", ") + line.apps[i].first + " " + grouped(line.apps[i].second);
  if (line.apps.size() > kMostAppsOfAKind)
    text += " and " + std::to_string(line.apps.size() - kMostAppsOfAKind) + " more";
  return text;
}

void print_row(const std::string& kind, const KindLine& line, const std::string& apps) {
  std::printf("%-16s %8s %8s %10s %8s%s%s\n", kind.c_str(), grouped(line.live).c_str(), grouped(line.deleted).c_str(),
              grouped(line.recovered).c_str(), grouped(line.history).c_str(), apps.empty() ? "" : "   ", apps.c_str());
}

void print_counts(const RecordView& exhibit) {
  const std::vector<KindLine> lines = kind_lines(exhibit);
  char head[64];
  std::snprintf(head, sizeof head, "%-16s %8s %8s %10s %8s   apps", "kind", "live", "deleted", "recovered", "history");
  std::printf("\n%s\n", styled(Style::heading, head).c_str());
  KindLine total;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i < kMostKinds) print_row(lines[i].kind, lines[i], apps_text(lines[i]));
    total.live += lines[i].live;
    total.deleted += lines[i].deleted;
    total.recovered += lines[i].recovered;
    total.history += lines[i].history;
  }
  if (lines.size() > kMostKinds) std::printf("... %zu more kinds: --json\n", lines.size() - kMostKinds);
  print_row("total", total, "");
}

std::string reasons_text(const RecordView& exhibit, exhibit_field list) {
  std::string text;
  for (std::size_t i = 0; i < exhibit.count(list); ++i) {
    const RecordView reason = exhibit.child(list, i);
    text += (i == 0 ? "" : ", ") + clean(reason.text(in(list, EXHIBIT_SKIP_COUNT_REASON))) + " " +
            grouped(number(reason, in(list, EXHIBIT_SKIP_COUNT_COUNT)));
  }
  return text;
}

std::string sum_text(const RecordView& sum, exhibit_field place) {
  const auto at = [&](exhibit_field f) { return grouped(number(sum, in(place, f))); };
  return "rows read " + at(EXHIBIT_LEDGER_SUM_READ) + " = emitted " + at(EXHIBIT_LEDGER_SUM_EMITTED) + " + attached " +
         at(EXHIBIT_LEDGER_SUM_ATTACHED) + " + skipped " + at(EXHIBIT_LEDGER_SUM_SKIPPED) + " + dropped " +
         at(EXHIBIT_LEDGER_SUM_DROPPED);
}

bool print_ledger(const RecordView& exhibit) {
  const RecordView sum = exhibit.child(EXHIBIT_EXHIBIT_LEDGER);
  const bool adds_up = number(sum, in(EXHIBIT_EXHIBIT_LEDGER, EXHIBIT_LEDGER_SUM_ADDS_UP)) != 0;
  std::printf("\n");
  line("ledger", sum_text(sum, EXHIBIT_EXHIBIT_LEDGER) +
                     (adds_up ? "   adds up" : "   " + styled(Style::problem, "DOES NOT ADD UP")));
  for (std::size_t i = 0; i < exhibit.count(EXHIBIT_EXHIBIT_GAPS); ++i) {
    const RecordView gap = exhibit.child(EXHIBIT_EXHIBIT_GAPS, i);
    const auto text = [&](exhibit_field f) { return clean(gap.text(in(EXHIBIT_EXHIBIT_GAPS, f))); };
    const exhibit_field place = in(EXHIBIT_EXHIBIT_GAPS, EXHIBIT_LEDGER_GAP_SUM);
    more(styled(Style::problem, "DOES NOT ADD UP:") + " " + text(EXHIBIT_LEDGER_GAP_PARSER) + "  " +
         text(EXHIBIT_LEDGER_GAP_FILE) + "  " + text(EXHIBIT_LEDGER_GAP_TABLE) + ": " +
         sum_text(gap.child(place), place));
  }
  if (exhibit.count(EXHIBIT_EXHIBIT_SKIPPED) != 0) more("skipped: " + reasons_text(exhibit, EXHIBIT_EXHIBIT_SKIPPED));
  if (exhibit.count(EXHIBIT_EXHIBIT_VALUE_NOTES) != 0)
    more("values kept as stored: " + reasons_text(exhibit, EXHIBIT_EXHIBIT_VALUE_NOTES));
  return adds_up;
}

std::string problem_text(const RecordView& problem) {
  const auto text = [&](exhibit_field f) { return clean(problem.text(in(EXHIBIT_EXHIBIT_PROBLEMS, f))); };
  std::string told = text(EXHIBIT_PROBLEM_CODE);
  const std::string table = text(EXHIBIT_PROBLEM_TABLE);
  const std::string expected = text(EXHIBIT_PROBLEM_EXPECTED);
  const std::string found = text(EXHIBIT_PROBLEM_FOUND);
  if (!table.empty()) told += ", table " + table;
  if (!expected.empty()) told += ": expected " + expected;
  if (!found.empty()) told += (expected.empty() ? ": found " : ", found ") + found;
  const std::uint64_t count = number(problem, in(EXHIBIT_EXHIBIT_PROBLEMS, EXHIBIT_PROBLEM_COUNT));
  if (count > 1) told += " (" + grouped(count) + " times)";
  return told;
}

bool print_problems(const RecordView& exhibit) {
  const std::size_t count = exhibit.count(EXHIBIT_EXHIBIT_PROBLEMS);
  if (count == 0) {
    line("problems", "none");
    return true;
  }
  line("problems", styled(Style::problem, plural(count, "thing", "things") +
                                              " that should have been read could not be, or do not fit"));
  for (std::size_t i = 0; i < count && i < kMostProblems; ++i) {
    const RecordView problem = exhibit.child(EXHIBIT_EXHIBIT_PROBLEMS, i);
    const std::string parser = problem.text(in(EXHIBIT_EXHIBIT_PROBLEMS, EXHIBIT_PROBLEM_PARSER));
    const std::string_view file = exhibit.text_at(EXHIBIT_EXHIBIT_PROBLEM_FILES, i);
    more((file.empty() ? "the container" : clean(file)) + "  " + (parser.empty() ? "" : clean(parser) + "  ") +
         problem_text(problem));
  }
  if (count > kMostProblems) more("... " + grouped(count - kMostProblems) + " more: --problems");
  return false;
}

void print_unread(const RecordView& exhibit) {
  const std::size_t count = exhibit.count(EXHIBIT_EXHIBIT_UNREAD_FILES);
  std::uint64_t rows = 0;
  std::vector<std::string> largest;
  for (std::size_t i = 0; i < count; ++i) {
    const RecordView file = exhibit.child(EXHIBIT_EXHIBIT_UNREAD_FILES, i);
    const auto field = [](exhibit_field f) { return in(EXHIBIT_EXHIBIT_UNREAD_FILES, f); };
    const std::uint64_t file_rows = number(file, field(EXHIBIT_UNREAD_FILE_ROWS));
    rows += file_rows;
    if (largest.size() < kMostUnread)
      largest.push_back(clean(file.text(field(EXHIBIT_UNREAD_FILE_FILE))) + "  " + plural(file_rows, "row", "rows") +
                        ", " + plural(number(file, field(EXHIBIT_UNREAD_FILE_TABLES)), "table", "tables"));
  }
  if (count == 0) {
    line("unread", "no database with rows is without a parser");
  } else {
    line("unread", plural(count, "database", "databases") + " with rows that no parser reads (" +
                       plural(rows, "row", "rows") + ")" + (count > kMostUnread ? ", the largest:" : ":"));
  }
  for (const std::string& text : largest) more(text);
}

void print_unread_columns(const RecordView& exhibit) {
  const std::size_t count = exhibit.count(EXHIBIT_EXHIBIT_UNREAD_COLUMNS);
  if (count == 0) return;
  const RecordView first = exhibit.child(EXHIBIT_EXHIBIT_UNREAD_COLUMNS, 0);
  const auto field = [](exhibit_field f) { return in(EXHIBIT_EXHIBIT_UNREAD_COLUMNS, f); };
  std::string example = clean(first.text(field(EXHIBIT_UNREAD_COLUMN_TABLE)));
  const std::string column = clean(first.text(field(EXHIBIT_UNREAD_COLUMN_COLUMN)));
  if (!column.empty()) example += "." + column;
  more(plural(count, "table or column", "tables and columns") + " with data in databases that are read, e.g. " +
       example + " (" + grouped(number(first, field(EXHIBIT_UNREAD_COLUMN_COUNT))) + "): --unread");
}

void print_local_times(const RecordView& exhibit) {
  const std::size_t count = exhibit.count(EXHIBIT_EXHIBIT_LOCAL_TIMES);
  std::uint64_t sum = 0;
  std::string fields;
  for (std::size_t i = 0; i < count; ++i) {
    const RecordView times = exhibit.child(EXHIBIT_EXHIBIT_LOCAL_TIMES, i);
    const auto field = [](exhibit_field f) { return in(EXHIBIT_EXHIBIT_LOCAL_TIMES, f); };
    const std::uint64_t n = number(times, field(EXHIBIT_LOCAL_TIMES_COUNT));
    sum += n;
    fields += (i == 0 ? "" : ", ") + times.text(field(EXHIBIT_LOCAL_TIMES_KIND)) + "." +
              times.text(field(EXHIBIT_LOCAL_TIMES_FIELD)) + " " + grouped(n);
  }
  line("times", sum == 0 ? "no local times without zone"
                         : plural(sum, "local time", "local times") + " without zone (" + fields + ")");
}

bool print_exhibit(const RecordView& exhibit) {
  print_head(exhibit);
  print_sources(exhibit);
  print_counts(exhibit);
  const bool adds_up = print_ledger(exhibit);
  const bool is_whole = print_problems(exhibit);
  print_unread(exhibit);
  print_unread_columns(exhibit);
  print_local_times(exhibit);
  std::printf("\n");
  return adds_up && is_whole;
}

void print_case(Case& opened, double elapsed_s) {
  Cursor cases = opened.query(EXHIBIT_CASE).run();
  const auto record = cases.next();
  if (!record) return;
  const std::string path = record->text(EXHIBIT_CASE_PATH);
  std::string text =
      clean(path.substr(path.rfind('/') + 1)) + "  " + bytes_text(number(*record, EXHIBIT_CASE_SIZE_BYTES));
  const std::string hash = record->text(EXHIBIT_CASE_CONTENT_SHA256);
  if (hash.size() > 8) text += "  content " + hash.substr(0, 6) + "..." + hash.substr(hash.size() - 2);
  if (elapsed_s >= 0) {
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "  %.1f s", elapsed_s);
    text += seconds;
  }
  line("case", text);
}

}  // namespace

bool print_summary(Case& opened, const std::vector<std::string>& labels, double elapsed_s) {
  bool is_clean = true;
  Cursor exhibits = opened.query(EXHIBIT_EXHIBIT).run();
  while (const auto exhibit = exhibits.next()) {
    const std::string label = exhibit->text(EXHIBIT_EXHIBIT_LABEL);
    if (!labels.empty() && std::ranges::find(labels, label) == labels.end()) continue;
    is_clean = print_exhibit(*exhibit) && is_clean;
  }
  print_case(opened, elapsed_s);
  return is_clean;
}

bool print_summary_json(Case& opened, double elapsed_s) {
  bool is_clean = true;
  Cursor exhibits = opened.query(EXHIBIT_EXHIBIT).run();
  while (const auto exhibit = exhibits.next()) {
    const RecordView sum = exhibit->child(EXHIBIT_EXHIBIT_LEDGER);
    is_clean = is_clean && exhibit->count(EXHIBIT_EXHIBIT_PROBLEMS) == 0 &&
               number(sum, in(EXHIBIT_EXHIBIT_LEDGER, EXHIBIT_LEDGER_SUM_ADDS_UP)) != 0;
  }
  std::string object;
  Callbacks callbacks;
  callbacks.write = [&object](std::string_view bytes) {
    object += bytes;
    return true;
  };
  exhibit_export_options options = EXHIBIT_EXPORT_OPTIONS_INIT;
  options.format = "summary";
  opened.export_to(options, nullptr, callbacks);
  // How long it took is the command's to tell.
  if (elapsed_s >= 0) {
    char member[48];
    std::snprintf(member, sizeof member, "\"elapsed_s\":%.1f,", elapsed_s);
    object.insert(object.find('{') + 1, member);
  }
  std::fputs(object.c_str(), stdout);
  return is_clean;
}

}  // namespace exhibit::cli
