// Makes ZIPs, sound ones and every damaged or odd shape a test needs. Deflates with zlib, so that what the tests expect
// does not come from the library under test.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace exhibit::tests {

inline void put_number(std::string& out, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i));
}

inline std::string zip_extra(std::uint16_t id, std::string_view content) {
  std::string field;
  put_number(field, id, 2);
  put_number(field, content.size(), 2);
  return field.append(content);
}

inline std::uint32_t crc_of(std::string_view text) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), static_cast<z_size_t>(text.size())));
}

inline std::string deflate_raw(const std::string& content, int level = 6) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("zlib");
  std::string packed(deflateBound(&stream, static_cast<uLong>(content.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("zlib");
  return packed;
}

struct ZipMemberSpec {
  std::string name;
  std::string content;
  std::uint16_t method = 8;
  std::uint16_t flags = 0;
  std::uint8_t system = 3;  // Unix
  std::uint32_t mode = 0100644;
  std::uint16_t time = 0, date = 0;
  std::string extra;                  // of the central record
  bool descriptor = false;            // sizes and sum after the content; zeros in the local head
  bool descriptor_signed = true;      // "PK\7\8" in front of it
  bool descriptor_wide = false;       // sizes of 8 bytes in it
  bool local_zip64 = false;           // sizes of the local head in extra 0001
  bool zip64 = false;                 // sizes and offset in extra 0001
  std::optional<std::string> packed;  // the bytes as they lie in the archive
  std::optional<std::uint64_t> unpacked_size, packed_size, local_offset;  // lies of the central record
  std::optional<std::uint32_t> crc;
};

class ZipBuilder {
 public:
  ZipMemberSpec& add(std::string name, std::string content) {
    ZipMemberSpec& member = members_.emplace_back();
    member.name = std::move(name);
    member.content = std::move(content);
    return member;
  }

  std::string comment, trailing, prepended;
  bool offsets_count_prepended = false;
  bool zip64_end = false;
  std::uint16_t disk = 0;
  std::optional<std::uint64_t> told_entries;

  std::string build() const {
    std::string out = prepended;
    const std::uint64_t shift = offsets_count_prepended ? 0 : prepended.size();
    std::vector<std::uint64_t> offsets;
    for (const ZipMemberSpec& member : members_) {
      offsets.push_back(out.size() - shift);
      put_local(out, member);
    }
    const std::uint64_t directory = out.size() - shift;
    for (std::size_t i = 0; i < members_.size(); ++i) put_central(out, members_[i], offsets[i]);
    put_end(out, directory, out.size() - shift - directory, shift);
    return out + trailing;
  }

 private:
  static std::string packed_of(const ZipMemberSpec& member) {
    if (member.packed) return *member.packed;
    return member.method == 8 ? deflate_raw(member.content) : member.content;
  }

  static void put_local(std::string& out, const ZipMemberSpec& member) {
    const std::string packed = packed_of(member);
    out += "PK\3\4";
    put_number(out, 20, 2);
    put_number(out, member.flags | (member.descriptor ? 8u : 0u), 2);
    put_number(out, member.method, 2);
    put_number(out, member.time, 2);
    put_number(out, member.date, 2);
    put_number(out, member.descriptor ? 0 : crc_of(member.content), 4);
    const std::uint64_t told_packed = member.descriptor ? 0 : packed.size();
    const std::uint64_t told_unpacked = member.descriptor ? 0 : member.content.size();
    put_number(out, member.local_zip64 ? 0xffffffff : told_packed, 4);
    put_number(out, member.local_zip64 ? 0xffffffff : told_unpacked, 4);
    std::string wide;
    for (const std::uint64_t value : {told_unpacked, told_packed}) put_number(wide, value, 8);
    // An extra field of its own length, so that a reader which trusts the central one is wrong.
    const std::string extra = zip_extra(0xcafe, "x") + (member.local_zip64 ? zip_extra(1, wide) : "");
    put_number(out, member.name.size(), 2);
    put_number(out, extra.size(), 2);
    out += member.name + extra + packed;
    if (!member.descriptor) return;
    if (member.descriptor_signed) out += "PK\7\x08";
    put_number(out, crc_of(member.content), 4);
    put_number(out, packed.size(), member.descriptor_wide ? 8 : 4);
    put_number(out, member.content.size(), member.descriptor_wide ? 8 : 4);
  }

  static void put_central(std::string& out, const ZipMemberSpec& member, std::uint64_t offset) {
    const std::uint64_t packed = member.packed_size.value_or(packed_of(member).size());
    const std::uint64_t unpacked = member.unpacked_size.value_or(member.content.size());
    const std::uint64_t local = member.local_offset.value_or(offset);
    std::string wide;
    for (const std::uint64_t value : {unpacked, packed, local}) put_number(wide, value, 8);
    const std::string extra = (member.zip64 ? zip_extra(1, wide) : "") + member.extra;
    out += "PK\1\2";
    put_number(out, 20 | member.system << 8, 2);
    put_number(out, 20, 2);
    put_number(out, member.flags | (member.descriptor ? 8u : 0u), 2);
    put_number(out, member.method, 2);
    put_number(out, member.time, 2);
    put_number(out, member.date, 2);
    put_number(out, member.crc.value_or(crc_of(member.content)), 4);
    put_number(out, member.zip64 ? 0xffffffff : packed, 4);
    put_number(out, member.zip64 ? 0xffffffff : unpacked, 4);
    put_number(out, member.name.size(), 2);
    put_number(out, extra.size(), 2);
    put_number(out, 3, 2);
    put_number(out, 0, 4);
    put_number(out, member.mode << 16, 4);
    put_number(out, member.zip64 ? 0xffffffff : local, 4);
    out += member.name + extra + "com";
  }

  void put_end(std::string& out, std::uint64_t directory, std::uint64_t size, std::uint64_t shift) const {
    const std::uint64_t entries = told_entries.value_or(members_.size());
    if (zip64_end) {
      const std::uint64_t at = out.size() - shift;
      out += "PK\6\6";
      put_number(out, 44, 8);
      put_number(out, 45, 2);
      put_number(out, 45, 2);
      put_number(out, 0, 8);
      put_number(out, entries, 8);
      put_number(out, entries, 8);
      put_number(out, size, 8);
      put_number(out, directory, 8);
      out += "PK\6\7";
      put_number(out, 0, 4);
      put_number(out, at, 8);
      put_number(out, 1, 4);
    }
    out += "PK\5\6";
    put_number(out, disk, 2);
    put_number(out, disk, 2);
    put_number(out, zip64_end ? 0xffff : entries, 2);
    put_number(out, zip64_end ? 0xffff : entries, 2);
    put_number(out, zip64_end ? 0xffffffff : size, 4);
    put_number(out, zip64_end ? 0xffffffff : directory, 4);
    put_number(out, comment.size(), 2);
    out += comment;
  }

  std::deque<ZipMemberSpec> members_;
};

}  // namespace exhibit::tests
