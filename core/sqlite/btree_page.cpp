#include "btree_page.h"

#include <algorithm>

#include "base/reader.h"
#include "varint.h"

namespace exhibit::sqlite {

namespace {

constexpr std::uint32_t kFileHeaderSize = 100;

// SQLite keeps payload sizes in 31 bits.
constexpr std::uint64_t kLargestPayload = 0x7fffffff;

bool is_page_type(std::uint8_t type) { return type == 0x02 || type == 0x05 || type == 0x0a || type == 0x0d; }

}  // namespace

Result<BtreePage> BtreePage::read(Bytes bytes, std::uint32_t page, std::uint32_t usable) {
  BtreePage result;
  result.bytes_ = bytes.first(std::min<std::size_t>(bytes.size(), usable));
  result.usable_ = usable;
  result.header_offset_ = page == 1 ? kFileHeaderSize : 0;
  Reader in(result.bytes_);
  in.seek(result.header_offset_);
  const std::uint8_t type = in.u8();
  in.skip(2);  // first freeblock
  result.cell_count_ = in.u16be();
  in.skip(3);  // content start, fragmented bytes
  if (!in.ok()) return std::unexpected(in.error());
  if (!is_page_type(type)) return fail(ErrorCode::malformed, "a b-tree page", type, {0, result.header_offset_});
  result.type_ = PageType{type};
  const std::uint32_t index_most = (usable - 12) * 64 / 255 - 23;
  result.most_local_ = result.type_ == PageType::table_leaf ? usable - 35 : index_most;
  if (!result.is_leaf()) result.right_child_ = in.u32be();
  if (!in.ok()) return std::unexpected(in.error());
  // A cell takes 4 bytes and 2 in the array.
  if (result.cell_count_ > (bytes.size() - 8) / 6 || result.cell_count_ > in.remaining() / 2)
    return fail(ErrorCode::malformed, "a cell count that fits the page", result.cell_count_,
                {0, result.header_offset_ + 3});
  return result;
}

std::optional<Cell> BtreePage::cell(std::uint32_t index) const {
  const std::size_t entry = array_offset() + std::size_t{index} * 2;
  Cell cell;
  cell.offset = static_cast<std::uint32_t>(bytes_[entry] << 8 | bytes_[entry + 1]);
  const std::uint32_t last = usable_ - (is_leaf() ? 4 : 5);
  if (cell.offset < array_offset() + cell_count_ * 2 || cell.offset > last) return std::nullopt;
  std::size_t position = cell.offset;
  if (!is_leaf()) {
    cell.left_child = Reader(bytes_.subspan(position, 4)).u32be();
    position += 4;
  }
  if (type_ == PageType::table_interior) {
    std::uint64_t rowid = 0;
    if (!read_varint(bytes_, position, rowid)) return std::nullopt;
    cell.rowid = static_cast<std::int64_t>(rowid);
  } else if (!read_payload_place(cell, position)) {
    return std::nullopt;
  }
  cell.length = static_cast<std::uint32_t>(position - cell.offset);
  return cell;
}

/// How much of a payload lies in the page itself: all, or what leaves whole overflow pages.
std::uint32_t BtreePage::local_payload(std::uint64_t payload) const {
  if (payload <= most_local_) return static_cast<std::uint32_t>(payload);
  const std::uint32_t least = (usable_ - 12) * 32 / 255 - 23;
  const std::uint64_t fitting = least + (payload - least) % (usable_ - 4);
  return fitting <= most_local_ ? static_cast<std::uint32_t>(fitting) : least;
}

/// Moves `position` to the cell's end.
bool BtreePage::read_payload_place(Cell& cell, std::size_t& position) const {
  if (!read_varint(bytes_, position, cell.payload_size)) return false;
  std::uint64_t rowid = 0;
  if (type_ == PageType::table_leaf && !read_varint(bytes_, position, rowid)) return false;
  // No record is empty, since its header counts itself: zeros where cells should be are no rows.
  if (cell.payload_size == 0 || cell.payload_size > kLargestPayload) return false;
  cell.rowid = static_cast<std::int64_t>(rowid);
  cell.payload_offset = static_cast<std::uint32_t>(position);
  cell.local_size = local_payload(cell.payload_size);
  const std::size_t overflow_pointer = cell.local_size < cell.payload_size ? 4 : 0;
  // A cell takes at least 4 bytes, so that its place can become a freeblock.
  const std::size_t end = std::max<std::size_t>(position + cell.local_size + overflow_pointer, cell.offset + 4u);
  if (end > bytes_.size()) return false;
  if (overflow_pointer != 0) cell.overflow_page = Reader(bytes_.subspan(position + cell.local_size, 4)).u32be();
  position = end;
  return true;
}

}  // namespace exhibit::sqlite
