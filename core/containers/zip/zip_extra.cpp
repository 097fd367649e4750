// Extra fields are id u16, size u16, content; little-endian. Source: PKWARE's APPNOTE 6.3.10 (0001, 000a, 7075) and
// Info-ZIP's extrafld.txt (5455, 5855).
#include "zip_extra.h"

#include <libdeflate.h>

#include "base/reader.h"
#include "base/time.h"

namespace exhibit::containers {
namespace {

constexpr std::uint16_t kZip64 = 0x0001;
constexpr std::uint16_t kNtfs = 0x000a;
constexpr std::uint16_t kUnixTimes = 0x5455;
constexpr std::uint16_t kInfoZipUnix = 0x5855;
constexpr std::uint16_t kUnicodePath = 0x7075;

std::int64_t unix_us(std::uint32_t seconds) { return std::int64_t{static_cast<std::int32_t>(seconds)} * 1'000'000; }

void read_zip64(Reader in, ZipWide wide, ZipExtra& extra) {
  if (wide.unpacked) extra.unpacked = in.u64le();
  if (wide.packed) extra.packed = in.u64le();
  if (wide.local_offset) extra.local_offset = in.u64le();
  if (in.ok()) return;
  extra.damaged = true;
  extra.unpacked = extra.packed = extra.local_offset = std::nullopt;
}

// flags u8, then those of modified, accessed, created that the flags name. A central record has modified alone, with
// the flags of the local one.
void read_unix_times(Reader in, ZipExtra& extra) {
  if ((in.u8() & 1) == 0) return;
  const std::uint32_t modified = in.u32le();
  if (in.ok()) extra.modified_us = unix_us(modified);
}

void read_info_zip_unix(Reader in, ZipExtra& extra) {
  const std::uint32_t accessed = in.u32le();
  const std::uint32_t modified = in.u32le();
  if (!in.ok()) return;
  extra.accessed_us = unix_us(accessed);
  if (!extra.modified_us) extra.modified_us = unix_us(modified);
}

std::optional<std::int64_t> filetime_us(std::uint64_t ticks) {
  const TimeReading time = filetime(static_cast<std::int64_t>(ticks));
  if (time.reading != Reading::moment) return std::nullopt;
  return time.moment.us;
}

// reserved u32, then attributes: tag u16, size u16. Tag 1 has modified, accessed, created, each u64.
void read_ntfs(Reader in, ZipExtra& extra) {
  in.skip(4);
  while (in.ok() && in.remaining() >= 4) {
    const std::uint16_t tag = in.u16le();
    Reader attribute(in.bytes(in.u16le()));
    if (tag != 1 || attribute.remaining() < 24) continue;
    extra.modified_us = filetime_us(attribute.u64le());
    extra.accessed_us = filetime_us(attribute.u64le());
    extra.created_us = filetime_us(attribute.u64le());
  }
}

// version u8, CRC-32 of the raw name, the name in UTF-8. The sum tells names that were changed without this field.
void read_unicode_path(Reader in, std::string_view raw_name, ZipExtra& extra) {
  const std::uint8_t version = in.u8();
  const std::uint32_t sum = in.u32le();
  const std::string_view path = in.text(in.remaining());
  if (in.ok() && version == 1 && sum == libdeflate_crc32(0, raw_name.data(), raw_name.size()))
    extra.unicode_path = path;
}

}  // namespace

ZipExtra read_zip_extra(Bytes bytes, ZipWide wide, std::string_view raw_name) {
  ZipExtra extra;
  Reader in(bytes);
  while (in.remaining() >= 4) {  // alignment may leave a few bytes that are no field
    const std::uint16_t id = in.u16le();
    const std::uint16_t size = in.u16le();
    Reader field(in.bytes(size));
    if (!in.ok()) {
      extra.damaged = true;
      break;
    }
    if (id == kZip64) read_zip64(field, wide, extra);
    if (id == kNtfs) read_ntfs(field, extra);
    if (id == kUnixTimes) read_unix_times(field, extra);
    if (id == kInfoZipUnix) read_info_zip_unix(field, extra);
    if (id == kUnicodePath) read_unicode_path(field, raw_name, extra);
  }
  return extra;
}

}  // namespace exhibit::containers
