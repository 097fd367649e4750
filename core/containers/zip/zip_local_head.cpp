// Little-endian (PKWARE's APPNOTE 6.3.10, section 4.3.7):
//
//   30  "PK\3\4", needs u16, flags u16, method u16, time u16, date u16, CRC-32 u32, packed u32, unpacked u32,
//       sizes of name and extra u16 each
//   then name, extra fields
#include "zip_local_head.h"

#include "base/reader.h"

namespace exhibit::containers {
namespace {

// The newest version of the format is 6.3; some tools put the system's number, below 20, into the high byte.
bool is_version(std::uint16_t needs) { return (needs & 0xff) <= 63 && needs >> 8 < 20; }

bool is_method(std::uint16_t method) { return method <= 20 || (method >= 93 && method <= 99); }

}  // namespace

std::uint64_t zip_local_head_size(Bytes bytes) {
  Reader in(bytes);
  in.magic("PK\3\4");
  const std::uint16_t needs = in.u16le();
  in.skip(2);
  const std::uint16_t method = in.u16le();
  in.skip(16);
  const std::uint64_t name_size = in.u16le();
  const std::uint64_t size = kZipLocalHeadSize + name_size + in.u16le();
  return in.ok() && is_version(needs) && is_method(method) && name_size != 0 ? size : 0;
}

std::optional<ZipLocalHead> read_zip_local_head(Bytes bytes) {
  ZipLocalHead head;
  Reader in(bytes);
  in.skip(6);
  head.flags = in.u16le();
  head.method = in.u16le();
  head.time = in.u16le();
  head.date = in.u16le();
  head.crc = in.u32le();
  head.packed = in.u32le();
  head.unpacked = in.u32le();
  const std::uint16_t name_size = in.u16le();
  const std::uint16_t extra_size = in.u16le();
  head.name = in.text(name_size);
  const Bytes extra = in.bytes(extra_size);
  if (!in.ok() || head.name.find('\0') != head.name.npos) return std::nullopt;
  head.size = in.position();

  constexpr std::uint32_t kAllOnes = 0xffffffff;
  head.extra = read_zip_extra(extra, {head.unpacked == kAllOnes, head.packed == kAllOnes, false}, head.name);
  head.unpacked = head.extra.unpacked.value_or(head.unpacked);
  head.packed = head.extra.packed.value_or(head.packed);
  return head;
}

}  // namespace exhibit::containers
