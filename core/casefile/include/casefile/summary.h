// The numbers of a case: what was found, what could not be read, and whether the ledger adds up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "casefile/case.h"

namespace exhibit::casefile {

struct KindCount {
  std::string kind;
  std::string app;  ///< id
  std::string app_name;
  std::uint64_t live = 0, soft_deleted = 0, tombstone = 0, recovered = 0, history = 0;
};

struct LedgerSum {
  std::uint64_t read = 0, emitted = 0, attached = 0, skipped = 0, dropped = 0;
  bool adds_up() const { return read == emitted + attached + skipped + dropped; }
};

struct ReasonCount {
  std::string reason;
  std::uint64_t count = 0;
};

/// A table of a file whose rows are not accounted for.
struct LedgerGap {
  std::string parser, file, table, pass;
  LedgerSum sum;
};

struct ProblemLine {
  std::string file, parser, code, expected, found, table;
  std::uint64_t count = 1;
};

struct UnreadFile {
  std::string file;
  std::uint64_t rows = 0, tables = 0;
  bool is_whole_file = false;
};

struct UnreadColumn {
  std::string file, table, column;
  std::uint64_t count = 0;
};

struct LocalTimes {
  std::string kind, field;  ///< "Media", "taken_at"
  std::uint64_t count = 0;
};

struct SourceLine {
  std::string path, container, fingerprint;  ///< fingerprint in hex
  std::uint64_t files = 0, files_read = 0, size = 0;
  bool is_encrypted = false;
};

struct ExhibitSummary {
  std::string label;
  std::string model, model_name, os, os_version, build, zone;  ///< what DeviceInfo says; empty if nothing
  std::vector<SourceLine> sources;
  std::uint64_t parsers = 0;
  std::vector<KindCount> counts;  ///< by kind number, then the most first
  std::uint64_t artefacts = 0;
  LedgerSum ledger;
  std::vector<ReasonCount> skipped, value_notes;
  std::vector<LedgerGap> gaps;
  std::vector<ProblemLine> problems;
  std::vector<UnreadFile> unread;            ///< the largest first
  std::vector<UnreadColumn> unread_columns;  ///< of files that are read; the most first
  std::vector<LocalTimes> local_times;
  std::string content_sha256;  ///< hex

  bool ledger_adds_up() const { return gaps.empty(); }
};

struct CaseSummary {
  std::string path;
  std::uint64_t size_bytes = 0;
  std::string content_sha256;  ///< of the one exhibit, or over those of all
  std::string audit_head;
  std::uint64_t audit_entries = 0;
  std::vector<ExhibitSummary> exhibits;
};

Result<CaseSummary> summarize(const Case& subject);
/// One JSON object; `elapsed_s` below 0 is left out.
std::string summary_json(const CaseSummary& summary, double elapsed_s = -1);

}  // namespace exhibit::casefile
