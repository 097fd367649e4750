// One look at a case. A case on disk is opened anew for it, so that cursors of several threads never meet, and so that
// they see the case as it was while a run goes on beside them. A case without a file is shared, and locked.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "boundary.h"
#include "case_state.h"
#include "casefile/query.h"

namespace exhibit::library {

class CaseReading {
 public:
  using Lock = std::unique_lock<std::recursive_mutex>;

  /// Gives the reading and its lock. BUSY: a case without a file is being written.
  static exhibit_status open(const std::shared_ptr<CaseState>& state, std::shared_ptr<CaseReading>& reading, Lock& lock,
                             exhibit_error** error);
  ~CaseReading();
  CaseReading(const CaseReading&) = delete;
  CaseReading& operator=(const CaseReading&) = delete;

  /// BUSY as open().
  exhibit_status lock_again(Lock& lock, exhibit_error** error);
  /// Waits for a run of another thread; a callback of the run itself gets in.
  Lock wait() { return Lock(mutex()); }

  // What follows needs the lock.
  casefile::Case& subject() { return own_ ? *own_ : *state_->opened; }
  casefile::Artefacts& artefacts();
  CaseState& state() { return *state_; }
  bool is_shared() const { return !own_; }

 private:
  explicit CaseReading(std::shared_ptr<CaseState> state) : state_(std::move(state)) {}
  std::recursive_mutex& mutex() { return own_ ? own_mutex_ : state_->mutex; }

  std::shared_ptr<CaseState> state_;
  std::recursive_mutex own_mutex_;
  std::optional<casefile::Case> own_;
  std::optional<casefile::Artefacts> artefacts_;
};

/// The names of files, for records: they keep the reading alive.
class CaseNames {
 public:
  explicit CaseNames(std::shared_ptr<CaseReading> reading) : reading_(std::move(reading)) {}

  /// Null for 0, which is the case as a whole. Needs the lock.
  std::shared_ptr<const model::FileNames> of(std::int64_t exhibit);

 private:
  std::shared_ptr<CaseReading> reading_;
  std::map<std::int64_t, std::shared_ptr<const model::FileNames>> names_;
};

}  // namespace exhibit::library
