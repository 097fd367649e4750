// A case: one SQLite file that collects the artefacts of one or more exhibits (docs/case-file.md). Belongs to one
// thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"

namespace exhibit::casefile {

struct CaseFacts {
  std::string number, examiner, agency, note;
  std::string created_by;  ///< "exhibit 0.3.0"
};

/// What a run is, for the table `run` and the audit log.
struct RunFacts {
  std::string command;  ///< "examine"
  std::string version;  ///< of the program
  std::string build;
  std::string host;
  std::string who;             ///< "login@host"
  std::string options = "{}";  ///< JSON, without secrets
  unsigned jobs = 0;
};

enum class Access : std::uint8_t { read_only, read_write };

class Case {
 public:
  /// An empty path: in memory. The file appears with the first end_run(); a path that exists is io with EEXIST.
  static Result<Case> create(std::string path, const CaseFacts& facts);
  /// not_found; malformed (no case); unsupported (written by a newer version, and asked for writing).
  static Result<Case> open(std::string path, Access access);
  Case(Case&&) noexcept;
  Case& operator=(Case&&) noexcept;
  /// A run that was not ended is abandoned.
  ~Case();

  const std::string& path() const;
  std::int64_t schema_version() const;
  /// What an examiner should know of the opening: a dead partial file that was removed.
  const std::vector<std::string>& notes() const;

  /// From here on everything is written into PATH.partial, a copy of the case, under a lock. io with EWOULDBLOCK:
  /// another process writes this case.
  Result<void> begin_run(const RunFacts& facts);
  /// Indexes, check, audit line, then the partial takes the case's name. `detail` is a JSON object for the audit log.
  Result<void> end_run(int exit_status, bool reproducible, std::string_view detail = "{}");
  /// The case is as it was before begin_run().
  void abandon_run();
  bool is_in_run() const;

  /// What may end long work before its end, as `cancelled`; must outlive it. Null: nothing.
  void set_cancel(const Cancel* cancel);
  /// Ends the statement that is being run, if there is one. By any thread, while another one works with the case.
  void interrupt() const;

  /// Removes what an exhibit put into the case; its runs and audit lines stay. Within a run.
  Result<void> remove_exhibit(std::string_view label);

  /// Value of a key of `meta`: "number", "case_uuid"; empty if it is not there.
  Result<std::string> fact(std::string_view key) const;

  struct State;
  State& state() { return *state_; }
  const State& state() const { return *state_; }

 private:
  explicit Case(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace exhibit::casefile
