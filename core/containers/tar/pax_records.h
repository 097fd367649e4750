// The records of a PAX extended head ('x' for the member that follows, 'g' for all): "length key=value\n".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit::containers {

/// What a record says of a time. An empty one says that it is not known, whatever the head tells.
using PaxTime = std::optional<std::optional<std::int64_t>>;

/// What a reader of evidence uses of them.
struct PaxRecords {
  std::optional<std::string> path, link;
  std::optional<std::uint64_t> size;
  PaxTime modified_us, accessed_us, changed_us, created_us;

  // GNU.sparse.*, versions 0.0, 0.1 and 1.0.
  bool sparse = false;
  bool sparse_map_in_content = false;  ///< 1.0: the map stands before the content
  std::optional<std::string> sparse_name;
  std::optional<std::uint64_t> sparse_size;
  std::vector<std::uint64_t> sparse_numbers;  ///< 0.0, 0.1: offset, length, and so on

  std::optional<Error> flaw;  ///< the first record that is none, or whose value is none; the rest was read
};

/// Values longer than `longest_value` (but for a sparse map) are left out, as a flaw. `start` is where the records lie.
PaxRecords read_pax_records(Bytes records, std::uint64_t longest_value, Where start);

/// "1700000000.25", rounded down to microseconds.
std::optional<std::int64_t> pax_time_us(std::string_view text);

}  // namespace exhibit::containers
