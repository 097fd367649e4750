#include "btree_walk.h"

#include <algorithm>

#include "base/limits.h"
#include "base/reader.h"

namespace exhibit::sqlite {

namespace {

/// Of an interior table page: the child under which `rowid` lies. Keys are the largest rowid of the child before them.
std::uint32_t child_for(const BtreePage& page, std::int64_t rowid) {
  std::uint32_t low = 0;
  std::uint32_t high = page.cell_count();
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const auto cell = page.cell(middle);
    if (cell && cell->rowid < rowid) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == page.cell_count()) return page.right_child();
  const auto cell = page.cell(low);
  return cell ? cell->left_child : 0;
}

std::optional<Cell> row_of(const BtreePage& leaf, std::int64_t rowid) {
  std::uint32_t low = 0;
  std::uint32_t high = leaf.cell_count();
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const auto cell = leaf.cell(middle);
    if (!cell) return std::nullopt;
    if (cell->rowid == rowid) return cell;
    if (cell->rowid < rowid) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

/// Reads overflow pages one after the other; each gives up to usable size - 4 bytes.
class OverflowChain {
 public:
  OverflowChain(const PageImage& image, std::uint32_t first) : image_(image), next_(first), page_(image.page_size()) {}

  Result<Bytes> next() {
    if (next_ < 2 || next_ > image_.page_count() || image_.locate(next_).origin == PageOrigin::absent)
      return fail(ErrorCode::malformed, "an overflow page inside the database", next_);
    if (const auto read = image_.read_page(next_, page_); !read) return std::unexpected(read.error());
    next_ = Reader(page_).u32be();
    return Bytes(page_).subspan(4, image_.usable_size() - 4);
  }

 private:
  const PageImage& image_;
  std::uint32_t next_;
  std::vector<std::uint8_t> page_;
};

}  // namespace

Result<std::uint64_t> count_rows(const PageImage& image, std::uint32_t root_page, bool without_rowid) {
  const auto tree = image.tree(root_page);
  if (!tree) return fail(ErrorCode::not_found, "the root page of a tree in the schema", root_page);
  if (tree->is_table == without_rowid)
    return fail(ErrorCode::malformed, "a tree of the table's kind", tree->is_table ? 1 : 0);
  return tree->rows;
}

Result<std::optional<CellRange>> locate_row(const PageImage& image, std::uint32_t root_page, std::int64_t rowid) {
  std::vector<std::uint8_t> bytes(image.page_size());
  std::uint32_t number = root_page;
  for (std::uint32_t depth = 0; depth < Limits{}.btree_depth; ++depth) {
    if (number == 0 || number > image.page_count()) return fail(ErrorCode::malformed, "a page of the database", number);
    if (const auto read = image.read_page(number, bytes); !read) return std::unexpected(read.error());
    const auto page = BtreePage::read(bytes, number, image.usable_size());
    if (!page) return std::unexpected(page.error());
    if (!page->is_table()) return fail(ErrorCode::malformed, "a page of a table", number);
    if (page->is_leaf()) {
      const auto cell = row_of(*page, rowid);
      if (!cell) return std::nullopt;
      return CellRange{image.locate(number).page, cell->offset, cell->length, cell->overflow_page, cell->payload_size};
    }
    number = child_for(*page, rowid);
  }
  return fail(ErrorCode::limit, "a tree of at most 20 levels", root_page);
}

Result<std::vector<std::uint8_t>> read_payload(const PageImage& image, Bytes bytes, const Cell& cell,
                                               std::uint64_t most_bytes) {
  if (cell.payload_size > most_bytes) return fail(ErrorCode::limit, "a smaller payload", cell.payload_size);
  const Bytes local = bytes.subspan(cell.payload_offset, cell.local_size);
  std::vector<std::uint8_t> payload(local.begin(), local.end());
  OverflowChain chain(image, cell.overflow_page);
  while (payload.size() < cell.payload_size) {
    const auto part = chain.next();
    if (!part) return std::unexpected(part.error());
    const std::size_t wanted = std::min<std::uint64_t>(cell.payload_size - payload.size(), part->size());
    payload.insert(payload.end(), part->begin(), part->begin() + static_cast<std::ptrdiff_t>(wanted));
  }
  return payload;
}

Result<void> check_overflow(const PageImage& image, const Cell& cell, std::uint64_t& page_reads_left) {
  const std::uint64_t per_page = image.usable_size() - 4;
  const std::uint64_t pages = (cell.payload_size - cell.local_size + per_page - 1) / per_page;
  if (pages > image.page_count()) return fail(ErrorCode::malformed, "a payload that the database can hold", pages);
  OverflowChain chain(image, cell.overflow_page);
  for (std::uint64_t i = 0; i < pages; ++i) {
    if (!Budget::spend(page_reads_left, 1))
      return fail(ErrorCode::limit, "chains that share no pages", cell.overflow_page);
    if (const auto part = chain.next(); !part) return std::unexpected(part.error());
  }
  return {};
}

}  // namespace exhibit::sqlite
