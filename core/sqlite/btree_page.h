// One page of a b-tree: its header and its cells.
//
//   header  8 or 12  (at 100 on page 1) type u8, first freeblock u16, cell count u16, content start u16,
//                    fragmented bytes u8; interior pages: rightmost child u32
//   array   2 × count  offsets of the cells, in key order
//
//   0D table leaf       varint payload size, varint rowid, payload, [first overflow page u32]
//   05 table interior   u32 left child, varint rowid
//   0A index leaf       varint payload size, payload, [first overflow page u32]
//   02 index interior   u32 left child, varint payload size, payload, [first overflow page u32]
//
// Source: sqlite.org/fileformat2.html, section 1.6. What is refused is what SQLite refuses with cell-size check on.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit::sqlite {

enum class PageType : std::uint8_t {
  index_interior = 0x02,
  table_interior = 0x05,
  index_leaf = 0x0a,
  table_leaf = 0x0d,
};

struct Cell {
  std::uint32_t offset = 0;  ///< in the page
  std::uint32_t length = 0;  ///< without overflow pages
  std::uint32_t left_child = 0;
  std::int64_t rowid = 0;
  std::uint64_t payload_size = 0;
  std::uint32_t payload_offset = 0;
  std::uint32_t local_size = 0;     ///< of the payload, in this page
  std::uint32_t overflow_page = 0;  ///< 0: none
};

class BtreePage {
 public:
  /// `bytes` is the whole page and must outlive this. `usable` is the page size less the reserved bytes.
  static Result<BtreePage> read(Bytes bytes, std::uint32_t page, std::uint32_t usable);

  PageType type() const { return type_; }
  bool is_leaf() const { return type_ == PageType::table_leaf || type_ == PageType::index_leaf; }
  bool is_table() const { return type_ == PageType::table_leaf || type_ == PageType::table_interior; }
  std::uint32_t cell_count() const { return cell_count_; }
  std::uint32_t right_child() const { return right_child_; }
  std::uint32_t header_offset() const { return header_offset_; }
  std::uint32_t array_offset() const { return header_offset_ + (is_leaf() ? 8 : 12); }

  /// Cell `index` in key order; nothing if it does not lie in the page's content. `index` < cell_count().
  std::optional<Cell> cell(std::uint32_t index) const;

 private:
  BtreePage() = default;
  std::uint32_t local_payload(std::uint64_t payload) const;
  bool read_payload_place(Cell& cell, std::size_t& position) const;

  Bytes bytes_;
  PageType type_ = PageType::table_leaf;
  std::uint32_t usable_ = 0;
  std::uint32_t most_local_ = 0;  ///< of a payload that has no overflow pages
  std::uint32_t header_offset_ = 0;
  std::uint32_t cell_count_ = 0;
  std::uint32_t right_child_ = 0;
};

}  // namespace exhibit::sqlite
