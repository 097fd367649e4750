// A central record, little-endian (PKWARE's APPNOTE 6.3.10, section 4.3.12):
//
//   46  "PK\1\2", made by u16 (system in its high byte), needs u16, flags u16, method u16, time u16, date u16, CRC-32
//   u32,
//       packed u32, unpacked u32, sizes of name, extra and comment u16 each, disk u16, internal attributes u16,
//       external attributes u32 (Unix mode in the high half), offset of the local head u32
//   then name, extra fields, comment
#include "zip_directory.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/reader.h"
#include "zip_end.h"
#include "zip_entry.h"
#include "zip_extra.h"
#include "zip_name.h"

namespace exhibit::containers {
namespace {

using evidence::Entry;
using evidence::EntryType;

constexpr std::uint64_t kRecordSize = 46;
constexpr std::uint64_t kUsualRecord = 1024;  // those seen are shorter; longer ones are read twice
constexpr std::uint64_t kLargestRecord = kRecordSize + 3ull * 0xffff;
constexpr std::uint64_t kLocalHeadSize = 30;
constexpr std::uint64_t kWindow = 1 << 20;
constexpr std::uint32_t kSignature = 0x02014b50;
constexpr std::uint16_t kEncrypted = 1;
constexpr std::uint16_t kUtf8 = 1 << 11;

struct Record {
  std::uint8_t system = 0;
  std::uint16_t flags = 0;
  std::uint16_t time = 0, date = 0;
  std::uint32_t attributes = 0;
  std::string_view name;
  ZipExtra extra;
  ZipMember member;
};

Result<Record> read_record(Reader& in, std::uint64_t shift) {
  Record record;
  const Where start = in.where();
  const std::uint32_t signature = in.u32le();
  record.system = static_cast<std::uint8_t>(in.u16le() >> 8);
  in.skip(2);
  record.flags = in.u16le();
  record.member.method = in.u16le();
  record.time = in.u16le();
  record.date = in.u16le();
  record.member.crc = in.u32le();
  record.member.packed = in.u32le();
  record.member.unpacked = in.u32le();
  const std::uint16_t name_size = in.u16le();
  const std::uint16_t extra_size = in.u16le();
  const std::uint16_t comment_size = in.u16le();
  in.skip(4);
  record.attributes = in.u32le();
  record.member.local_head = in.u32le();
  record.name = in.text(name_size);
  const Bytes extra = in.bytes(extra_size);
  in.skip(comment_size);
  if (!in.ok()) return std::unexpected(in.error());
  if (signature != kSignature) return fail(ErrorCode::malformed, "a record of the central directory", signature, start);

  constexpr std::uint32_t kAllOnes = 0xffffffff;
  const ZipWide wide{record.member.unpacked == kAllOnes, record.member.packed == kAllOnes,
                     record.member.local_head == kAllOnes};
  record.extra = read_zip_extra(extra, wide, record.name);
  record.member.unpacked = record.extra.unpacked.value_or(record.member.unpacked);
  record.member.packed = record.extra.packed.value_or(record.member.packed);
  record.member.local_head = record.extra.local_offset.value_or(record.member.local_head);
  record.member.encrypted = (record.flags & kEncrypted) != 0;
  // An offset that wraps is beyond the file as well, and is refused where it is used.
  record.member.local_head =
      shift > UINT64_MAX - record.member.local_head ? UINT64_MAX : record.member.local_head + shift;
  return record;
}

// The mode's type, as Unix has it; other systems leave it zero.
EntryType type_of(const Record& record) {
  constexpr std::uint32_t kFile = 0x8, kFolder = 0x4, kLink = 0xa;
  if (record.name.ends_with('/')) return EntryType::folder;
  const std::uint32_t type = names_are_bytes(record.system) ? record.attributes >> 28 : 0;
  if (type == kFolder) return EntryType::folder;
  if (type == kLink) return EntryType::symlink;
  return type == 0 || type == kFile ? EntryType::file : EntryType::other;
}

// The bytes of the archive from a position on, read in pieces.
class Window {
 public:
  explicit Window(const evidence::ByteSource& archive) : archive_(archive) {}

