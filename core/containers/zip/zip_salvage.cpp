#include "zip_salvage.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/reader.h"
#include "forward_window.h"
#include "zip.h"
#include "zip_descriptor.h"
#include "zip_entry.h"
#include "zip_local_head.h"
#include "zip_member_extent.h"
#include "zip_name.h"

namespace exhibit::containers {
namespace {

using evidence::Entry;
using evidence::EntryType;

constexpr std::size_t kPiece = 64 << 10;
constexpr std::uint64_t kSignatureSize = 4;
// Bytes that may be read to find where members end, for each byte of the archive: a sound one needs less than 2.
constexpr std::uint64_t kWorkFactor = 6;
constexpr std::uint64_t kLeastWork = 16 << 20;
// To read at a place and come back costs about this.
constexpr std::uint64_t kGoingBack = 32 << 10;
constexpr std::size_t kMostRegionsNoted = 1000;

class Salvage {
 public:
  Salvage(const evidence::ByteSource& archive, const Limits& limits)
      : archive_(archive),
        limits_(limits),
        window_(archive),
        size_(archive.size()),
        work_(size_ > UINT64_MAX / kWorkFactor - kLeastWork ? UINT64_MAX : size_ * kWorkFactor + kLeastWork) {}

  Result<ZipDirectory> run() {
    while (position_ < size_) {
      const auto head = head_at(position_);
      if (!head) return std::unexpected(head.error());
      if (*head) {
        if (directory_.entries.size() >= limits_.container_members) break;
        if (const auto taken = take(**head); !taken) return std::unexpected(taken.error());
        continue;
      }
      if (const auto passed = pass_what_is_no_member(); !passed) return std::unexpected(passed.error());
    }
    if (directory_.entries.empty()) return fail(ErrorCode::malformed, "a local head of a ZIP's member", 0);
    if (!any_slash_) {
      for (const std::size_t index : backslashed_) separate_backslashes(directory_.entries[index], directory_.paths);
    }
    note_all();
    return std::move(directory_);
  }

 private:
  struct Region {
    std::uint64_t begin, end;
  };

  /// What it names is valid until the window moves.
  Result<std::optional<ZipLocalHead>> head_at(std::uint64_t position) {
    auto bytes = window_.at(position, kZipLocalHeadSize);
    if (!bytes) return std::unexpected(bytes.error());
    const std::uint64_t size = zip_local_head_size(*bytes);
    if (size == 0) return std::nullopt;
    bytes = window_.at(position, size);
    if (!bytes) return std::unexpected(bytes.error());
    return read_zip_local_head(*bytes);
  }

  /// The size of a record of the directory or its end that stands here, 0 if none does.
  Result<std::uint64_t> record_size(std::uint64_t position) {
    const auto bytes = window_.at(position, 46);
    if (!bytes) return std::unexpected(bytes.error());
    const std::string_view there = as_text(*bytes);
    Reader in(*bytes);
    std::uint64_t size = 0;
    if (there.starts_with("PK\1\2")) {
      in.seek(28);
      size = 46ull + in.u16le();
      size += in.u16le();
      size += in.u16le();
    } else if (there.starts_with("PK\5\6")) {
      in.seek(20);
      size = 22ull + in.u16le();
    } else if (there.starts_with("PK\6\6")) {
      size = 56;
    } else if (there.starts_with("PK\6\7")) {
      size = 20;
    } else if (position == 0 && (there.starts_with("PK\7\x08") || there.starts_with("PK00"))) {
      size = kSignatureSize;  // the mark of an archive that was to have several parts
    }
    return in.ok() && size <= size_ - position ? size : 0;
  }

  Result<bool> is_known_at(std::uint64_t position) {
    if (position == size_) return true;
    const auto head = head_at(position);
    if (!head) return std::unexpected(head.error());
    if (*head) return true;
    const auto record = record_size(position);
    if (!record) return std::unexpected(record.error());
    return *record != 0;
  }

  Result<void> pass_what_is_no_member() {
    const auto record = record_size(position_);
    if (!record) return std::unexpected(record.error());
    if (*record != 0) {
      position_ += *record;
      return {};
    }
    const auto next = find_signature(position_ + 1);
    if (!next) return std::unexpected(next.error());
    if (!skipped_.empty() && skipped_.back().end == position_) {
      skipped_.back().end = *next;
    } else if (skipped_.size() < kMostRegionsNoted) {
      skipped_.push_back({position_, *next});
    } else {
      unnoted_bytes_ += *next - position_;
    }
    position_ = *next;
    return {};
  }

  /// The next head, directory or end, or the end of the file.
  Result<std::uint64_t> find_signature(std::uint64_t position) {
    for (;;) {
      const auto bytes = window_.at(position, kPiece);
      if (!bytes) return std::unexpected(bytes.error());
      const std::string_view there = as_text(*bytes);
      for (std::size_t at = there.find("PK"); at != there.npos; at = there.find("PK", at + 1)) {
        const std::string_view kind = there.substr(at + 2, 2);
        if (kind == "\3\4" || kind == "\1\2" || kind == "\5\6" || kind == "\6\6") return position + at;
      }
      if (there.size() < kPiece) return size_;
      position += there.size() - (kSignatureSize - 1);
    }
  }

