// A database as its last commit left it, in memory of nobody else: the main file overlaid by the committed frames of
// its WAL, or by a hot rollback journal. SQLite reads it through read_only_vfs.h; recovery reads its other views.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "evidence/byte_source.h"

namespace exhibit::sqlite {

struct DatabaseFiles {
  evidence::SourcePtr main;
  evidence::SourcePtr wal;      ///< may be null or of 0 bytes
  evidence::SourcePtr journal;  ///< may be null or of 0 bytes
};

enum class PageOrigin : std::uint8_t {
  main,
  wal,       ///< the last committed frame of the page
  journal,   ///< rolled back from a hot journal
  stand_in,  ///< unreadable, replaced so that the rest can be read
  absent,    ///< beyond what any file holds: zeros
};

struct PageLocation {
  PageOrigin origin = PageOrigin::main;
  std::uint64_t offset = 0;     ///< in the file that `origin` names
  std::uint32_t wal_frame = 0;  ///< from 1
  std::uint32_t page = 0;       ///< whose bytes these are: not the page asked for where a damaged tree was mended
};

/// A page, or a row in it, that could not be read and what that costs. Codes: "truncated" (the file ends before the
/// database does), "wal_ignored", "super_journal", "header"; of a table's tree: "not_a_page", "wrong_tree", "bad_cell",
/// "bad_row", "overflow_broken", "page_used_twice", "too_deep", "schema_row"; "index_damaged": a query that used that
/// index would miss rows; "limit".
struct PageProblem {
  std::string code;
  std::uint32_t page = 0;
  std::string expected;
  std::string found;
  std::uint64_t offset = 0;
  std::string table;                                    ///< if known
  std::optional<std::int64_t> first_rowid, last_rowid;  ///< the range lost, exclusive bounds
};

/// A tree of the schema, as it can be read.
struct TreeSummary {
  bool is_table = true;    ///< false: an index, or a table WITHOUT ROWID
  std::uint64_t rows = 0;  ///< by the walk over its pages that build() made
};

/// Threads may share one once it is built.
class PageImage {
 public:
  /// Fails only if there is no database: no magic, impossible page size, nothing readable.
  static Result<std::shared_ptr<PageImage>> build(DatabaseFiles files, const Limits& limits);
  virtual ~PageImage() = default;

  virtual std::uint32_t page_size() const = 0;
  virtual std::uint32_t usable_size() const = 0;  ///< page size less the reserved bytes
  virtual std::uint32_t page_count() const = 0;
  /// Page 1 reads as a plain database without WAL (bytes 18 and 19 are 1) of page_count() pages.
  virtual Result<void> read_page(std::uint32_t page, std::span<std::uint8_t> out) const = 0;
  virtual PageLocation locate(std::uint32_t page) const = 0;
  virtual bool uses_wal() const = 0;      ///< at least one committed frame applies
  virtual bool uses_journal() const = 0;  ///< a hot journal was rolled back
  virtual const std::vector<PageProblem>& problems() const = 0;
  /// Nothing: no entry of the schema names this root page.
  virtual std::optional<TreeSummary> tree(std::uint32_t root_page) const = 0;
};

/// True: one of the table's indexes has lost pages, so it has to be read NOT INDEXED.
bool has_damaged_index(const PageImage& image, std::string_view table);

/// True for the first bytes of a database.
bool is_database(Bytes head);

}  // namespace exhibit::sqlite
