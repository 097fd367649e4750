#include "wal.h"

#include <algorithm>

#include "base/reader.h"
#include "page_size.h"

namespace exhibit::sqlite {

namespace {

constexpr std::uint32_t kHeaderSize = 32;
constexpr std::uint32_t kFrameHeaderSize = 24;
constexpr std::uint32_t kMagic = 0x377f0682;  // the lowest bit says big-endian checksums
constexpr std::uint32_t kVersion = 3007000;

struct Checksum {
  std::uint32_t a = 0, b = 0;
  bool operator==(const Checksum&) const = default;
};

/// `bytes` is a multiple of 8 long.
Checksum add(Checksum sum, Bytes bytes, bool big_endian) {
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    const auto word = [&](std::size_t at) {
      const std::uint32_t first = bytes[at], second = bytes[at + 1], third = bytes[at + 2], fourth = bytes[at + 3];
      return big_endian ? first << 24 | second << 16 | third << 8 | fourth
                        : fourth << 24 | third << 16 | second << 8 | first;
    };
    sum.a += word(i) + sum.b;
    sum.b += word(i + 4) + sum.a;
  }
  return sum;
}

struct Header {
  bool valid = false;
  bool big_endian = false;
  std::uint32_t page_size = 0;
  std::uint32_t salt1 = 0, salt2 = 0;
  Checksum checksum;
};

Header read_header(Bytes bytes) {
  Reader in(bytes);
  Header header;
  const std::uint32_t magic = in.u32be();
  const std::uint32_t version = in.u32be();
  header.page_size = in.u32be();
  in.skip(4);  // checkpoint sequence
  header.salt1 = in.u32be();
  header.salt2 = in.u32be();
  header.checksum.a = in.u32be();
  header.checksum.b = in.u32be();
  header.big_endian = (magic & 1) != 0;
  header.valid = in.ok() && (magic & ~1u) == kMagic && version == kVersion && is_page_size(header.page_size) &&
                 add({}, bytes.first(24), header.big_endian) == header.checksum;
  return header;
}

/// What runs along while the frames are read in order.
struct Chain {
  bool unbroken = false;        ///< from the header to here
  Checksum stored;              ///< of the frame before
  std::uint32_t committed = 0;  ///< number of the last frame that commits
};

WalFrame read_frame(Bytes bytes, const Header& header, Chain& chain) {
  Reader in(bytes);
  WalFrame frame;
  frame.page = in.u32be();
  frame.commit_size = in.u32be();
  frame.salt1 = in.u32be();
  frame.salt2 = in.u32be();
  Checksum stored;
  stored.a = in.u32be();
  stored.b = in.u32be();
  const auto sum_from = [&](Checksum seed) {
    return add(add(seed, bytes.first(8), header.big_endian), bytes.subspan(kFrameHeaderSize), header.big_endian);
  };
  const bool same_salts = frame.salt1 == header.salt1 && frame.salt2 == header.salt2;
  frame.checksum_fits = sum_from(chain.stored) == stored;
  chain.unbroken = chain.unbroken && same_salts && frame.page != 0 && frame.checksum_fits;
  chain.stored = stored;
  if (chain.unbroken) {
    frame.state = FrameState::uncommitted;
  } else if (header.valid && !same_salts) {
    frame.state = FrameState::old_generation;
  }
  return frame;
}

/// Frames up to the last commit: the last of each page is live.
void mark_committed(Wal& wal, std::uint32_t last_commit) {
  if (last_commit == 0) return;
  wal.database_pages = wal.frames[last_commit - 1].commit_size;
  for (std::uint32_t number = last_commit; number > 0; --number) {
    WalFrame& frame = wal.frames[number - 1];
    const bool inside = frame.page <= wal.database_pages;
    frame.state = inside && wal.live.emplace(frame.page, number).second ? FrameState::live : FrameState::superseded;
  }
}

}  // namespace

std::uint64_t Wal::page_offset(std::uint32_t number) const {
  const std::uint64_t frame_size = kFrameHeaderSize + std::uint64_t{page_size};
  return kHeaderSize + (number - 1) * frame_size + kFrameHeaderSize;
}

Result<Wal> read_wal(const evidence::ByteSource& file, std::uint32_t fallback_page_size) {
  Wal wal;
  if (file.size() < kHeaderSize) {
    wal.trailing_bytes = file.size();
    return wal;
  }
  std::vector<std::uint8_t> buffer(kHeaderSize);
  auto read = file.read_at(0, buffer);
  if (!read) return std::unexpected(read.error());
  const Header header = read_header(Bytes(buffer).first(*read));
  wal.header_valid = header.valid;
  wal.big_endian_checksums = header.big_endian;
  wal.page_size = header.valid ? header.page_size : fallback_page_size;
  if (!is_page_size(wal.page_size)) {
    wal.trailing_bytes = file.size() - kHeaderSize;
    return wal;
  }

  Chain chain{.unbroken = header.valid, .stored = header.checksum};
  const std::uint64_t frame_size = kFrameHeaderSize + std::uint64_t{wal.page_size};
  const std::uint64_t count = std::min<std::uint64_t>((file.size() - kHeaderSize) / frame_size, UINT32_MAX - 1);
  buffer.resize(frame_size);
  for (std::uint64_t i = 0; i < count; ++i) {
    read = file.read_at(kHeaderSize + i * frame_size, buffer);
    if (!read) return std::unexpected(read.error());
    if (*read != frame_size) break;
    wal.frames.push_back(read_frame(buffer, header, chain));
    if (chain.unbroken && wal.frames.back().commit_size != 0) chain.committed = static_cast<std::uint32_t>(i + 1);
  }
  wal.trailing_bytes = file.size() - kHeaderSize - wal.frames.size() * frame_size;
  mark_committed(wal, chain.committed);
  return wal;
}

}  // namespace exhibit::sqlite
