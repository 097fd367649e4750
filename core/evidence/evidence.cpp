#include "evidence/evidence.h"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

#include "base/unicode.h"
#include "entry_order.h"

namespace exhibit::evidence {
namespace {

// A container's metadata is below 1 KiB on the phones seen.
constexpr std::uint64_t kLargestMetadata = 1 << 20;
constexpr std::size_t kHashBlock = 1 << 20;

bool is_path_before(const Entry& entry, std::string_view path) { return entry.container_path < path; }

/// "Library/SMS/sms.db" of "home:Library/SMS/sms.db", "db/x.db" of "app:org.example/db/x.db".
std::string_view below_root(std::string_view device_path) {
  const bool has_id = device_path.starts_with("app:") || device_path.starts_with("group:");
  return device_path.substr(device_path.find(has_id ? '/' : ':') + 1);  // npos + 1 is 0
}

std::size_t hash_of(std::string_view text) { return std::hash<std::string_view>{}(text); }

Result<std::string> read_container_name(const Container& container, std::size_t index, const Limits& limits,
                                        const ContainerNameReader& read_name) {
  const auto source = container.open(index, limits);
  if (!source) return std::unexpected(source.error());
  std::vector<std::uint8_t> buffer;
  const auto bytes = read_all(**source, buffer);
  if (!bytes) return std::unexpected(bytes.error());
  return read_name(*bytes);
}

}  // namespace

Problem problem_of(const Error& error, std::uint32_t file) {
  return {std::string(error_code_name(error.code)), file, std::string(error.expected.view()),
          std::to_string(error.found), error.where.offset};
}

void name_entries(const Container& container, std::vector<Entry>& entries, TextArena& texts, const Limits& limits,
                  const ContainerNameReader& read_name, std::vector<Problem>& problems) {
  ContainerNames names;
  for (std::uint32_t i = 0; read_name && i < entries.size(); ++i) {
    if (!entries[i].device_path.empty()) continue;
    const auto folder = container_of_metadata(entries[i].container_path);
    if (!folder || entries[i].type != EntryType::file || entries[i].size > kLargestMetadata) continue;
    auto name = read_container_name(container, i, limits, read_name);
    if (!name) {
      problems.push_back(problem_of(name.error(), i + 1));
    } else if (!name->empty()) {
      names.insert_or_assign(std::string(*folder), *std::move(name));
    }
  }
  assign_device_paths(entries, texts, names);
}

Evidence::Evidence(std::string path, std::unique_ptr<Container> container, const Limits& limits,
                   const ContainerNameReader& read_name)
    : path_(std::move(path)), limits_(limits), container_(std::move(container)), entries_(container_->take_entries()) {
  problems_ = container_->take_problems();
  // Before sorting: the paths still lie in memory in the order in which they are read.
  name_entries(*container_, entries_, device_paths_, limits_, read_name, problems_);
  index_ = sort_by_path(entries_);
  mark_folders();
  number_problems();
  note_duplicates();
}

Evidence::~Evidence() = default;

std::string_view Evidence::format() const { return container_->format(); }

std::uint64_t Evidence::container_size() const { return container_->size(); }

// Problems so far are numbered in the container's order, and come in the order in which it found them.
void Evidence::number_problems() {
  std::vector<std::uint32_t> number;
  for (Problem& problem : problems_) {
    if (problem.file == 0) continue;
    if (number.empty()) {
      number.resize(index_.size());
      for (std::uint32_t i = 0; i < index_.size(); ++i) number[index_[i]] = i + 1;
    }
    problem.file = number[problem.file - 1];
  }
  std::ranges::sort(problems_, {}, [](const Problem& problem) {
    return std::tie(problem.file, problem.code, problem.offset, problem.expected, problem.found);
  });
}

// Some tools write a folder as an empty member without a '/' at its end: it is one if other entries lie in it.
void Evidence::mark_folders() {
  std::string inside;
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->type != EntryType::file || entry->size != 0) continue;
    const auto next = std::next(entry);
    if (next == entries_.end() || !next->container_path.starts_with(entry->container_path)) continue;
    inside.assign(entry->container_path).push_back('/');
    const auto found = std::lower_bound(next, entries_.end(), std::string_view(inside), is_path_before);
    if (found != entries_.end() && found->container_path.starts_with(inside)) entry->type = EntryType::folder;
  }
}

