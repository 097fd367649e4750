// The audit log of a case: lines that each carry the hash of the one before, so that a later edit shows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "casefile/case.h"
#include "crypto/sha256.h"

namespace exhibit::casefile {

struct AuditLine {
  std::int64_t n = 0;
  std::string line;
  std::string hash;  ///< hex
};

/// Adds a line in a transaction of its own, or within the run at work. `detail` is a JSON object.
Result<void> add_audit_line(Case& subject, std::string_view who, std::string_view what, std::string_view detail);

Result<std::vector<AuditLine>> audit_lines(const Case& subject);
/// Hash of the last line in hex; empty if there is none.
Result<std::string> audit_head(const Case& subject);

struct AuditCheck {
  std::int64_t entries = 0;
  bool intact = true;
  std::int64_t broken_at = 0;  ///< number of the first line that does not fit
};
Result<AuditCheck> check_audit(const Case& subject);

}  // namespace exhibit::casefile
