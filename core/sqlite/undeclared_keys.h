// What of a file's tree no [[rows]] reads: the unread list of a file that is not a database.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "base/limits.h"
#include "decode/path.h"
#include "decode/tree.h"
#include "rows.h"

namespace exhibit::sqlite {

/// A place that is read: the rows of a table, or a column of theirs.
struct ReadPath {
  std::vector<decode::PathStep> steps;  ///< from the root
  std::string table;
  bool is_column = false;
};

/// True if the step leads to the entry of that key or index.
bool leads_to(const decode::PathStep& step, const decode::Tree& tree, decode::NodeId container, std::size_t entry);

/// Topmost keys under which nothing is read, by table and key. A limit error over limits.nodes steps.
Result<std::vector<RowsReport::Undeclared>> undeclared_keys(const decode::Tree& tree, const std::vector<ReadPath>& read,
                                                            const Limits& limits);

}  // namespace exhibit::sqlite
