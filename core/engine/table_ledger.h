// The count of one table's rows by what became of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "child_rows.h"
#include "row_outcomes.h"

namespace exhibit::engine {

struct TableLedger {
  RowOutcomes outcomes;
  std::map<std::string, std::uint64_t> skipped;      ///< by reason
  std::map<std::string, std::uint64_t> value_notes;  ///< what was set aside within emitted rows, by reason
  std::uint64_t artefacts = 0;
  bool keeps_reasons = false;  ///< several queries read the table: a row skipped by one may be emitted by the next

  void emit(const RowId& row) { raise(row, RowOutcome::emitted); }
  void attach(const RowId& row) { raise(row, RowOutcome::attached); }
  void skip(const RowId& row, std::string_view reason) {
    const RowOutcome before = raise(row, RowOutcome::skipped);
    if (before != RowOutcome::none) return;
    ++skipped[std::string(reason)];
    if (keeps_reasons) reasons_[name(row)] = reason;
  }

 private:
  static std::string name(const RowId& row) { return row.key.empty() ? std::to_string(row.rowid) : row.key; }

  RowOutcome raise(const RowId& row, RowOutcome outcome) {
    const RowOutcome before =
        row.key.empty() ? outcomes.raise(row.rowid, outcome) : outcomes.raise(std::string_view(row.key), outcome);
    if (before == RowOutcome::skipped && outcome > RowOutcome::skipped) forget_skip(row);
    return before;
  }

  void forget_skip(const RowId& row) {
    const auto reason = reasons_.find(name(row));
    if (reason == reasons_.end()) return;
    if (--skipped[reason->second] == 0) skipped.erase(reason->second);
    reasons_.erase(reason);
  }

  std::unordered_map<std::string, std::string> reasons_;
};

}  // namespace exhibit::engine
