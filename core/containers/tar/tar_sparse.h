// Files with holes: a tar holds their other bytes, and a map that says where these belong.
#pragma once

#include <vector>

#include "evidence/byte_source.h"
#include "forward_window.h"

namespace exhibit::containers {

struct SparseSegment {
  std::uint64_t offset = 0, size = 0;
};
using SparseMap = std::vector<SparseSegment>;

/// What the head of an old GNU sparse member ('S') says, and the blocks behind it that extend its map.
struct GnuSparse {
  SparseMap map;
  std::uint64_t size = 0;  ///< with holes
  std::uint64_t content;   ///< position of the bytes
};

/// `head` lies before `position`. Without `map_wanted` the map is passed over.
Result<GnuSparse> read_gnu_sparse(Bytes head, ForwardWindow& window, std::uint64_t position, bool map_wanted);

/// PAX 1.0: numbers in lines at the start of the content, up to a block's border. `start` is moved behind them.
Result<SparseMap> read_sparse_lines(ForwardWindow& window, std::uint64_t& start, std::uint64_t stored);

/// PAX 0.0 and 0.1: offset, size, and so on.
Result<SparseMap> sparse_map(const std::vector<std::uint64_t>& numbers, Where where);

/// Serves the holes as zeros. Fails where the map does not fit the sizes.
Result<evidence::SourcePtr> open_sparse(evidence::SourcePtr stored, SparseMap map, std::uint64_t size, Where where);

}  // namespace exhibit::containers
