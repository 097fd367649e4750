// All numbers are big-endian:
//
//   header      6   "mbdb", 5, 0
//   records         until the end of the file:
//     strings       domain, path, link target, digest, wrapped key: length u16, bytes; length FFFF: none
//     mode    u16   as st_mode
//     inode   u64
//     u32 each      user, group, modified, accessed, changed (seconds since 1970)
//     size    u64
//     class    u8   of protection
//     count    u8   then as many properties: name, value, strings both
//
// The blob's name is not stored: it is the SHA-1 of "domain-path". The wrapped key begins with its class, as in later
// manifests. Source: published descriptions; no backup of that age was at hand.
#include "manifest_mbdb.h"

#include <array>
#include <string>

#include "backup_file_id.h"
#include "backup_file_record.h"
#include "base/reader.h"

namespace exhibit::containers {
namespace {

using evidence::EntryType;

constexpr std::uint16_t kNone = 0xffff;

std::string_view read_string(Reader& in) {
  const std::uint16_t size = in.u16be();
  return size == kNone ? std::string_view() : in.text(size);
}

EntryType type_of_mode(std::uint16_t mode) {
  constexpr std::uint16_t kFolder = 0x4, kFile = 0x8, kLink = 0xa;
  const int type = mode >> 12;
  if (type == kFile) return EntryType::file;
  if (type == kFolder) return EntryType::folder;
  return type == kLink ? EntryType::symlink : EntryType::other;
}

BackupRow read_record(Reader& in) {
  BackupRow row;
  row.domain = read_string(in);
  row.path = read_string(in);
  row.link_target = read_string(in);
  (void)read_string(in);  // digest
  row.encryption_key = as_bytes(read_string(in));
  row.type = type_of_mode(in.u16be());
  in.skip(8 + 4 + 4);
  row.times.modified_us = backup_time(in.u32be());
  row.times.accessed_us = backup_time(in.u32be());
  row.times.changed_us = backup_time(in.u32be());
  row.size = in.u64be();
  row.protection_class = in.u8();
  const std::uint8_t properties = in.u8();
  for (int i = 0; i < properties && in.ok(); ++i) {
    (void)read_string(in);
    (void)read_string(in);
  }
  return row;
}

}  // namespace

Result<void> read_manifest_mbdb(Bytes manifest, std::uint32_t file, const Limits& limits, const BackupRowSink& sink,
                                std::vector<evidence::Problem>& problems) {
  Reader in(manifest);
  in.magic("mbdb\x05");
  if (in.u8() != 0 && in.ok()) in.fail_at(ErrorCode::unsupported, "version 5.0 of the manifest", manifest[5], {0, 5});
  if (!in.ok()) return std::unexpected(in.error());

  BackupFileId id;
  for (std::uint64_t count = 0; !in.at_end(); ++count) {
    const std::uint64_t start = in.position();
    BackupRow row = read_record(in);
    if (in.ok() && count == limits.container_members)
      in.fail_at(ErrorCode::limit, "records within the limit", count, {0, start});
    if (!in.ok()) {
      const Error& error = in.error();
      problems.push_back({std::string(error_code_name(error.code)), file, std::string(error.expected.view()),
                          std::to_string(error.found), error.where.offset});
      break;
    }
    row.file_id = id.of(row.domain, row.path);
    sink(row);
  }
  return {};
}

}  // namespace exhibit::containers
