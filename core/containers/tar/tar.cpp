#include "tar.h"

#include <algorithm>
#include <string>
#include <utility>

#include "source_window.h"
#include "tar_head.h"
#include "tar_listing.h"
#include "tar_member.h"
#include "tar_sparse.h"

namespace exhibit::containers {
namespace {

using evidence::SourcePtr;

class Tar final : public evidence::Container {
 public:
  Tar(SourcePtr archive, std::string_view format, TarListing listing)
      : archive_(std::move(archive)), format_(format), listing_(std::move(listing)) {}

  std::string_view format() const override { return format_; }
  std::uint64_t size() const override { return archive_->size(); }
  std::vector<evidence::Entry> take_entries() override { return std::move(listing_.entries); }
  std::vector<evidence::Problem> take_problems() override { return std::move(listing_.problems); }

  Result<SourcePtr> open(std::size_t index, const Limits& limits) const override {
    const std::uint64_t start = listing_.members[index];
    if (start == TarListing::kNoTarget) return fail(ErrorCode::not_found, "the member that a hard link names");
    ForwardWindow window(*archive_);
    TarMemberReader reader(window, limits);
    const auto read = reader.step(start);
    if (!read) return std::unexpected(read.error());
    if (*read != TarStep::member) return fail(ErrorCode::malformed, "the head of the member", 0, {0, start});
    const TarMember& member = reader.member();
    if (member.type == '2') return evidence::make_source({member.link.begin(), member.link.end()});
    if (is_beyond_ratio(member, limits))
      return fail(ErrorCode::limit, "a size in proportion to the stored", member.size, {0, member.head});
    if (member.content > listing_.end || member.stored > listing_.end - member.content)
      return fail(ErrorCode::truncated, "a member inside the archive", listing_.end, {0, member.head});
    return member.sparse == TarSparse::no ? open_plain(member, limits) : open_with_holes(member, window);
  }

 private:
  Result<SourcePtr> open_plain(const TarMember& member, const Limits& limits) const {
    auto window = std::make_shared<SourceWindow>(archive_, member.content, member.stored);
    if (member.stored > limits.large_member_bytes) return window;
    std::vector<std::uint8_t> bytes(member.stored);
    if (const auto count = window->read_at(0, bytes); !count) return std::unexpected(count.error());
    return evidence::make_source(std::move(bytes));
  }

  Result<SourcePtr> open_with_holes(const TarMember& member, ForwardWindow& window) const {
    const Where where{0, member.head};
    std::uint64_t content = member.content;
    const auto map = read_map(member, window, content);
    if (!map) return std::unexpected(map.error());
    const std::uint64_t stored = member.stored - (content - member.content);
    return open_sparse(std::make_shared<SourceWindow>(archive_, content, stored), *map, member.size, where);
  }

  static Result<SparseMap> read_map(const TarMember& member, ForwardWindow& window, std::uint64_t& content) {
    const Where where{0, member.head};
    if (member.sparse == TarSparse::pax_numbers) return sparse_map(member.sparse_numbers, where);
    if (member.sparse == TarSparse::pax_lines) return read_sparse_lines(window, content, member.stored);
    const auto head = window.at(member.head, kTarBlock);
    if (!head) return std::unexpected(head.error());
    if (!is_tar_head(*head)) return fail(ErrorCode::malformed, "the head of the member", 0, where);
    const std::vector<std::uint8_t> copy(head->begin(), head->end());
    auto sparse = read_gnu_sparse(copy, window, member.head + kTarBlock, true);
    if (!sparse) return std::unexpected(sparse.error());
    return std::move(sparse->map);
  }

  SourcePtr archive_;
  std::string format_;
  TarListing listing_;
};

}  // namespace

bool is_tar(Bytes first_block) {
  return is_tar_head(first_block.first(std::min<std::size_t>(first_block.size(), kTarBlock)));
}

Result<std::unique_ptr<evidence::Container>> open_tar(SourcePtr archive, std::string_view format,
                                                      const Limits& limits) {
  auto listing = list_tar(*archive, limits);
  if (!listing) return std::unexpected(listing.error());
  return std::make_unique<Tar>(std::move(archive), format, *std::move(listing));
}

}  // namespace exhibit::containers
