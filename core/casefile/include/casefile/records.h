// What a case tells beside artefacts, as service records (core/model/service.proto).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "casefile/case.h"

namespace exhibit::casefile {

enum class RecordList : std::uint8_t { ledger, problems, unread, audit, parsers, files };

struct ServiceRecord {
  std::int64_t exhibit = 0;  ///< whose file numbers it holds; 0 for the case as a whole
  std::string wire;
};

/// All of a list, in the order of the text form. `label`: of one exhibit; empty: all.
Result<std::vector<ServiceRecord>> list_records(const Case& subject, RecordList list, std::string_view label);

}  // namespace exhibit::casefile
