#include "tar_listing.h"

#include <string>
#include <utility>

#include "tar_hard_links.h"

namespace exhibit::containers {
namespace {

using evidence::Entry;
using evidence::EntryType;

// A hostile archive may have one every 512 bytes.
constexpr std::size_t kMostProblems = 10'000;

EntryType type_of(char type) {
  switch (type) {
    case '2':
      return EntryType::symlink;
    case '5':
    case 'D':  // GNU: a folder with the list of what it held
      return EntryType::folder;
    case '3':  // character device
    case '4':  // block device
    case '6':  // FIFO
    case 'A':  // Solaris: access control list of the member that follows
    case 'E':  // Solaris: extended attributes
    case 'I':  // star: inode without content
    case 'N':  // GNU, once: a list of long names
    case 'V':  // GNU: the volume's name
      return EntryType::other;
    default:
      return EntryType::file;  // as POSIX asks for types that one does not know
  }
}

class Listing {
 public:
  Listing(const evidence::ByteSource& archive, const Limits& limits)
      : archive_(archive), limits_(limits), window_(archive), reader_(window_, limits) {}

  Result<TarListing> run() {
    const auto first = window_.at(0, kTarBlock);
    if (!first) return std::unexpected(first.error());
    if (first->empty()) return fail(ErrorCode::truncated, "the first head of a tar");
    while (!over_) {
      if (const auto passed = step(); !passed) {
        if (listing_.entries.empty()) return std::unexpected(passed.error());
        note(passed.error(), 0);
        break;
      }
    }
    if (listing_.entries.empty() && skipped_) return fail(ErrorCode::malformed, "the first head of a tar");
    for (const TarHardLink& link : resolve_hard_links(hard_links_, listing_))
      note("not_found", link.index + 1, "the member that a hard link names", std::string(link.target), link.head);
    if (unnoted_ != 0) add_problem({"limit", 0, "problems within the limit", std::to_string(unnoted_) + " more", 0});
    return std::move(listing_);
  }

 private:
  Result<void> step() {
    const auto read = reader_.step(position_);
    if (!read) return std::unexpected(read.error());
    position_ = reader_.next();
    const std::size_t file = *read == TarStep::member ? listing_.entries.size() + 1 : 0;
    for (const Error& flaw : reader_.flaws()) note(flaw, file);
    if (*read == TarStep::member) {
      add(reader_.member());
      return {};
    }
    if (*read == TarStep::broken) note(reader_.error(), 0);
    return pass_over_block();
  }

  // What is no head: zeros, the end of the archive, or damage.
  Result<void> pass_over_block() {
    const auto block = window_.at(position_, kTarBlock);
    if (!block) return std::unexpected(block.error());
    if (block->size() < kTarBlock) {
      stop_at_end(*block);
    } else if (is_zero_block(*block)) {
      ++zeros_;
      position_ += kTarBlock;
    } else if (zeros_ >= 2) {
      note_trailing();
    } else {
      return resynchronise();
    }
    return {};
  }

  // To the next head, wherever the damage began. What lies between may be the content of lost members.
  Result<void> resynchronise() {
    const std::uint64_t from = position_;
    skipped_ = true;
    for (zeros_ = 0;; position_ += kTarBlock) {
      const auto block = window_.at(position_, kTarBlock);
      if (!block) return std::unexpected(block.error());
      if (block->size() < kTarBlock) break;  // the zeros before it are the end
      if (is_tar_head(*block)) {
        zeros_ = 0;
        break;
      }
      zeros_ = is_zero_block(*block) ? zeros_ + 1 : 0;
    }
    note("malformed", 0, "a head whose sum holds", std::to_string(position_ - from) + " bytes without one", from);
    return {};
  }

  // The pass has come to the end, so even a packed stream knows its size.
  void stop_at_end(Bytes rest) {
    over_ = true;
    listing_.end = archive_.size();
    const std::string size = std::to_string(listing_.end) + " bytes";
    if (end_of_last_ > listing_.end && !listing_.entries.empty()) {
      note("truncated", listing_.entries.size(), "a member inside the archive", size, head_of_last_);
    } else if (zeros_ < 2) {
      note("truncated", 0, "two blocks of zeros at the end", size, position_);
    } else if (!is_zero_block(rest)) {
      note_trailing();
    }
  }

  void note_trailing() {
    over_ = true;
    note("trailing_bytes", 0, "the end of the archive at the end of the file", "other bytes", position_);
  }

  void add(const TarMember& member) {
    if (listing_.entries.size() >= limits_.container_members) {
      over_ = true;
      return note("limit", 0, "members within the limit", std::to_string(limits_.container_members), member.start);
    }
    // A sector of zeros, or an archive put behind another.
    if (zeros_ != 0) note("malformed", 0, "no member after blocks of zeros", "a head", member.start);
    zeros_ = 0;
    end_of_last_ = member.content + member.stored;
    if (end_of_last_ < member.content) end_of_last_ = UINT64_MAX;
    head_of_last_ = member.head;
    Entry entry;
    entry.type = type_of(member.type);
    entry.size = entry.type == EntryType::symlink ? member.link.size() : member.size;
    entry.times = member.times;
    entry.container_path = listing_.paths.add(member.path);
    listing_.entries.push_back(entry);
    listing_.members.push_back(member.start);
    check(member);
  }

  void check(const TarMember& member) {
    const std::size_t file = listing_.entries.size();
    if (is_beyond_ratio(member, limits_))
      note("ratio", file, "a size in proportion to the stored", std::to_string(member.size), member.head);
    if (member.type == 'M')
      note("unsupported", file, "a file that began in this archive", "the rest of one", member.head);
    if (member.type == '1' && member.stored == 0)
      hard_links_.push_back({file - 1, member.head, listing_.paths.add(member.link)});
  }

  void note(const Error& error, std::size_t file) {
    note(error_code_name(error.code), file, error.expected.view(), std::to_string(error.found), error.where.offset);
  }

  void note(std::string_view code, std::size_t file, std::string_view expected, std::string found,
            std::uint64_t offset) {
    if (listing_.problems.size() >= kMostProblems) {
      ++unnoted_;
      return;
    }
    add_problem({std::string(code), static_cast<std::uint32_t>(file), std::string(expected), std::move(found), offset});
  }

  void add_problem(evidence::Problem problem) { listing_.problems.push_back(std::move(problem)); }

  const evidence::ByteSource& archive_;
  const Limits& limits_;
  ForwardWindow window_;
  TarMemberReader reader_;
  TarListing listing_;
  std::vector<TarHardLink> hard_links_;
  std::uint64_t position_ = 0;
  std::uint64_t zeros_ = 0;  // blocks of them before position_
  std::uint64_t end_of_last_ = 0, head_of_last_ = 0;
  std::uint64_t unnoted_ = 0;
  bool over_ = false;
  bool skipped_ = false;
};

}  // namespace

bool is_beyond_ratio(const TarMember& member, const Limits& limits) {
  if (member.size < limits.member_ratio_from) return false;
  return member.size / limits.member_ratio > member.stored;
}

Result<TarListing> list_tar(const evidence::ByteSource& archive, const Limits& limits) {
  return Listing(archive, limits).run();
}

}  // namespace exhibit::containers
