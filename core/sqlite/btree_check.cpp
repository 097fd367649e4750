#include "btree_check.h"

#include <algorithm>
#include <span>
#include <string>
#include <unordered_set>

#include "base/reader.h"
#include "base/unicode.h"
#include "btree_page.h"
#include "btree_walk.h"
#include "record.h"

namespace exhibit::sqlite {

namespace {

constexpr std::uint64_t kLongestSchemaRow = 16 << 20;
constexpr std::size_t kEncodingOffset = 56;  // 1 UTF-8, 2 UTF-16 little-endian, 3 big-endian

/// An entry of sqlite_schema that has a tree.
struct SchemaTree {
  std::string table;
  std::uint32_t root_page = 0;
  bool is_index = false;
  bool has_rowid = true;
};

/// Exclusive bounds of the rowids below a page, from the keys above it.
struct RowidRange {
  std::optional<std::int64_t> first, last;
};

std::int64_t saturated_next(std::int64_t rowid) { return rowid < INT64_MAX ? rowid + 1 : rowid; }
std::int64_t saturated_previous(std::int64_t rowid) { return rowid > INT64_MIN ? rowid - 1 : rowid; }

void write_u16(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

void write_u32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  write_u16(bytes, at, value >> 16);
  write_u16(bytes, at + 2, value & 0xffff);
}

/// Leaves only these cells in the page's array, in their order. `page` is a view of the unchanged bytes.
void write_cells(std::span<std::uint8_t> bytes, const BtreePage& page, const std::vector<std::uint32_t>& cells) {
  write_u16(bytes, page.header_offset() + 3, static_cast<std::uint32_t>(cells.size()));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    // Cells only move forward in the array, so none is overwritten before it is read.
    const std::size_t from = page.array_offset() + std::size_t{cells[i]} * 2;
    const std::size_t to = page.array_offset() + i * 2;
    bytes[to] = bytes[from];
    bytes[to + 1] = bytes[from + 1];
  }
}

/// Whether a CREATE TABLE ends in WITHOUT ROWID. Asked only where the root page does not tell.
bool says_without_rowid(std::string sql) {
  std::ranges::transform(sql, sql.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  const std::size_t options = sql.rfind(')');
  return options != std::string::npos && sql.find("ROWID", options) != std::string::npos;
}

class Checker {
 public:
  Checker(const PageImage& image, const Limits& limits);
  Result<TreeCheck> run();

 private:
  /// What a page gives to the page above it.
  struct Subtree {
    bool readable = false;
    bool is_table = true;
    std::uint32_t height = 0;
    std::uint64_t rows = 0;
  };

  Result<void> check_tree(const SchemaTree& tree);
  Result<Subtree> check_page(std::uint32_t page, std::uint32_t depth, const RowidRange& range);
  Result<Subtree> reuse_page(std::uint32_t number, std::uint32_t depth, const RowidRange& range,
                             const Subtree& subtree);
  Result<Subtree> check_leaf(std::uint32_t number, Bytes bytes, const BtreePage& page, const RowidRange& range);
  Result<Subtree> check_interior(std::uint32_t number, Bytes bytes, const BtreePage& page, std::uint32_t depth,
                                 const RowidRange& range);
  Result<bool> is_sound_row(std::uint32_t number, Bytes bytes, const Cell& cell, const RowidRange& range);
  bool take_schema_row(std::uint32_t number, Bytes bytes, const Cell& cell);
  Result<void> mend_interior(std::uint32_t number, Bytes bytes, const BtreePage& page,
                             const std::vector<std::uint32_t>& kept);
  Result<void> replace_by_child(std::uint32_t number, std::uint32_t child);
  void mend_leaf(std::uint32_t number, Bytes bytes, const BtreePage& page, const std::vector<std::uint32_t>& kept);
  void empty_root(std::uint32_t root, Bytes bytes, bool is_table);
  std::string utf8(Bytes text) const;
  void report(std::string code, std::uint32_t page, const Error& error, const RowidRange& range);

  const PageImage& image_;
  const Limits& limits_;
  std::vector<std::vector<std::uint8_t>> buffers_;  ///< one for each level
  TreeCheck result_;
  SchemaTree tree_;  ///< the one at hand
  std::vector<SchemaTree> schema_;
  std::unordered_set<std::uint32_t> visited_;            ///< pages of the tree at hand
  std::unordered_map<std::uint32_t, Subtree> finished_;  ///< pages of all trees so far
  std::optional<bool> is_table_;                         ///< what the root is
  std::uint32_t encoding_ = 1;
  std::uint64_t overflow_reads_left_;
};

// A page is in one overflow chain; twice as many reads are allowed for before forged chains end the checking.
Checker::Checker(const PageImage& image, const Limits& limits)
    : image_(image),
      limits_(limits),
      buffers_(limits.btree_depth, std::vector<std::uint8_t>(image.page_size())),
      overflow_reads_left_(2 * std::uint64_t{image.page_count()} + 1000) {}

std::string Checker::utf8(Bytes text) const {
  if (encoding_ == 2) return utf8_from_utf16(text, ByteOrder::little);
  if (encoding_ == 3) return utf8_from_utf16(text, ByteOrder::big);
  return std::string(as_text(text));
}

void Checker::report(std::string code, std::uint32_t page, const Error& error, const RowidRange& range) {
  PageProblem problem;
  problem.code = tree_.is_index ? "index_damaged" : std::move(code);
  problem.page = page;
  problem.expected = error.expected.view();
  problem.found = std::to_string(error.found);
  problem.offset = image_.locate(page).offset + error.where.offset;
  problem.table = tree_.table;
  problem.first_rowid = range.first;
  problem.last_rowid = range.last;
  result_.problems.push_back(std::move(problem));
}

Result<TreeCheck> Checker::run() {
  if (const auto read = image_.read_page(1, buffers_[0]); !read) return std::unexpected(read.error());
  encoding_ = Reader(Bytes(buffers_[0]).subspan(kEncodingOffset, 4)).u32be();
  if (const auto checked = check_tree({.table = "sqlite_schema", .root_page = 1}); !checked)
    return std::unexpected(checked.error());
  for (const SchemaTree& tree : schema_) {
    if (result_.trees.contains(tree.root_page)) continue;
    if (const auto checked = check_tree(tree); !checked) return std::unexpected(checked.error());
  }
  return std::move(result_);
}

Result<void> Checker::check_tree(const SchemaTree& tree) {
  tree_ = tree;
  visited_.clear();
  is_table_.reset();
  const auto whole = check_page(tree.root_page, 0, {});
  if (!whole) return std::unexpected(whole.error());
  const bool is_table = is_table_.value_or(!tree.is_index && tree.has_rowid);
  if (!whole->readable) {
    // No tree that can be read leads here, so the page may be anything.
    if (const auto read = image_.read_page(tree.root_page, buffers_[0]); !read) return std::unexpected(read.error());
    empty_root(tree.root_page, buffers_[0], is_table);
  }
  result_.trees.emplace(tree.root_page, TreeSummary{is_table, whole->rows});
  return {};
}

Result<Checker::Subtree> Checker::check_page(std::uint32_t number, std::uint32_t depth, const RowidRange& range) {
  const auto lost = [&](std::string code, const Error& error) {
    report(std::move(code), number, error, range);
    return Subtree{};
  };
  if (number == 0 || number > image_.page_count())
    return lost("not_a_page", {ErrorCode::malformed, "a page of the database", number, {}});
  if (depth >= limits_.btree_depth) return lost("too_deep", {ErrorCode::limit, "a tree of fewer levels", depth, {}});
  // Twice in one tree is a circle, or would show rows twice.
  if (!visited_.insert(number).second || (number == 1 && tree_.root_page != 1))
    return lost("page_used_twice", {ErrorCode::malformed, "a page once in its tree", number, {}});
  if (const auto before = finished_.find(number); before != finished_.end())
    return reuse_page(number, depth, range, before->second);

  std::vector<std::uint8_t>& bytes = buffers_[depth];
  if (const auto read = image_.read_page(number, bytes); !read) return std::unexpected(read.error());
  const auto page = BtreePage::read(bytes, number, image_.usable_size());
  if (!page) return lost("not_a_page", page.error());
  if (!is_table_) is_table_ = page->is_table();
  if (page->is_table() != *is_table_)
    return lost("wrong_tree", {ErrorCode::malformed,
                               "a page of the same kind as the root",
                               bytes[page->header_offset()],
                               {0, page->header_offset()}});
  auto subtree =
      page->is_leaf() ? check_leaf(number, bytes, *page, range) : check_interior(number, bytes, *page, depth, range);
  if (!subtree) return subtree;
  subtree->is_table = page->is_table();
  finished_.emplace(number, *subtree);
  return subtree;
}

/// A page that another tree holds too. SQLite would show its rows in both, and nothing tells whose they are, so that is
/// how they stay; only it is said.
Result<Checker::Subtree> Checker::reuse_page(std::uint32_t number, std::uint32_t depth, const RowidRange& range,
                                             const Subtree& subtree) {
  report("page_used_twice", number, {ErrorCode::malformed, "a page of one tree alone", number, {}}, range);
  if (!is_table_) is_table_ = subtree.is_table;
  // SQLite takes an empty leaf only as a root.
  const bool is_empty = subtree.height == 0 && subtree.rows == 0 && depth != 0;
  const bool fits = subtree.is_table == *is_table_ && depth + subtree.height < limits_.btree_depth;
  return subtree.readable && fits && !is_empty ? subtree : Subtree{};
}

Result<Checker::Subtree> Checker::check_leaf(std::uint32_t number, Bytes bytes, const BtreePage& page,
                                             const RowidRange& range) {
  std::vector<std::uint32_t> kept;
  kept.reserve(page.cell_count());
  std::uint32_t bad_cells = 0;
  for (std::uint32_t i = 0; i < page.cell_count(); ++i) {
    const auto cell = page.cell(i);
    if (!cell) ++bad_cells;
    if (!cell) continue;
    const auto sound = is_sound_row(number, bytes, *cell, range);
    if (!sound) return std::unexpected(sound.error());
    if (*sound) kept.push_back(i);
  }
  const Error error{
      ErrorCode::malformed, "cells that lie in the page and hold a record", bad_cells, {0, page.array_offset()}};
  // Bytes that only look like a leaf's header have few cells that fit; their rows would be invented.
  if (bad_cells > page.cell_count() / 2) {
    report("not_a_page", number, error, range);
    return Subtree{};
  }
  if (bad_cells != 0) report("bad_cell", number, error, range);
  const bool is_root = number == tree_.root_page;
  if (kept.empty() && !is_root) return Subtree{};
  if (kept.size() != page.cell_count()) mend_leaf(number, bytes, page, kept);
  return Subtree{.readable = true, .rows = kept.size()};
}

/// A row whose overflow pages are gone would end every query that comes upon it.
Result<bool> Checker::is_sound_row(std::uint32_t number, Bytes bytes, const Cell& cell, const RowidRange& range) {
  if (cell.local_size < cell.payload_size) {
    const auto chain = check_overflow(image_, cell, overflow_reads_left_);
    if (!chain && chain.error().code == ErrorCode::io) return std::unexpected(chain.error());
    if (!chain) {
      RowidRange row = range;
      if (is_table_.value_or(false)) row = {saturated_previous(cell.rowid), saturated_next(cell.rowid)};
      report("overflow_broken", number,
             {chain.error().code, chain.error().expected, chain.error().found, {0, cell.offset}}, row);
      return false;
    }
  }
  return tree_.root_page != 1 || take_schema_row(number, bytes, cell);
}

/// False: SQLite would refuse the whole schema for this one row.
bool Checker::take_schema_row(std::uint32_t number, Bytes bytes, const Cell& cell) {
  ++result_.schema_objects;
  const auto refuse = [&](const Error& error) {
    report("schema_row", number, error, {saturated_previous(cell.rowid), saturated_next(cell.rowid)});
    return false;
  };
  const auto payload = read_payload(image_, bytes, cell, kLongestSchemaRow);
  if (!payload) return refuse(payload.error());
  const auto row = read_record(*payload, 5);
  if (!row) return refuse(row.error());
  // Older or shorter rows are SQLite's to judge.
  if (row->size() < 4 || (*row)[3].storage != StorageClass::integer || (*row)[3].integer == 0) return true;
  const std::int64_t root = (*row)[3].integer;
  if (root < 0 || root > image_.page_count())
    return refuse(
        {ErrorCode::malformed, "a root page of the database", static_cast<std::uint64_t>(root), {0, cell.offset}});
  if (schema_.size() >= limits_.schema_objects) return true;
  const std::string sql = row->size() > 4 ? utf8((*row)[4].bytes) : std::string();
  schema_.push_back({.table = utf8((*row)[2].bytes),
                     .root_page = static_cast<std::uint32_t>(root),
                     .is_index = utf8((*row)[0].bytes) == "index",
                     .has_rowid = !says_without_rowid(sql)});
  return true;
}

Result<Checker::Subtree> Checker::check_interior(std::uint32_t number, Bytes bytes, const BtreePage& page,
                                                 std::uint32_t depth, const RowidRange& range) {
  const std::uint32_t count = page.cell_count();
  std::vector<std::uint32_t> kept;  // children: `count` is the rightmost
  Subtree result;
  std::optional<std::int64_t> key_before = range.first;
  for (std::uint32_t i = 0; i <= count; ++i) {
    const auto cell = i < count ? page.cell(i) : std::optional<Cell>();
    if (i < count && !cell) {
      report("bad_cell", number, {ErrorCode::malformed, "a cell inside the page", i, {0, page.array_offset() + i * 2}},
             {key_before, range.last});
      continue;
    }
    RowidRange below{key_before, range.last};
    if (cell && page.is_table()) {
      below.last = saturated_next(cell->rowid);
      key_before = cell->rowid;
    } else if (cell) {
      // The row stays: its place in the order is needed. A query that reads so far into it ends there.
      const auto sound = is_sound_row(number, bytes, *cell, range);
      if (!sound) return std::unexpected(sound.error());
    }
    const auto child = check_page(cell ? cell->left_child : page.right_child(), depth + 1, below);
    if (!child) return std::unexpected(child.error());
    if (child->readable) kept.push_back(i);
    result.rows += child->rows;
    result.height = std::max(result.height, child->height + 1);
  }
  if (kept.empty()) return Subtree{};
  result.readable = true;
  // In an index, and in a table WITHOUT ROWID, a row stands between two children.
  if (!page.is_table()) result.rows += kept.size() - 1;
  if (kept.size() == count + 1 && (count != 0 || number == 1)) return result;
  if (const auto mended = mend_interior(number, bytes, page, kept); !mended) return std::unexpected(mended.error());
  return result;
}

/// An interior page without the children that cannot be read.
Result<void> Checker::mend_interior(std::uint32_t number, Bytes bytes, const BtreePage& page,
                                    const std::vector<std::uint32_t>& kept) {
  const auto last_cell = kept.back() < page.cell_count() ? page.cell(kept.back()) : std::optional<Cell>();
  const std::uint32_t right_child = last_cell ? last_cell->left_child : page.right_child();
  // SQLite takes an interior page of one child only as the schema's root, which for its part cannot be moved: the
  // file's header lies before it.
  if (kept.size() == 1 && number != 1) return replace_by_child(number, right_child);
  MendedPage mended{{bytes.begin(), bytes.end()}, number};
  const std::vector<std::uint32_t> cells(kept.begin(), kept.end() - 1);
  write_cells(mended.bytes, page, cells);
  write_u32(mended.bytes, page.header_offset() + 8, right_child);
  result_.mended.insert_or_assign(number, std::move(mended));
  return {};
}

Result<void> Checker::replace_by_child(std::uint32_t number, std::uint32_t child) {
  if (const auto mended = result_.mended.find(child); mended != result_.mended.end()) {
    MendedPage copy = mended->second;
    result_.mended.insert_or_assign(number, std::move(copy));
    return {};
  }
  MendedPage mended{std::vector<std::uint8_t>(image_.page_size()), child};
  if (const auto read = image_.read_page(child, mended.bytes); !read) return std::unexpected(read.error());
  result_.mended.insert_or_assign(number, std::move(mended));
  return {};
}

void Checker::mend_leaf(std::uint32_t number, Bytes bytes, const BtreePage& page,
                        const std::vector<std::uint32_t>& kept) {
  MendedPage mended{{bytes.begin(), bytes.end()}, number};
  write_cells(mended.bytes, page, kept);
  result_.mended.insert_or_assign(number, std::move(mended));
}

/// A table of which nothing can be read is empty; on page 1 the file's header stays.
void Checker::empty_root(std::uint32_t root, Bytes bytes, bool is_table) {
  MendedPage mended{std::vector<std::uint8_t>(bytes.size()), 0};
  const std::uint32_t header = root == 1 ? 100 : 0;
  std::ranges::copy(bytes.first(header), mended.bytes.begin());
  mended.bytes[header] = static_cast<std::uint8_t>(is_table ? PageType::table_leaf : PageType::index_leaf);
  result_.mended.insert_or_assign(root, std::move(mended));
}

}  // namespace

Result<TreeCheck> check_trees(const PageImage& image, const Limits& limits) { return Checker(image, limits).run(); }

}  // namespace exhibit::sqlite
