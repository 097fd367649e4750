// Who takes what a run finds. Called on the thread that called run(), in an order that does not depend on threads.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit::engine {

class RunSink {
 public:
  virtual ~RunSink() = default;

  /// Wire bytes of a TaskOutput message (core/model/service.proto): artefacts, ledger lines, problems, unread items,
  /// files read. File numbers are relative: entry numbers of the first source, then those of the second, and so on. An
  /// error ends the run.
  virtual Result<void> take(Bytes task_output) = 0;
};

}  // namespace exhibit::engine
