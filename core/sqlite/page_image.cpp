#include "sqlite/page_image.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <unordered_map>

#include "base/reader.h"
#include "btree_check.h"
#include "page_size.h"
#include "rollback_journal.h"
#include "wal.h"

namespace exhibit::sqlite {

namespace {

constexpr Literal kMagic = "SQLite format 3\0";
constexpr std::size_t kFileHeaderSize = 100;

void write_u32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

struct FileHeader {
  std::uint32_t page_size = 0;
  std::uint32_t reserved = 0;
  std::uint32_t page_count = 0;  ///< 0: an old writer did not keep it
};

Result<FileHeader> read_file_header(Bytes bytes) {
  Reader in(bytes);
  in.magic(kMagic);
  FileHeader header;
  header.page_size = in.u16be();
  if (header.page_size == 1) header.page_size = 65536;
  in.skip(2);
  header.reserved = in.u8();
  in.skip(3);
  const std::uint32_t change_counter = in.u32be();
  header.page_count = in.u32be();
  in.seek(92);
  // The count holds only if its writer was the last one.
  if (in.u32be() != change_counter) header.page_count = 0;
  if (!in.ok()) return std::unexpected(in.error());
  if (!is_page_size(header.page_size))
    return fail(ErrorCode::malformed, "a page size that is a power of two from 512 to 65536", header.page_size,
                {0, 16});
  if (header.page_size - header.reserved < 480)
    return fail(ErrorCode::malformed, "pages of at least 480 usable bytes", header.page_size - header.reserved,
                {0, 20});
  return header;
}

class Image final : public PageImage {
 public:
  explicit Image(DatabaseFiles files) : files_(std::move(files)) {}
  Result<void> build(const Limits& limits);

  std::uint32_t page_size() const override { return page_size_; }
  std::uint32_t usable_size() const override { return page_size_ - reserved_; }
  std::uint32_t page_count() const override { return page_count_; }
  Result<void> read_page(std::uint32_t page, std::span<std::uint8_t> out) const override;
  PageLocation locate(std::uint32_t page) const override;
  bool uses_wal() const override { return wal_.has_commit(); }
  bool uses_journal() const override { return journal_.hot; }
  const std::vector<PageProblem>& problems() const override { return problems_; }
  std::optional<TreeSummary> tree(std::uint32_t root_page) const override;

 private:
  Result<void> read_journal(std::uint32_t main_page_size);
  Result<void> read_log(std::uint32_t main_page_size);
  Result<void> read_header();
  void ignore_log(Literal expected, std::uint64_t found);
  void report_missing_pages();
  std::uint64_t whole_main_pages() const { return page_size_ == 0 ? 0 : files_.main->size() / page_size_; }
  PageLocation locate_in_files(std::uint32_t page) const;
  Result<std::size_t> read_from_files(const PageLocation& location, std::span<std::uint8_t> out) const;
  void write_plain_header(std::span<std::uint8_t> page) const;
  void report(std::string code, std::uint32_t page, std::string expected, std::string found, std::uint64_t offset);

