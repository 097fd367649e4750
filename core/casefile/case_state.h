// What a Case holds; private to the box.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "casefile/case.h"
#include "partial_file.h"
#include "sql.h"
#include "temp_vfs.h"

namespace exhibit::casefile {

struct Case::State {
  std::string path;  // empty: in memory
  Access access = Access::read_write;
  std::int64_t schema_version = 0;
  std::vector<std::string> notes;
  bool is_on_disk = false;  // the path holds this case
  bool in_run = false;
  std::int64_t run = 0;  // number of the run at work
  std::string who, command;
  const Cancel* cancel = nullptr;

  // The order matters: a connection closes before its VFS goes and before the partial file is removed.
  std::optional<PartialFile> partial;
  std::unique_ptr<TempVfs> temp_vfs;
  Connection connection;

  /// Guards what interrupt() needs: no connection goes while it is being interrupted.
  mutable std::mutex interrupt_mutex;
  sqlite3* interruptible = nullptr;

  void set_interruptible(sqlite3* working) {
    const std::lock_guard lock(interrupt_mutex);
    interruptible = working;
  }
  Result<void> go_on() const {
    if (cancel == nullptr || !cancel->requested()) return {};
    return fail(ErrorCode::cancelled, "a case written to its end");
  }

  Result<void> open_partial();
  Result<void> open_from_disk();
  void close_partial();
};

/// The present, for runs and the audit log. Nothing of the evidence depends on it.
std::int64_t now_us();

}  // namespace exhibit::casefile
