// A write-ahead log, read without its -shm. SQLite applies the frames up to the last commit; recovery wants the others
// too, so all are listed.
//
//   header  32   magic 377F0682 (checksums over little-endian words) or 377F0683 (big-endian), version 3007000,
//                page size, checkpoint sequence, salt 1, salt 2, checksum (2 words) of the 24 bytes before
//   frame   24   page, database size in pages if this frame commits else 0, salt 1, salt 2, checksum (2 words)
//           page
//
// All numbers are big-endian. The checksum runs from the header's through the first 8 bytes and the page of each frame.
// Source: sqlite.org/fileformat2.html, section 4.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "evidence/byte_source.h"

namespace exhibit::sqlite {

enum class FrameState : std::uint8_t {
  live,            ///< committed, the last of its page
  superseded,      ///< committed, an earlier one of its page, or of a page that a later commit cut off
  uncommitted,     ///< of this log, after the last commit
  old_generation,  ///< left from before the log was restarted: other salts
  unverified,      ///< the header is no header, or the checksums do not lead here
};

struct WalFrame {
  std::uint32_t page = 0;
  std::uint32_t commit_size = 0;  ///< of the database in pages; 0: the frame does not commit
  std::uint32_t salt1 = 0, salt2 = 0;
  FrameState state = FrameState::unverified;
  bool checksum_fits = false;  ///< seeded with the stored checksum of the frame before
};

struct Wal {
  std::uint32_t page_size = 0;
  bool header_valid = false;
  bool big_endian_checksums = false;
  std::vector<WalFrame> frames;                           ///< frame number n is frames[n - 1]
  std::uint32_t database_pages = 0;                       ///< as of the last commit
  std::unordered_map<std::uint32_t, std::uint32_t> live;  ///< page to frame number
  std::uint64_t trailing_bytes = 0;                       ///< after the last whole frame

  bool has_commit() const { return database_pages != 0; }
  /// Where the page of frame `number` begins in the file.
  std::uint64_t page_offset(std::uint32_t number) const;
};

/// `fallback_page_size` serves where the header is invalid: the frames are then listed, unverified. Fails only if the
/// file cannot be read.
Result<Wal> read_wal(const evidence::ByteSource& file, std::uint32_t fallback_page_size);

}  // namespace exhibit::sqlite
