// A whole run in a test: evidence through parsers into a case in memory, and what the case tells of it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "casefile/case.h"
#include "engine/registry.h"
#include "engine/run.h"
#include "evidence/evidence.h"

namespace exhibit::tests {

struct ExaminationOptions {
  std::string label = "F";
  unsigned jobs = 1;
  std::vector<std::string> parsers;  ///< names or globs; empty: all
  std::string password;              ///< of whatever is locked; empty: nobody knows it
};

/// All packed modules. Throws what is wrong with one.
const engine::Registry& packed_registry();

/// Throws std::runtime_error where something fails that no bad evidence may make fail.
class Examination {
 public:
  Examination(const std::filesystem::path& path, const ExaminationOptions& options);

  /// The stream of JSON lines, history and secrets too, each without its LF.
  std::vector<std::string> lines() const;
  void write_csv(const std::filesystem::path& folder) const;

  const evidence::Evidence& evidence() const { return *evidence_; }
  const engine::RunSummary& summary() const { return summary_; }
  const std::vector<std::shared_ptr<const engine::Module>>& modules() const { return modules_; }

 private:
  void run(const ExaminationOptions& options);

  std::unique_ptr<evidence::Evidence> evidence_;
  std::vector<std::shared_ptr<const engine::Module>> modules_;
  casefile::Case case_;
  engine::RunSummary summary_;
};

/// Lines whose first key is `key`: "kind" gives the artefacts, "ledger", "problem", "unread".
std::vector<std::string> lines_of(const std::vector<std::string>& lines, const std::string& key);

}  // namespace exhibit::tests
