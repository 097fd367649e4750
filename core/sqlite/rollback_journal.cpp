#include "rollback_journal.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/reader.h"
#include "page_size.h"

namespace exhibit::sqlite {

namespace {

constexpr std::array<std::uint8_t, 8> kMagic{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
constexpr std::uint32_t kHeaderSize = 28;

bool is_magic(Bytes bytes) { return std::ranges::equal(bytes, kMagic); }

struct Segment {
  bool valid = false;
  std::uint32_t count = 0;
  std::uint32_t nonce = 0;
  std::uint32_t database_pages = 0;
  std::uint32_t sector_size = 0;
  std::uint32_t page_size = 0;
};

Segment read_segment_header(Bytes bytes) {
  Reader in(bytes);
  Segment segment;
  segment.valid = is_magic(in.bytes(kMagic.size()));
  segment.count = in.u32be();
  segment.nonce = in.u32be();
  segment.database_pages = in.u32be();
  segment.sector_size = in.u32be();
  segment.page_size = in.u32be();
  // The bounds are those of SQLite, which ignores a journal outside them.
  segment.valid = segment.valid && in.ok() && std::has_single_bit(segment.sector_size) && segment.sector_size >= 32 &&
                  segment.sector_size <= 65536;
  return segment;
}

std::uint32_t record_checksum(std::uint32_t nonce, Bytes page) {
  std::uint32_t sum = nonce;
  for (std::size_t at = page.size() - 200; at > 0; at = at > 200 ? at - 200 : 0) sum += page[at];
  return sum;
}

class JournalReader {
 public:
  JournalReader(const evidence::ByteSource& file, std::uint32_t fallback_page_size)
      : file_(file), fallback_page_size_(fallback_page_size) {}

  Result<RollbackJournal> read();

 private:
  Result<bool> read_segment();
  Result<bool> read_record(std::uint32_t nonce);
  Result<bool> read(std::uint64_t offset, std::span<std::uint8_t> out) const;
  Result<void> look_for_super_journal();

  const evidence::ByteSource& file_;
  std::uint32_t fallback_page_size_;
  std::uint32_t sector_size_ = 0;
  std::uint64_t position_ = 0;
  std::vector<std::uint8_t> record_;
  RollbackJournal journal_;
};

/// False: the file ends before.
Result<bool> JournalReader::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
  const auto got = file_.read_at(offset, out);
  if (!got) return std::unexpected(got.error());
  return *got == out.size();
}

/// False: a record that is not one, where SQLite's rollback ends too.
Result<bool> JournalReader::read_record(std::uint32_t nonce) {
  const auto whole = read(position_, record_);
  if (!whole || !*whole) return whole;
  Reader in(record_);
  const std::uint32_t page = in.u32be();
  const Bytes content = in.bytes(journal_.page_size);
  const std::uint32_t checksum = in.u32be();
  if (page == 0 || page == lock_page(journal_.page_size) || record_checksum(nonce, content) != checksum) return false;
  if (page <= journal_.database_pages) journal_.records.push_back({page, position_ + 4});
  position_ += record_.size();
  return true;
}

/// False: no segment begins here, or the journal ends within it.
Result<bool> JournalReader::read_segment() {
  std::array<std::uint8_t, kHeaderSize> bytes{};
  const auto whole = read(position_, bytes);
  if (!whole || !*whole) return whole;
  const Segment segment = read_segment_header(bytes);
  if (!segment.valid) return false;
  if (journal_.segments == 0) {
    journal_.page_size = segment.page_size != 0 ? segment.page_size : fallback_page_size_;
    if (!is_page_size(journal_.page_size)) return false;
    journal_.database_pages = segment.database_pages;
    sector_size_ = segment.sector_size;
    record_.resize(std::size_t{journal_.page_size} + 8);
  }
  ++journal_.segments;
  position_ += sector_size_;
  for (std::uint32_t i = 0; i < segment.count; ++i) {
    const auto sound = read_record(segment.nonce);
    if (!sound) return sound;
    if (!*sound) return false;
  }
  position_ = (position_ + sector_size_ - 1) / sector_size_ * sector_size_;
  return true;
}

/// ..., name, its length u32, a checksum u32, magic.
Result<void> JournalReader::look_for_super_journal() {
  if (file_.size() < 16) return {};
  std::array<std::uint8_t, 16> end{};
  const auto whole = read(file_.size() - end.size(), end);
  if (!whole) return std::unexpected(whole.error());
  const std::uint32_t name_size = Reader(end).u32be();
  journal_.names_super_journal = *whole && is_magic(Bytes(end).last(kMagic.size())) && name_size != 0;
  return {};
}

Result<RollbackJournal> JournalReader::read() {
  while (true) {
    const auto more = read_segment();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
  }
  journal_.hot = !journal_.records.empty();
  if (const auto looked = look_for_super_journal(); !looked) return std::unexpected(looked.error());
  return std::move(journal_);
}

}  // namespace

Result<RollbackJournal> read_rollback_journal(const evidence::ByteSource& file, std::uint32_t fallback_page_size) {
  return JournalReader(file, fallback_page_size).read();
}

}  // namespace exhibit::sqlite
