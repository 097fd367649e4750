// The tables source, dir and file of an exhibit, from the entries of its evidence.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "casefile/writer.h"
#include "sql.h"

namespace exhibit::casefile {

/// A path as the tables hold it.
struct SplitPath {
  std::string_view folder;  ///< with its last '/' or ':'
  std::string_view name;
};
SplitPath split_path(std::string_view path);

/// Writes all entries; the number of the first is file_base + 1.
Result<void> write_file_tables(const Connection& connection, std::int64_t exhibit, std::int64_t file_base,
                               const std::vector<SourceFacts>& sources);

}  // namespace exhibit::casefile
