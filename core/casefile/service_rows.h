// What a run tells beside artefacts becomes rows: ledger lines, problems, unread data, files read, facts of files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "artefact_rows.h"
#include "base/bytes.h"
#include "base/result.h"
#include "dictionary.h"
#include "sql.h"

namespace exhibit::casefile {

class ServiceRows {
 public:
  static Result<ServiceRows> open(const Connection& connection, Dictionary& dictionary, std::int64_t exhibit,
                                  std::int64_t file_base);

  /// A field of TaskOutput that is no artefact.
  Result<void> add(std::uint32_t record, Bytes wire);
  /// Writes the ledger, which needs to know which artefacts each of its lines made.
  Result<void> finish(const std::vector<EmittedSpan>& spans);

 private:
  struct Outcome {
    std::string word;
    std::int64_t count;
  };
  struct LedgerLine {
    std::int64_t parser = 0, file = 0, pass = 0;
    std::string table;
    bool has_table = false;
    std::vector<Outcome> outcomes;
  };
  struct Span {
    std::int64_t first = 0, last = 0;
  };

  Result<void> add_ledger(Bytes wire);
  Result<void> add_problem(Bytes wire);
  Result<void> add_unread(Bytes wire);
  Result<void> add_file_read(Bytes wire);
  Result<void> add_file_fact(Bytes wire);
  std::int64_t file_number(std::uint64_t relative) const {
    return relative == 0 ? 0 : absolute_file(file_base_, relative);
  }

  const Connection* connection_ = nullptr;
  Dictionary* dictionary_ = nullptr;
  std::int64_t exhibit_ = 0, file_base_ = 0;
  Statement ledger_, problem_, unread_, file_read_, file_fact_;
  std::vector<LedgerLine> lines_;
};

/// Root numbers of service records, as in TaskOutput.
namespace record {
inline constexpr std::uint32_t kLedger = 208, kProblem = 209, kUnread = 210, kFileRead = 224, kFileFact = 223;
}

}  // namespace exhibit::casefile
