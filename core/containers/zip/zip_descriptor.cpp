// ["PK\7\8"], CRC-32 u32, packed, unpacked: u32 each, or u64 with zip64; little-endian. The signature may be missing
// (PKWARE's APPNOTE 6.3.10, section 4.3.9), and nothing says which of the shapes it is.
#include "zip_descriptor.h"

#include "base/reader.h"

namespace exhibit::containers {

std::optional<MemberExtent> read_descriptor(Bytes bytes, DescriptorShape shape) {
  Reader in(bytes);
  if (shape.is_signed) in.magic("PK\7\x08");
  MemberExtent extent;
  extent.crc = in.u32le();
  extent.packed = shape.is_wide ? in.u64le() : in.u32le();
  extent.unpacked = shape.is_wide ? in.u64le() : in.u32le();
  if (!in.ok()) return std::nullopt;
  return extent;
}

bool is_told_size(std::uint64_t told, std::uint64_t size, DescriptorShape shape) {
  return told == (shape.is_wide ? size : size & 0xffffffff);
}

std::uint64_t fitting_descriptor_size(Bytes bytes, const MemberExtent& extent) {
  for (const DescriptorShape shape : kDescriptorShapes) {
    const auto told = read_descriptor(bytes, shape);
    if (told && told->crc == extent.crc && is_told_size(told->packed, extent.packed, shape) &&
        is_told_size(told->unpacked, extent.unpacked, shape))
      return shape.size();
  }
  return 0;
}

}  // namespace exhibit::containers
