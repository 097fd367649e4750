#include "tar_member.h"

#include <algorithm>

#include "tar_sparse.h"

namespace exhibit::containers {
namespace {

constexpr std::uint64_t kLongestRecords = 1 << 20;
// Of one member: a hostile one may have a damaged extension every 512 bytes.
constexpr std::size_t kMostFlaws = 100;

// 'X' is Solaris' own 'x'.
bool is_extension(char type) { return type == 'x' || type == 'X' || type == 'g' || type == 'L' || type == 'K'; }

// GNU closes a long name with a NUL, and counts it.
std::string_view without_nuls(std::string_view text) {
  while (text.ends_with('\0')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<TarStep> TarMemberReader::step(std::uint64_t start) {
  begin(start);
  bool announced = false;
  for (std::uint64_t position = start;;) {
    const auto block = window_.at(position, kTarBlock);
    if (!block) return std::unexpected(block.error());
    if (!is_tar_head(*block)) {
      next_ = position;
      const bool cut = block->size() < kTarBlock;
      error_ = {cut ? ErrorCode::truncated : ErrorCode::malformed,
                "a member after the heads that extend it",
                0,
                {0, position}};
      return announced ? TarStep::broken : TarStep::none;
    }
    std::ranges::copy(*block, block_.begin());
    const TarHead head = read_tar_head(block_);
    if (!is_extension(head.type)) {
      finish(head, position);
      next_ = member_.end();
      return TarStep::member;
    }
    read_extension(head, position + kTarBlock);
    announced = announced || head.type != 'g';
    position = tar_end(position + kTarBlock, head.size.value_or(0));
  }
}

void TarMemberReader::begin(std::uint64_t start) {
  member_.start = start;
  member_.link.clear();
  member_.sparse_numbers.clear();
  member_.times = {};
  flaws_.clear();
  pax_ = {};
  long_name_.clear();
  long_link_.clear();
}

void TarMemberReader::read_extension(const TarHead& head, std::uint64_t content) {
  const std::uint64_t at = content - kTarBlock;
  const bool name = head.type == 'L' || head.type == 'K';
  const std::uint64_t longest = name ? limits_.name_bytes + 1 : kLongestRecords;
  if (!head.size) return flaw(ErrorCode::malformed, "the size of an extended head", 0, at);
  if (*head.size > longest) return flaw(ErrorCode::limit, "an extended head within the limit", *head.size, at);
  const auto body = window_.at(content, *head.size);
  if (!body) return flaw(body.error());
  if (body->size() < *head.size) return flaw(ErrorCode::truncated, "the end of an extended head", body->size(), at);
  if (!name) return read_records(*body, head.type == 'g', {0, content});
  (head.type == 'L' ? long_name_ : long_link_) = without_nuls(as_text(*body));
}

// All members of one path or one size are what no tool means, so of the records for all only times are taken.
void TarMemberReader::read_records(Bytes body, bool global, Where where) {
  PaxRecords records = read_pax_records(body, limits_.name_bytes, where);
  if (records.flaw) flaw(*records.flaw);
  if (!global) {
    pax_ = std::move(records);
    return;
  }
  if (records.path || records.link || records.size || records.sparse)
    flaw(ErrorCode::unsupported, "a path or size for one member, not for all", 0, where.offset);
  if (records.modified_us) globals_.modified_us = records.modified_us;
  if (records.accessed_us) globals_.accessed_us = records.accessed_us;
  if (records.changed_us) globals_.changed_us = records.changed_us;
  if (records.created_us) globals_.created_us = records.created_us;
}

void TarMemberReader::finish(const TarHead& head, std::uint64_t position) {
  member_.head = position;
  member_.content = position + kTarBlock;
  member_.type = head.type == '\0' ? '0' : head.type;
  const bool may_be_blank = member_.type >= '1' && member_.type <= '6';
  if (!pax_.size && !head.size && !may_be_blank) flaw(ErrorCode::malformed, "the size of a member", 0, position);
  member_.stored = pax_.size.value_or(head.size.value_or(0));
  member_.size = member_.stored;
  if (pax_.link) {
    member_.link = *pax_.link;
  } else {
    member_.link = long_link_.empty() ? head.link : long_link_;
  }
  set_path(head);
  set_times(head);
  set_sparse();
  drop_absent_content();
}

void TarMemberReader::set_path(const TarHead& head) {
  std::string& path = member_.path;
  if (pax_.sparse_name) {
    path = *pax_.sparse_name;
  } else if (pax_.path) {
    path = *pax_.path;
  } else if (!long_name_.empty()) {
    path = long_name_;
  } else {
    path = head.prefix;
    if (!head.prefix.empty()) path += '/';
    path += head.name;
  }
  // Before there was a type for them, folders were files with a '/' at the end.
  if (member_.type == '0' && path.ends_with('/')) member_.type = '5';
  if (member_.type != '5' && member_.type != 'D') return;
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
}

void TarMemberReader::set_times(const TarHead& head) {
  const auto choose = [](const PaxTime& own, const PaxTime& global, std::optional<std::int64_t> in_head) {
    if (own) return *own;
    return global ? *global : in_head;
  };
  evidence::EntryTimes& times = member_.times;
  times.modified_us = choose(pax_.modified_us, globals_.modified_us, head.modified_us);
  times.accessed_us = choose(pax_.accessed_us, globals_.accessed_us, head.accessed_us);
  times.changed_us = choose(pax_.changed_us, globals_.changed_us, head.changed_us);
  times.created_us = choose(pax_.created_us, globals_.created_us, std::nullopt);
}

void TarMemberReader::set_sparse() {
  member_.sparse = TarSparse::no;
  if (member_.type == 'S') {
    const auto sparse = read_gnu_sparse(block_, window_, member_.content, false);
    if (!sparse) return flaw(sparse.error());
    member_.sparse = TarSparse::gnu;
    member_.size = sparse->size;
    member_.content = sparse->content;
  } else if (pax_.sparse && member_.type == '0') {
    if (!pax_.sparse_size) return flaw(ErrorCode::malformed, "the real size of a sparse file", 0, member_.start);
    member_.sparse = pax_.sparse_map_in_content ? TarSparse::pax_lines : TarSparse::pax_numbers;
    member_.size = *pax_.sparse_size;
    member_.sparse_numbers = std::move(pax_.sparse_numbers);
  }
}

// Links, devices and folders have no content, yet some tools write the size of what they stand for. Whether bytes
// follow is seen from what lies there: a head, or the zeros of the end.
void TarMemberReader::drop_absent_content() {
  if (member_.stored == 0 || member_.type < '1' || member_.type > '6') return;
  const auto block = window_.at(member_.content, kTarBlock);
  if (block && block->size() == kTarBlock && !is_tar_head(*block) && !is_zero_block(*block)) return;
  member_.stored = member_.size = 0;
}

void TarMemberReader::flaw(ErrorCode code, Literal expected, std::uint64_t found, std::uint64_t offset) {
  flaw({code, expected, found, {0, offset}});
}

void TarMemberReader::flaw(const Error& error) {
  if (flaws_.size() < kMostFlaws) {
    flaws_.push_back(error);
  } else if (flaws_.size() == kMostFlaws) {
    flaws_.push_back({ErrorCode::limit, "flaws of one member within the limit", kMostFlaws, error.where});
  }
}

}  // namespace exhibit::containers
