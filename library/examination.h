// Examines the evidence of one exhibit into a case.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "boundary.h"
#include "case_state.h"
#include "casefile/writer.h"
#include "evidence/evidence.h"
#include "progress.h"

namespace exhibit::library {

struct ExaminedSource {
  std::shared_ptr<const evidence::Evidence> evidence;
  bool is_unlocked = false;  ///< a secret was used to open it
};

/// Needs the case's lock. Unless run() gives OK, the case is as it was.
class Examination {
 public:
  Examination(CaseState& state, std::vector<ExaminedSource> sources, const exhibit_examine_options& options,
              const exhibit_callbacks& callbacks, exhibit_error** error)
      : state_(state), options_(options), teller_(callbacks), error_(error), sources_(std::move(sources)) {}

  exhibit_status run(exhibit_record** summary);

 private:
  exhibit_status check_label();
  exhibit_status check_sources();
  exhibit_status choose_parsers();
  exhibit_status choose_zone();
  void fill_facts();
  void log_begin();
  exhibit_status check_refusal();
  Result<void> begin();
  exhibit_status write();
  Result<void> aside(std::int32_t phase, const std::function<Result<void>()>& work);
  casefile::RunFacts run_facts() const;
  std::string audit_detail(const crypto::Sha256Digest& content_sha256) const;
  engine::RunOptions run_options() const;

  CaseState& state_;
  const exhibit_examine_options& options_;
  ProgressTeller teller_;
  exhibit_error** error_;
  std::vector<ExaminedSource> sources_;
  std::vector<std::shared_ptr<const engine::Module>> modules_;
  std::optional<engine::LocalZone> local_zone_;
  casefile::ExhibitFacts facts_;
  engine::RunSummary summary_;
  std::unique_ptr<casefile::ExhibitWriter> writer_;
};

}  // namespace exhibit::library
