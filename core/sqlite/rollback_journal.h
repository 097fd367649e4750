// A rollback journal. If it is hot, the main file stands in the middle of a transaction and the pages in the journal
// are the truth.
//
//   header   padded to the sector size: magic D9D505F920A163D7, record count (FFFFFFFF: until the end of the file),
//            nonce, database size before in pages, sector size, page size
//   record   page, the page as it was before the transaction, checksum: nonce + the bytes at page size - 200, - 400...
//
// All numbers are big-endian. When SQLite has to write to the database before the commit (a full cache), it closes the
// segment and begins the next at a sector boundary: reading only the first would mix two states of the database.
// Source: sqlite.org/fileformat2.html, section 3; the end of a journal as SQLite's own rollback takes it (pager.c).
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "evidence/byte_source.h"

namespace exhibit::sqlite {

struct JournalRecord {
  std::uint32_t page = 0;
  std::uint64_t page_offset = 0;  ///< of the page in the journal
};

struct RollbackJournal {
  /// A header with at least one record that fits. A journal that PERSIST zeroed or TRUNCATE emptied is not hot, and in
  /// one whose count is still 0 nothing was synced, so the main file was not touched.
  bool hot = false;
  std::uint32_t page_size = 0;
  std::uint32_t database_pages = 0;  ///< before the transaction
  std::uint32_t segments = 0;
  std::vector<JournalRecord> records;  ///< in the order of the file; later ones win
  /// The name of a super-journal: whether this journal applies depends on a file that SQLite would ask for.
  bool names_super_journal = false;
};

/// `fallback_page_size` serves where the header tells none. Fails only if the file cannot be read.
Result<RollbackJournal> read_rollback_journal(const evidence::ByteSource& file, std::uint32_t fallback_page_size);

}  // namespace exhibit::sqlite