  DatabaseFiles files_;
  Wal wal_;
  RollbackJournal journal_;
  std::unordered_map<std::uint32_t, std::uint64_t> rolled_back_;  ///< page to its offset in the journal
  std::uint32_t page_size_ = 0;
  std::uint32_t reserved_ = 0;
  std::uint32_t page_count_ = 0;
  std::unordered_map<std::uint32_t, MendedPage> mended_;
  std::unordered_map<std::uint32_t, TreeSummary> trees_;
  std::vector<PageProblem> problems_;
};

void Image::report(std::string code, std::uint32_t page, std::string expected, std::string found,
                   std::uint64_t offset) {
  problems_.push_back({.code = std::move(code),
                       .page = page,
                       .expected = std::move(expected),
                       .found = std::move(found),
                       .offset = offset,
                       .table = {},
                       .first_rowid = {},
                       .last_rowid = {}});
}

Result<void> Image::read_journal(std::uint32_t main_page_size) {
  if (!files_.journal || files_.journal->size() == 0) return {};
  auto journal = read_rollback_journal(*files_.journal, main_page_size);
  if (!journal) return std::unexpected(journal.error());
  if (!journal->hot) return {};
  for (const JournalRecord& record : journal->records) rolled_back_.insert_or_assign(record.page, record.page_offset);
  if (journal->names_super_journal)
    report("super_journal", 0, "a journal that stands alone", "the name of a super-journal, taken as unfinished", 0);
  journal_ = std::move(*journal);
  journal_.records.clear();
  return {};
}

Result<void> Image::read_log(std::uint32_t main_page_size) {
  if (!files_.wal || files_.wal->size() == 0) return {};
  auto wal = read_wal(*files_.wal, main_page_size);
  if (!wal) return std::unexpected(wal.error());
  if (!wal->header_valid)
    report("wal_ignored", 0, "a header of a write-ahead log", "none that its checksum confirms", 0);
  if (!wal->has_commit()) return {};
  wal_ = std::move(*wal);
  wal_.frames = {};
  return {};
}

void Image::ignore_log(Literal expected, std::uint64_t found) {
  report("wal_ignored", 0, std::string(expected.view()), std::to_string(found), 8);
  wal_ = {};
}

/// Of page 1 as the newest file has it.
Result<void> Image::read_header() {
  std::array<std::uint8_t, kFileHeaderSize> bytes{};
  const PageLocation first = locate_in_files(1);
  const auto got = read_from_files(first, bytes);
  if (!got) return std::unexpected(got.error());
  const auto header = read_file_header(Bytes(bytes).first(*got));
  if (!header) return std::unexpected(header.error());
  if (uses_wal() && wal_.page_size != header->page_size) {
    const std::uint32_t found = wal_.page_size;
    if (first.origin == PageOrigin::wal)
      return fail(ErrorCode::malformed, "the page size of the write-ahead log", header->page_size, {0, 16});
    ignore_log("the page size of the database", found);
  }
  if (uses_journal() && journal_.page_size != header->page_size)
    return fail(ErrorCode::malformed, "the page size of the journal", header->page_size, {0, 16});
  page_size_ = header->page_size;
  reserved_ = header->reserved;
  const std::uint64_t in_main = (files_.main->size() + page_size_ - 1) / page_size_;
  page_count_ = uses_wal()       ? wal_.database_pages
                : uses_journal() ? journal_.database_pages
                : header->page_count != 0
                    ? header->page_count
                    : static_cast<std::uint32_t>(std::min<std::uint64_t>(in_main, UINT32_MAX - 1));
  return {};
}

Result<void> Image::build(const Limits& limits) {
  std::array<std::uint8_t, kFileHeaderSize> bytes{};
  const auto got = files_.main->read_at(0, bytes);
  if (!got) return std::unexpected(got.error());
  const auto header = read_file_header(Bytes(bytes).first(*got));
  // The main file's page size only helps where journal or log do not tell theirs: it may be empty, or half written.
  const std::uint32_t main_page_size = header ? header->page_size : 0;
  if (const auto read = read_journal(main_page_size); !read) return read;
  if (const auto read = read_log(main_page_size); !read) return read;
  if (const auto read = read_header(); !read) return read;
  report_missing_pages();

  auto checked = check_trees(*this, limits);
  if (!checked) return std::unexpected(checked.error());
  mended_ = std::move(checked->mended);
  trees_ = std::move(checked->trees);
  std::ranges::move(checked->problems, std::back_inserter(problems_));
  return {};
}

void Image::report_missing_pages() {
  const std::uint64_t whole = whole_main_pages();
  if (page_count_ <= whole) return;
  std::uint64_t missing = page_count_ - whole;
  const auto is_missing_in_main = [&](std::uint32_t page) { return page > whole && page <= page_count_; };
  for (const auto& [page, frame] : wal_.live) missing -= is_missing_in_main(page) ? 1U : 0U;
  for (const auto& [page, offset] : rolled_back_)
    missing -= is_missing_in_main(page) && !wal_.live.contains(page) ? 1U : 0U;
  if (missing == 0) return;
  const auto first = static_cast<std::uint32_t>(whole + 1);
  report("truncated", first, std::to_string(page_count_) + " pages", std::to_string(missing) + " of them missing",
         whole * page_size_);
}

PageLocation Image::locate_in_files(std::uint32_t page) const {
  if (const auto frame = wal_.live.find(page); frame != wal_.live.end())
    return {PageOrigin::wal, wal_.page_offset(frame->second), frame->second, page};
  if (const auto record = rolled_back_.find(page); record != rolled_back_.end())
    return {PageOrigin::journal, record->second, 0, page};
  const std::uint64_t offset = (std::uint64_t{page} - 1) * page_size_;
  // Half a page is none: with zeros for its second half, cells that lay there would read as rows.
  return {page <= whole_main_pages() ? PageOrigin::main : PageOrigin::absent, offset, 0, page};
}

PageLocation Image::locate(std::uint32_t page) const {
  if (page == 0 || page > page_count_) return {PageOrigin::absent, 0, 0, page};
  const auto mended = mended_.find(page);
  if (mended == mended_.end()) return locate_in_files(page);
  PageLocation location = locate_in_files(mended->second.content_page != 0 ? mended->second.content_page : page);
  if (mended->second.content_page == 0) location.origin = PageOrigin::stand_in;
  return location;
}

/// Fewer bytes than asked only where the file ends.
Result<std::size_t> Image::read_from_files(const PageLocation& location, std::span<std::uint8_t> out) const {
  const evidence::ByteSource& file = location.origin == PageOrigin::wal       ? *files_.wal
                                     : location.origin == PageOrigin::journal ? *files_.journal
                                                                              : *files_.main;
  if (const auto view = file.view()) {
    if (location.offset >= view->size()) return 0;
    const Bytes there = view->subspan(location.offset);
    const std::size_t size = std::min(there.size(), out.size());
    if (size != 0) std::memcpy(out.data(), there.data(), size);
    return size;
  }
  return file.read_at(location.offset, out);
}

/// What SQLite needs so as to look for no other file and trust its page count.
void Image::write_plain_header(std::span<std::uint8_t> page) const {
  std::ranges::copy(as_bytes(kMagic.view()), page.begin());
  page[18] = 1;
  page[19] = 1;
  std::ranges::copy(page.subspan(24, 4), page.begin() + 92);
  write_u32(page, 28, page_count_);
}

Result<void> Image::read_page(std::uint32_t page, std::span<std::uint8_t> out) const {
  if (page == 0 || page > page_count_ || out.size() != page_size_)
    return fail(ErrorCode::not_found, "a page of the database", page);
  if (const auto mended = mended_.find(page); mended != mended_.end()) {
    std::ranges::copy(mended->second.bytes, out.begin());
  } else {
    const PageLocation location = locate_in_files(page);
    const std::size_t wanted = location.origin != PageOrigin::absent ? page_size_ : page == 1 ? kFileHeaderSize : 0;
    const auto got = read_from_files(location, out.first(wanted));
    if (!got) return std::unexpected(got.error());
    std::ranges::fill(out.subspan(*got), std::uint8_t{0});
  }
  if (page == 1) write_plain_header(out);
  return {};
}

std::optional<TreeSummary> Image::tree(std::uint32_t root_page) const {
  const auto found = trees_.find(root_page);
  return found == trees_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

Result<std::shared_ptr<PageImage>> PageImage::build(DatabaseFiles files, const Limits& limits) {
  if (!files.main) return fail(ErrorCode::not_found, "the main file of a database");
  auto image = std::make_shared<Image>(std::move(files));
  if (const auto built = image->build(limits); !built) return std::unexpected(built.error());
  return image;
}

bool is_database(Bytes head) {
  const std::string_view magic = kMagic.view();
  return head.size() >= magic.size() && as_text(head.first(magic.size())) == magic;
}

bool has_damaged_index(const PageImage& image, std::string_view table) {
  return std::ranges::any_of(image.problems(), [&](const PageProblem& problem) {
    return problem.code == "index_damaged" && problem.table == table;
  });
}

}  // namespace exhibit::sqlite
