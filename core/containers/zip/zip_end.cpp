// From the end of the file backward, little-endian (PKWARE's APPNOTE 6.3.10, sections 4.3.14 to 4.3.16):
//
//   end record       22   "PK\5\6", this disk u16, directory's disk u16, entries here u16, entries u16,
//                         directory size u32, directory offset u32, comment size u16; then the comment
//   zip64 locator    20   "PK\6\7", disk u32, offset of the zip64 end record u64, disks u32; just before the end record
//   zip64 end record 56+  "PK\6\6", size of the rest u64, made by u16, needs u16, this disk u32, directory's disk u32,
//                         entries here u64, entries u64, directory size u64, directory offset u64
#include "zip_end.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/reader.h"

namespace exhibit::containers {
namespace {

constexpr std::uint64_t kEndSize = 22;
constexpr std::uint64_t kLocatorSize = 20;
constexpr std::uint64_t kZip64EndSize = 56;
// A comment has up to 65,535 bytes; the rest is for what was appended to the archive.
constexpr std::uint64_t kSearched = 1 << 20;
constexpr std::uint32_t kDirectoryRecord = 0x02014b50;

struct EndFields {
  std::uint64_t at = 0;  // position of the record
  bool zip64 = false;
  std::uint32_t disk = 0;
  std::uint64_t entries = 0, size = 0, offset = 0;
};

Result<std::vector<std::uint8_t>> read_range(const evidence::ByteSource& archive, std::uint64_t from,
                                             std::uint64_t to) {
  std::vector<std::uint8_t> bytes(to - from);
  const auto count = archive.read_at(from, bytes);
  if (!count) return std::unexpected(count.error());
  bytes.resize(*count);
  return bytes;
}

// The last end record whose comment fits the file. One whose comment ends with the file is the archive's; otherwise
// something was appended.
std::optional<std::uint64_t> find_end_record(Bytes tail) {
  std::optional<std::uint64_t> loose;
  for (std::uint64_t at = tail.size() < kEndSize ? 0 : tail.size() - kEndSize + 1; at-- > 0;) {
    if (tail[at] != 'P' || tail[at + 1] != 'K' || tail[at + 2] != 5 || tail[at + 3] != 6) continue;
    const std::uint64_t comment = static_cast<std::uint64_t>(tail[at + 20]) | static_cast<std::uint64_t>(tail[at + 21])
                                                                                  << 8;
    const std::uint64_t after = tail.size() - at - kEndSize;
    if (comment == after) return at;
    if (comment < after && !loose) loose = at;
  }
  return loose;
}

EndFields read_end_record(Reader in) {
  EndFields end;
  end.at = in.where().offset;
  in.skip(4);
  end.disk = in.u16le();
  in.skip(4);
  end.entries = in.u16le();
  end.size = in.u32le();
  end.offset = in.u32le();
  return end;
}

// The locator's offset counts from the archive's start, so with bytes in front it points too low; the record then is
// where it always is, just before the locator.
Result<std::optional<std::uint64_t>> find_zip64_end(const evidence::ByteSource& archive, std::uint64_t locator) {
  if (locator < kZip64EndSize) return std::nullopt;
  auto bytes = read_range(archive, locator, locator + kLocatorSize);
  if (!bytes) return std::unexpected(bytes.error());
  Reader in(*bytes);
  in.magic("PK\6\7");
  in.skip(4);
  const std::uint64_t told = in.u64le();
  if (!in.ok()) return std::nullopt;
  for (const std::uint64_t at : {told, locator - kZip64EndSize}) {
    if (at > locator - kZip64EndSize) continue;
    bytes = read_range(archive, at, at + 4);
    if (!bytes) return std::unexpected(bytes.error());
    Reader record(*bytes);
    record.magic("PK\6\6");
    if (record.ok()) return at;
  }
  return std::nullopt;
}

Result<EndFields> read_zip64_end(const evidence::ByteSource& archive, std::uint64_t at) {
  const auto bytes = read_range(archive, at, at + kZip64EndSize);
  if (!bytes) return std::unexpected(bytes.error());
  Reader in(*bytes, {0, at});
  EndFields end;
  end.at = at;
  end.zip64 = true;
  in.skip(16);
  end.disk = in.u32le();
  in.skip(12);
  end.entries = in.u64le();
  end.size = in.u64le();
  end.offset = in.u64le();
  if (!in.ok()) return std::unexpected(in.error());
  return end;
}

// The zip64 end record in place of the end record, if there is one.
Result<EndFields> widen(const evidence::ByteSource& archive, const EndFields& record) {
  if (record.at < kLocatorSize) return record;
  const auto wide_at = find_zip64_end(archive, record.at - kLocatorSize);
  if (!wide_at) return std::unexpected(wide_at.error());
  if (const std::optional<std::uint64_t> at = *wide_at) return read_zip64_end(archive, *at);
  return record;
}

Result<bool> is_directory_at(const evidence::ByteSource& archive, std::uint64_t at) {
  const auto bytes = read_range(archive, at, std::min(at + 4, archive.size()));
  if (!bytes) return std::unexpected(bytes.error());
  Reader in(*bytes);
  return in.u32le() == kDirectoryRecord && in.ok();
}

// The directory ends where the end records begin; that, and its size, say where it starts. If it is not there, its
// offset is taken as it stands.
Result<ZipEnd> place_directory(const evidence::ByteSource& archive, const EndFields& fields) {
  const std::uint64_t end_at = fields.at;
  ZipEnd end;
  end.zip64 = fields.zip64;
  end.entries = fields.entries;
  end.directory_end = end_at;
  if (fields.size <= end_at) {
    const std::uint64_t start = end_at - fields.size;
    const auto found = is_directory_at(archive, start);
    if (!found) return std::unexpected(found.error());
    if (start >= fields.offset && (*found || fields.size == 0)) {
      end.directory = start;
      end.shift = start - fields.offset;
      return end;
    }
  }
  if (fields.offset < end_at) {
    const auto found = is_directory_at(archive, fields.offset);
    if (!found) return std::unexpected(found.error());
    if (*found) {
      end.directory = fields.offset;
      return end;
    }
  }
  return fail(ErrorCode::malformed, "a ZIP's central directory", fields.offset, {0, end_at});
}

}  // namespace

Result<ZipEnd> find_zip_end(const evidence::ByteSource& archive) {
  const std::uint64_t searched = std::min(archive.size(), kSearched);
  const std::uint64_t tail_at = archive.size() - searched;
  const auto tail = read_range(archive, tail_at, archive.size());
  if (!tail) return std::unexpected(tail.error());
  const auto found = find_end_record(*tail);
  if (!found) return fail(ErrorCode::malformed, "a ZIP's central directory", 0, {0, archive.size()});

  const EndFields record = read_end_record(Reader(Bytes(*tail).subspan(*found), {0, tail_at + *found}));
  const auto fields = widen(archive, record);
  if (!fields) return std::unexpected(fields.error());
  if (fields->disk != 0 && fields->disk != 0xffff)
    return fail(ErrorCode::unsupported, "a ZIP in one part", fields->disk + 1, {0, record.at});

  auto end = place_directory(archive, *fields);
  if (!end) return std::unexpected(end.error());
  Reader comment(Bytes(*tail).subspan(*found + kEndSize - 2));
  end->trailing = archive.size() - record.at - kEndSize - comment.u16le();
  return end;
}

}  // namespace exhibit::containers