  Result<void> take(const ZipLocalHead& head) {
    ZipMember member;
    member.local_head = position_;
    member.method = head.method;
    member.encrypted = head.is_encrypted();
    member.crc = head.crc;
    member.packed = head.packed;
    member.unpacked = head.unpacked;
    const std::uint64_t content = position_ + head.size;
    // Extra fields that do not fit may be a damaged size of theirs, and other members lie in them.
    go_on_ = head.extra.damaged ? position_ + kZipLocalHeadSize + head.name.size() : content;
    // Tools write no descriptor for a folder even where they announce one.
    const bool is_by_head = !head.has_descriptor() || (head.name.ends_with('/') && is_empty(head));
    const bool is_listed = add(head);  // its name goes when the window moves on
    auto end = is_by_head ? end_by_head(member, content) : end_by_descriptor(member, content);
    if (!end) return std::unexpected(end.error());
    if (is_listed) finish(member, content);
    position_ = *end;
    return {};
  }

  static bool is_empty(const ZipLocalHead& head) { return head.packed == 0 && head.unpacked == 0 && head.crc == 0; }

  bool add(const ZipLocalHead& head) {
    if (head.extra.damaged) ++damaged_extras_;
    // The system that made the archive stands in the directory alone: what is not UTF-8 is read as the format says.
    constexpr std::uint8_t kUnknownSystem = 0;
    std::string_view path = zip_path(head.name, head.extra.unicode_path, head.is_utf8(), kUnknownSystem, scratch_);
    if (path.size() > limits_.name_bytes) {
      note("limit", 0, "a name within the limit", path.size(), position_);
      return false;
    }
    Entry entry;
    entry.type = path.ends_with('/') ? EntryType::folder : EntryType::file;
    entry.times = zip_times(head.extra, head.date, head.time);
    any_slash_ = any_slash_ || path.find('/') != path.npos;
    if (path.find('\\') != path.npos) backslashed_.push_back(directory_.entries.size());
    while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
    entry.container_path = directory_.paths.add(path);
    directory_.entries.push_back(entry);
    return true;
  }

  void finish(const ZipMember& member, std::uint64_t content) {
    const auto file = static_cast<std::uint32_t>(directory_.entries.size());
    directory_.entries.back().size = member.unpacked;
    directory_.salvaged.push_back(member);
    if (member.encrypted) {
      ++encrypted_;
    } else if (member.method != kStored && member.method != kDeflated) {
      ++other_methods_;
    }
    if (is_beyond_ratio(member, limits_))
      note("ratio", file, "an unpacked size in proportion to the packed", member.unpacked, member.local_head);
    if (content > size_ || member.packed > size_ - content) {
      note("truncated", file, "a member inside the archive", member.packed, member.local_head);
    } else if (member.closed) {
      note(error_code_name(*member.closed), file, "a member whose end is there and fits its sum", 0, member.local_head);
    }
  }

  // The following give the position behind the member, and set what they find out of it. Where its end is not known,
  // the scan goes on behind its head, and whatever has a head there is listed.

  Result<std::uint64_t> end_by_head(ZipMember& member, std::uint64_t content) {
    const bool is_inside = content <= size_ && member.packed <= size_ - content;
    const std::uint64_t told_end = is_inside ? content + member.packed : size_;
    if (is_inside) {
      const auto known = is_known_at(told_end);
      if (!known) return std::unexpected(known.error());
      if (*known) return told_end;
    }
    // Its size is wrong, or the archive was cut or damaged behind it.
    if (member.encrypted) return told_end;
    if (member.method == kDeflated) return end_of_doubtful_deflated(member, content, told_end);
    if (member.method != kStored) return told_end;
    if (member.packed != member.unpacked) return go_back(told_end);
    if (!is_inside) return told_end;
    const auto sum = crc_of_range(archive_, content, member.packed, work_);
    if (!sum && sum.error().code != ErrorCode::limit) return std::unexpected(sum.error());
    return !sum || *sum == member.crc ? told_end : go_back(told_end);
  }

  /// Where the work is used up, no further: the window had moved on.
  std::uint64_t go_back(std::uint64_t told_end) { return Budget::spend(work_, kGoingBack) ? go_on_ : told_end; }

  Result<std::uint64_t> end_of_doubtful_deflated(ZipMember& member, std::uint64_t content, std::uint64_t told_end) {
    const auto extent = inflate_extent(archive_, content, work_);
    if (!extent) {
      const ErrorCode code = extent.error().code;
      if (code == ErrorCode::limit || (code == ErrorCode::truncated && told_end == size_)) return told_end;
      if (code == ErrorCode::truncated || code == ErrorCode::malformed) return go_back(told_end);
      return std::unexpected(extent.error());
    }
    if (extent->crc != member.crc) return go_back(told_end);
    member.packed = extent->packed;
    member.unpacked = extent->unpacked;
    return content + extent->packed;
  }