  /// At least `size` bytes from `position` on, or all up to `end`.
  Result<Bytes> at(std::uint64_t position, std::uint64_t size, std::uint64_t end) {
    size = std::min(size, end - position);
    if (position < start_ || position - start_ > bytes_.size() || bytes_.size() - (position - start_) < size) {
      bytes_.resize(std::min(kWindow, end - position));
      const auto count = archive_.read_at(position, bytes_);
      if (!count) return std::unexpected(count.error());
      bytes_.resize(*count);
      start_ = position;
    }
    return Bytes(bytes_).subspan(position - start_);
  }

 private:
  const evidence::ByteSource& archive_;
  std::vector<std::uint8_t> bytes_;
  std::uint64_t start_ = 0;
};

class Listing {
 public:
  Listing(const evidence::ByteSource& archive, const ZipEnd& end, const Limits& limits)
      : archive_(archive), end_(end), limits_(limits) {
    directory_.shift = end.shift;
    directory_.end_of_members = end.directory;
  }

  Result<ZipDirectory> run() {
    const std::uint64_t size = end_.directory_end - end_.directory;
    const std::uint64_t expected = std::min(end_.entries, size / kRecordSize);
    directory_.entries.reserve(std::min(expected, limits_.container_members));
    directory_.records.reserve(directory_.entries.capacity());
    ranges_.reserve(directory_.entries.capacity());
    if (const auto listed = read_records(); !listed) return std::unexpected(listed.error());
    separate_backslashes();
    find_overlaps();
    note_counts();
    return std::move(directory_);
  }

 private:
  Result<void> read_records() {
    Window window(archive_);
    for (std::uint64_t position = end_.directory; position < end_.directory_end;) {
      if (directory_.entries.size() >= limits_.container_members) {
        note("limit", 0, "members within the limit", end_.entries, position);
        break;
      }
      const auto bytes = window.at(position, kLargestRecord, end_.directory_end);
      if (!bytes) return std::unexpected(bytes.error());
      Reader in(*bytes, {0, position});
      const auto record = read_record(in, end_.shift);
      if (!record) {
        note(error_code_name(record.error().code), 0, record.error().expected.view(), record.error().found, position);
        break;
      }
      add(*record, position);
      position += in.position();
    }
    return {};
  }

  void add(const Record& record, std::uint64_t position) {
    ++listed_;
    if (record.extra.damaged) ++damaged_extras_;
    std::string_view path =
        zip_path(record.name, record.extra.unicode_path, (record.flags & kUtf8) != 0, record.system, scratch_);
    if (path.size() > limits_.name_bytes) {
      note("limit", 0, "a name within the limit", path.size(), position);
      return;
    }
    Entry entry;
    entry.type = type_of(record);
    entry.size = record.member.unpacked;
    entry.times = zip_times(record.extra, record.date, record.time);
    any_slash_ = any_slash_ || path.find('/') != path.npos;
    if (path.find('\\') != path.npos)
      (names_are_bytes(record.system) ? perhaps_backslashed_ : backslashed_).push_back(directory_.entries.size());
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    entry.container_path = directory_.paths.add(path);
    directory_.entries.push_back(entry);
    directory_.records.push_back(position);
    check(record.member, position);
  }

  void check(const ZipMember& member, std::uint64_t position) {
    const auto file = static_cast<std::uint32_t>(directory_.entries.size());
    if (member.encrypted) {
      ++encrypted_;
    } else if (member.method != kStored && member.method != kDeflated) {
      ++other_methods_;
    }
    if (is_beyond_ratio(member, limits_))
      note("ratio", file, "an unpacked size in proportion to the packed", member.unpacked, position);
    ranges_.push_back({member.local_head, member.packed});
    if (member.local_head > end_.directory || end_.directory - member.local_head < kLocalHeadSize ||
        end_.directory - member.local_head - kLocalHeadSize < member.packed)
      note("truncated", file, "a member inside the archive", member.local_head, position);
  }

  // Windows tools may write '\'. On Unix it is a letter of a name, unless no name of the archive has a '/': then the
  // tool ran elsewhere, whatever the archive says.
  void separate_backslashes() {
    const auto separate = [this](std::size_t index) {
      containers::separate_backslashes(directory_.entries[index], directory_.paths);
    };
    std::ranges::for_each(backslashed_, separate);
    if (!any_slash_) std::ranges::for_each(perhaps_backslashed_, separate);
  }

