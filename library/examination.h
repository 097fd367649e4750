// Examines the evidence of one exhibit into a case.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "boundary.h"
#include "case_state.h"
#include "casefile/writer.h"
#include "evidence/evidence.h"
#include "progress.h"

namespace exhibit::library {

/// Needs the case's lock. Unless run() gives OK, the case is as it was.
class Examination {
 public:
  Examination(CaseState& state, std::vector<std::shared_ptr<const evidence::Evidence>> sources,
              const exhibit_examine_options& options, const exhibit_callbacks& callbacks, exhibit_error** error)
      : state_(state), options_(options), teller_(callbacks), error_(error), evidence_(std::move(sources)) {}

  exhibit_status run(exhibit_record** summary);

 private:
  exhibit_status check_label();
  exhibit_status check_sources();
  exhibit_status choose_parsers();
  void fill_facts();
  exhibit_status check_refusal();
  exhibit_status write();
  exhibit_status fail_cancelled() { return fail(error_, EXHIBIT_E_CANCELLED, "cancelled"); }
  casefile::RunFacts run_facts() const;
  engine::RunOptions run_options() const;

  CaseState& state_;
  const exhibit_examine_options& options_;
  ProgressTeller teller_;
  exhibit_error** error_;
  std::vector<std::shared_ptr<const evidence::Evidence>> evidence_;
  std::vector<std::shared_ptr<const engine::Module>> modules_;
  casefile::ExhibitFacts facts_;
  engine::RunSummary summary_;
};

}  // namespace exhibit::library