void Evidence::note_duplicates() {
  for (std::size_t begin = 0; begin < entries_.size();) {
    std::size_t end = begin + 1;
    while (end < entries_.size() && entries_[end].container_path == entries_[begin].container_path) ++end;
    if (end - begin > 1) {
      // The last is what other tools show.
      problems_.push_back({"duplicate_name", static_cast<std::uint32_t>(end), "one entry with this path",
                           std::to_string(end - begin), 0});
    }
    begin = end;
  }
}

std::uint32_t Evidence::find_container_path(std::string_view path) const {
  const auto after = std::upper_bound(entries_.begin(), entries_.end(), path,
                                      [](std::string_view p, const Entry& entry) { return p < entry.container_path; });
  if (after == entries_.begin() || std::prev(after)->container_path != path) return 0;
  return static_cast<std::uint32_t>(after - entries_.begin());
}

void Evidence::build_device_index() const {
  device_slot_.assign(std::bit_ceil(entries_.size() + 1), 0);
  device_next_.assign(entries_.size() + 1, 0);
  // From the last to the first: a slot's chain then ascends.
  for (auto number = static_cast<std::uint32_t>(entries_.size()); number > 0; --number) {
    if (entry(number).device_path.empty()) continue;
    std::uint32_t& slot = device_slot_[hash_of(entry(number).device_path) & (device_slot_.size() - 1)];
    device_next_[number] = slot;
    slot = number;
  }
}

std::vector<std::uint32_t> Evidence::find_device_path(std::string_view path) const {
  std::call_once(device_index_built_, [this] { build_device_index(); });
  std::vector<std::uint32_t> found;
  std::uint32_t number = device_slot_[hash_of(path) & (device_slot_.size() - 1)];
  for (; number != 0; number = device_next_[number]) {
    if (entry(number).device_path == path && !path.empty()) found.push_back(number);
  }
  return found;
}

std::uint32_t Evidence::find_kept_beside(std::uint32_t number, std::string_view device_path) const {
  const Entry& file = entry(number);
  if (file.container_path.ends_with(below_root(file.device_path))) return 0;
  std::uint32_t closest = 0;
  std::ptrdiff_t longest = -1;
  for (const std::uint32_t found : find_device_path(device_path)) {
    const std::string_view path = entry(found).container_path;
    if (entry(found).device_user != file.device_user) continue;
    const std::ptrdiff_t shared = std::ranges::mismatch(path, file.container_path).in1 - path.begin();
    if (shared <= longest) continue;
    longest = shared;
    closest = found;
  }
  return closest;
}

Result<SourcePtr> Evidence::open(std::uint32_t number) const {
  if (number == 0 || number > entries_.size()) return fail(ErrorCode::not_found, "an entry's number", number);
  if (entry(number).type != EntryType::file && entry(number).type != EntryType::symlink)
    return fail(ErrorCode::unsupported, "a file or a link", static_cast<std::uint64_t>(entry(number).type),
                {number, 0});
  auto source = container_->open(index_[number - 1], limits_);
  if (!source) source.error().where.file = number;
  return source;
}

crypto::Sha256Digest Evidence::fingerprint() const {
  crypto::Sha256 sum;
  std::string line;
  for (const Entry& entry : entries_) {
    line.assign(entry.container_path).push_back('\t');
    line.append(std::to_string(entry.size)).push_back('\t');
    if (entry.times.modified_us) line.append(std::to_string(*entry.times.modified_us));
    line.push_back('\n');
    sum.update(as_bytes(line));
  }
  return sum.finish();
}

Result<crypto::Sha256Digest> hash(const ByteSource& source, const Cancel* cancel) {
  crypto::Sha256 sum;
  if (const auto view = source.view()) {
    for (std::size_t done = 0; done < view->size(); done += kHashBlock) {
      if (cancel != nullptr && cancel->requested()) return fail(ErrorCode::cancelled, "a run to its end", done);
      sum.update(view->subspan(done, std::min(kHashBlock, view->size() - done)));
    }
    return sum.finish();
  }
  std::vector<std::uint8_t> block(std::min<std::uint64_t>(kHashBlock, source.size()));
  for (std::uint64_t done = 0; done < source.size();) {
    if (cancel != nullptr && cancel->requested()) return fail(ErrorCode::cancelled, "a run to its end", done);
    const auto count = source.read_at(done, block);
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return fail(ErrorCode::truncated, "as many bytes as the source's size", done, {0, done});
    sum.update(std::span(block).first(*count));
    done += *count;
  }
  return sum.finish();
}

}  // namespace exhibit::evidence