  // Members that share bytes: a way to make a small archive unpack to anything.
  void find_overlaps() {
    const auto by_start = [](const Range& a, const Range& b) { return a.start < b.start; };
    if (std::ranges::adjacent_find(ranges_, overlaps) == ranges_.end() && std::ranges::is_sorted(ranges_, by_start))
      return;
    std::vector<std::uint32_t> order(ranges_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::sort(order, {}, [this](std::uint32_t i) { return std::pair(ranges_[i].start, i); });
    for (std::size_t i = 0, widest = 0; i < order.size(); ++i) {
      if (i > 0 && overlaps(ranges_[order[widest]], ranges_[order[i]]))
        note("overlap", order[i] + 1, "members that share no bytes", ranges_[order[i]].start, ranges_[order[i]].start);
      if (ranges_[order[i]].end() >= ranges_[order[widest]].end()) widest = i;
    }
  }

  void note_counts() {
    const std::uint64_t told = end_.entries;
    if (end_.zip64 ? listed_ != told : (listed_ & 0xffff) != told)
      note("entry_count", 0, std::to_string(told) + " members, as the end record says", listed_, end_.directory);
    if (end_.trailing != 0)
      note("trailing_bytes", 0, "the end of the archive at the end of the file", end_.trailing, 0);
    if (encrypted_ != 0) note("locked", 0, "members without encryption", encrypted_, 0);
    if (other_methods_ != 0) note("unsupported", 0, "members stored or deflated", other_methods_, 0);
    if (damaged_extras_ != 0) note("extra_field", 0, "extra fields that fit their record", damaged_extras_, 0);
  }

  void note(std::string_view code, std::uint32_t file, std::string_view expected, std::uint64_t found,
            std::uint64_t offset) {
    directory_.problems.push_back({std::string(code), file, std::string(expected), std::to_string(found), offset});
  }

  struct Range {
    std::uint64_t start, packed;

    std::uint64_t end() const {
      return packed > UINT64_MAX - kLocalHeadSize - start ? UINT64_MAX : start + kLocalHeadSize + packed;
    }
  };
  static bool overlaps(const Range& before, const Range& after) { return after.start < before.end(); }

  const evidence::ByteSource& archive_;
  const ZipEnd& end_;
  const Limits& limits_;
  ZipDirectory directory_;
  std::vector<Range> ranges_;
  std::vector<std::size_t> backslashed_, perhaps_backslashed_;
  std::string scratch_;
  bool any_slash_ = false;
  std::uint64_t listed_ = 0, encrypted_ = 0, other_methods_ = 0, damaged_extras_ = 0;
};

Result<ZipMember> read_member_within(const evidence::ByteSource& archive, std::uint64_t position, std::uint64_t size,
                                     std::uint64_t shift) {
  std::vector<std::uint8_t> bytes(std::min(size, archive.size() - std::min(position, archive.size())));
  const auto count = archive.read_at(position, bytes);
  if (!count) return std::unexpected(count.error());
  bytes.resize(*count);
  Reader in(bytes, {0, position});
  const auto record = read_record(in, shift);
  if (!record) return std::unexpected(record.error());
  return record->member;
}

}  // namespace

bool is_beyond_ratio(const ZipMember& member, const Limits& limits) {
  if (member.unpacked < limits.member_ratio_from) return false;
  return member.unpacked / limits.member_ratio > member.packed;
}

Result<ZipDirectory> read_zip_directory(const evidence::ByteSource& archive, const Limits& limits) {
  const auto end = find_zip_end(archive);
  if (!end) return std::unexpected(end.error());
  return Listing(archive, *end, limits).run();
}

Result<ZipMember> read_zip_member(const evidence::ByteSource& archive, std::uint64_t position, std::uint64_t shift) {
  auto member = read_member_within(archive, position, kUsualRecord, shift);
  if (member || member.error().code != ErrorCode::truncated) return member;
  return read_member_within(archive, position, kLargestRecord, shift);
}

}  // namespace exhibit::containers
