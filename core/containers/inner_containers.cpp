#include "inner_containers.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "backup_tree.h"
#include "container_name.h"

namespace exhibit::containers {
namespace {

using evidence::Entry;
using evidence::EntryType;

// In a tree of more files names decide which are looked into: reading the start of each may mean unpacking all of it.
constexpr std::size_t kLookIntoAll = 1000;
// Archives may hold each other many times over, so that a few bytes become more containers than anybody could open.
constexpr std::uint32_t kMostInside = 10'000;
// An inner container above this size is read where it lies, so that many of them are not all in memory.
constexpr std::uint64_t kReadWhole = 1 << 20;
// An Android backup without files.
constexpr std::uint64_t kSmallest = 24;

constexpr std::array<std::string_view, 14> kSuffixes = {".zip", ".tar", ".gz",  ".tgz", ".zst",  ".tzst",   ".xz",
                                                        ".txz", ".bz2", ".tbz", ".ab",  ".tbz2", ".backup", ".clbx"};

bool has_phone(const std::vector<Entry>& entries) {
  return std::ranges::any_of(entries, [](const Entry& entry) {
    return !entry.device_path.empty() && !entry.device_path.starts_with("system:");
  });
}

struct Inner {
  Listing listing;
  std::string path;  // of the file that it lies in, from the listing in which it was looked for
};

class Search {
 public:
  Search(const Opening& opening, evidence::TextArena& texts) : opening_(opening), texts_(texts) {
    file_limits_.large_member_bytes = std::min(file_limits_.large_member_bytes, kReadWhole);
  }

  /// Innermost last. What cannot be opened is a problem of the listing.
  std::vector<Inner> look(const evidence::Container& container, const std::vector<Entry>& entries,
                          std::vector<evidence::Problem>& problems, std::uint32_t depth) {
    std::vector<Inner> found;
    if (has_phone(entries)) return found;
    const bool looks_into_all = entries.size() <= kLookIntoAll;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (!is_candidate(entries[i], looks_into_all)) continue;
      if (depth > 1 && inside_++ >= kMostInside) {
        note({ErrorCode::limit, "files inside of inner containers within the limit", kMostInside, {}}, i, problems);
        break;
      }
      auto opened = open_entry(container, i, entries[i], depth);
      if (!opened) {
        if (opened.error().code != ErrorCode::unsupported) note(opened.error(), i, problems);
        continue;
      }
      take(*std::move(opened), std::string(entries[i].container_path), depth, found);
    }
    return found;
  }

 private:
  static bool is_candidate(const Entry& entry, bool looks_into_all) {
    if (entry.type != EntryType::file || entry.size < kSmallest) return false;
    return looks_into_all || std::ranges::any_of(kSuffixes, [&](std::string_view suffix) {
             return entry.container_path.ends_with(suffix);
           });
  }

  // `unsupported`: no container.
  Result<Listing> open_entry(const evidence::Container& container, std::size_t index, const Entry& entry,
                             std::uint32_t depth) {
    const auto file = container.open(index, file_limits_);
    if (!file) return std::unexpected(file.error());
    const auto head = read_head(**file);
    if (!head) return std::unexpected(head.error());
    if (!may_be_archive(*head)) return fail(ErrorCode::unsupported, "a container");
    if (depth >= opening_.limits.container_depth)
      return fail(ErrorCode::limit, "containers inside each other within the limit", depth);
    std::string detail;
    return open_archive(*file, entry.container_path, opening_, detail);
  }

  void take(Listing listing, std::string path, std::uint32_t depth, std::vector<Inner>& found) {
    const bool is_whole = !settle(listing, opening_, texts_);
    std::vector<Inner> deeper = look(*listing.container, listing.entries, listing.problems, depth + 1);
    if (is_whole && deeper.empty() && listing.problems.empty() && !has_phone(listing.entries)) return;
    for (Inner& inner : deeper) inner.path = path + '!' + inner.path;
    found.push_back({std::move(listing), std::move(path)});
    std::ranges::move(deeper, std::back_inserter(found));
  }

  static void note(const Error& error, std::size_t index, std::vector<evidence::Problem>& problems) {
    problems.push_back(evidence::problem_of(error, static_cast<std::uint32_t>(index + 1)));
  }

  const Opening& opening_;
  evidence::TextArena& texts_;
  Limits file_limits_ = opening_.limits;
  std::uint32_t inside_ = 0;  // files looked into that lie in inner containers
};

}  // namespace

std::optional<Error> settle(Listing& listing, const Opening& opening, evidence::TextArena& texts) {
  const auto failure = open_backups(listing, opening.unlocking, opening.limits);
  evidence::name_entries(
      *listing.container, listing.entries, texts, opening.limits,
      [&](Bytes plist) { return read_container_name(plist, opening.limits); }, listing.problems);
  return failure;
}

void open_inner_containers(Layers& layers, const Opening& opening) {
  std::vector<evidence::Problem> problems;
  Search search(opening, layers.texts());
  auto found = search.look(layers, layers.entries(), problems, 1);
  for (evidence::Problem& problem : problems) layers.note(std::move(problem));
  for (Inner& inner : found) layers.add(std::move(inner.listing), inner.path);
}

}  // namespace exhibit::containers
