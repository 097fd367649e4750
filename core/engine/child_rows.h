// What child queries found for the rows of their parents: elements of lists, ready as wire bytes. They are kept until
// the parent's query reaches the row; a row of their own that belongs to a parent is claimed and not emitted again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "row_outcomes.h"

namespace exhibit::engine {

/// A row of a table with a rowid, or with a key.
struct RowId {
  std::int64_t rowid = 0;
  std::string key;  ///< not empty: stands in place of the rowid
};

struct ChildRow {
  std::uint32_t field = 0;  ///< the parent's list
  std::string element;      ///< wire bytes
  std::string table;        ///< of the child row
  RowId row;
  bool claims = true;
};

class ChildRows {
 public:
  void add(std::string_view parent_kind, std::string_view parent_table, std::int64_t parent, ChildRow child);
  bool is_claimed(std::string_view table, std::int64_t rowid) const;
  bool is_claimed(std::string_view table, std::string_view key) const;

  /// The children of a row, handed over: what is not taken by the end belongs to no artefact.
  std::vector<ChildRow> take(std::string_view parent_kind, std::string_view parent_table, std::int64_t parent);
  /// All that nobody took, in the order in which they were added.
  std::vector<ChildRow> take_rest();

 private:
  struct Waiting {
    std::vector<std::size_t> children;
  };
  static std::string parent_name(std::string_view kind, std::string_view table);

  std::vector<ChildRow> children_;  // field 0: taken
  std::unordered_map<std::string, std::unordered_map<std::int64_t, Waiting>> parents_;
  std::unordered_map<std::string, RowOutcomes> claimed_;  // by table of the child
};

}  // namespace exhibit::engine