  Result<std::uint64_t> end_by_descriptor(ZipMember& member, std::uint64_t content) {
    // Some heads tell the sizes all the same.
    if (member.packed != 0 && content <= size_ && member.packed <= size_ - content && work_ != 0) {
      const auto end = end_by_both(member, content);
      if (!end) return std::unexpected(end.error());
      if (*end != 0) return *end;
    }
    if (member.method == kDeflated && !member.encrypted) return end_by_inflating(member, content);
    const bool is_plain = member.method == kStored && !member.encrypted;
    const auto found = find_descriptor(archive_, content, is_plain, work_);
    if (!found && found.error().code != ErrorCode::limit) return std::unexpected(found.error());
    if (!found || !*found) return close(member, found ? ErrorCode::truncated : ErrorCode::limit, go_on_);
    take_extent((*found)->extent, member);
    return (*found)->end;
  }

  /// 0: they do not fit.
  Result<std::uint64_t> end_by_both(ZipMember& member, std::uint64_t content) {
    const std::uint64_t end = content + member.packed;
    const auto bytes = window_.at(end, kLongestDescriptor);
    if (!bytes) return std::unexpected(bytes.error());
    const std::uint64_t size = fitting_descriptor_size(*bytes, {member.packed, member.unpacked, member.crc});
    if (size != 0) return end + size;
    const auto known = is_known_at(end);
    if (!known) return std::unexpected(known.error());
    if (*known && member.crc != 0) return end;
    (void)Budget::spend(work_, kGoingBack);
    return 0;
  }

  Result<std::uint64_t> end_by_inflating(ZipMember& member, std::uint64_t content) {
    const auto extent = inflate_extent(archive_, content, work_);
    if (!extent) {
      if (extent.error().code == ErrorCode::io) return std::unexpected(extent.error());
      return close(member, extent.error().code, go_on_);
    }
    const std::uint64_t end = content + extent->packed;
    const auto bytes = window_.at(end, kLongestDescriptor);
    if (!bytes) return std::unexpected(bytes.error());
    if (const std::uint64_t size = fitting_descriptor_size(*bytes, *extent)) {
      take_extent(*extent, member);
      return end + size;
    }
    constexpr std::uint64_t kUsualDescriptor = 16;
    return close(member, size_ - end < kUsualDescriptor ? ErrorCode::truncated : ErrorCode::checksum, end);
  }

  static void take_extent(const MemberExtent& extent, ZipMember& member) {
    member.packed = extent.packed;
    member.unpacked = extent.unpacked;
    member.crc = extent.crc;
  }

  static std::uint64_t close(ZipMember& member, ErrorCode code, std::uint64_t end) {
    member.packed = member.unpacked = 0;
    member.closed = code;
    return end;
  }

  void note_all() {
    note("salvaged", 0, "the central directory of the ZIP", directory_.entries.size(), 0);
    if (position_ < size_) note("limit", 0, "members within the limit", directory_.entries.size(), position_);
    for (const Region& region : skipped_)
      note("skipped", 0, "members one behind another", region.end - region.begin, region.begin);
    if (unnoted_bytes_ != 0) note("skipped", 0, "fewer regions without a member", unnoted_bytes_, skipped_.back().end);
    if (encrypted_ != 0) note("locked", 0, "members without encryption", encrypted_, 0);
    if (other_methods_ != 0) note("unsupported", 0, "members stored or deflated", other_methods_, 0);
    if (damaged_extras_ != 0) note("extra_field", 0, "extra fields that fit their record", damaged_extras_, 0);
  }

  void note(std::string_view code, std::uint32_t file, std::string_view expected, std::uint64_t found,
            std::uint64_t offset) {
    directory_.problems.push_back({std::string(code), file, std::string(expected), std::to_string(found), offset});
  }

  const evidence::ByteSource& archive_;
  const Limits& limits_;
  ForwardWindow window_;
  std::uint64_t size_;
  std::uint64_t work_;
  std::uint64_t position_ = 0;
  std::uint64_t go_on_ = 0;
  ZipDirectory directory_;
  std::vector<Region> skipped_;
  std::uint64_t unnoted_bytes_ = 0;
  std::vector<std::size_t> backslashed_;
  std::string scratch_;
  bool any_slash_ = false;
  std::uint64_t encrypted_ = 0, other_methods_ = 0, damaged_extras_ = 0;
};

}  // namespace

Result<std::unique_ptr<evidence::Container>> open_zip_by_local_heads(evidence::SourcePtr archive,
                                                                     const Limits& limits) {
  auto directory = Salvage(*archive, limits).run();
  if (!directory) return std::unexpected(directory.error());
  return make_zip(std::move(archive), *std::move(directory));
}

}  // namespace exhibit::containers
