// Walks of a b-tree over a page image, for counts and places that do not rest on SQLite.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "btree_page.h"
#include "sqlite/page_image.h"

namespace exhibit::sqlite {

/// Rows of the table whose tree begins at `root_page`, as the image counted them. What cannot be read is no row: the
/// image's problems name it.
Result<std::uint64_t> count_rows(const PageImage& image, std::uint32_t root_page, bool without_rowid);

/// Where a cell lies. Its file and offset there: image.locate(page), plus `offset`.
struct CellRange {
  std::uint32_t page = 0;
  std::uint32_t offset = 0;         ///< in the page
  std::uint32_t length = 0;         ///< without overflow pages
  std::uint32_t overflow_page = 0;  ///< the first; 0: the row fits
  std::uint64_t payload_size = 0;
};

/// The live row of a rowid table; nothing if there is none.
Result<std::optional<CellRange>> locate_row(const PageImage& image, std::uint32_t root_page, std::int64_t rowid);

/// The payload of a cell of the page `bytes`, overflow pages included.
Result<std::vector<std::uint8_t>> read_payload(const PageImage& image, Bytes bytes, const Cell& cell,
                                               std::uint64_t most_bytes);

/// The overflow chain of a cell: whether every page that it needs is there.
Result<void> check_overflow(const PageImage& image, const Cell& cell, std::uint64_t& page_reads_left);

}  // namespace exhibit::sqlite
