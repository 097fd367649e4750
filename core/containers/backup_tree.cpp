#include "backup_tree.h"

#include <algorithm>
#include <string>
#include <utility>

#include "file_tree.h"
#include "itunes_backup.h"

namespace exhibit::containers {
namespace {

using evidence::Entry;
using evidence::SourcePtr;

// Each looks through the whole tree, and an old manifest of no files has six bytes.
constexpr std::size_t kMostBackups = 1000;

bool is_manifest(std::string_view path) { return path.ends_with("Manifest.db") || path.ends_with("Manifest.mbdb"); }

class BackupTree final : public evidence::Container {
 public:
  BackupTree(std::unique_ptr<evidence::Container> tree, std::size_t size) : tree_(std::move(tree)), size_(size) {}

  /// Entries without blob follow those of the tree. The backup's own files were never on the phone: they get a root of
  /// their own.
  void add(std::unique_ptr<ItunesBackup> backup, std::vector<Entry>& entries) {
    const std::size_t begin = entries.size();
    backup->describe(entries);
    for (const std::size_t index : backup->bookkeeping()) {
      const std::string_view path = entries[index].container_path;
      entries[index].device_path = texts_.add({"backup:", path.substr(path.rfind('/') + 1)});
    }
    const std::vector<Entry> more = backup->take_entries_without_blob();
    entries.insert(entries.end(), more.begin(), more.end());
    backups_.push_back({std::move(backup), begin, entries.size()});
  }

  std::string_view format() const override { return "itunes_backup"; }
  std::uint64_t size() const override { return tree_->size(); }
  std::vector<Entry> take_entries() override { return {}; }

  Result<SourcePtr> open(std::size_t index, const Limits& limits) const override {
    if (index >= size_) {
      const auto after = std::ranges::upper_bound(backups_, index, {}, &Part::end);
      return after->backup->open_without_blob(index - after->begin);
    }
    auto source = tree_->open(index, limits);
    for (const Part& part : backups_) {
      if (!source) break;
      source = part.backup->open_blob(index, *std::move(source));
    }
    return source;
  }

 private:
  struct Part {
    std::unique_ptr<ItunesBackup> backup;
    std::size_t begin, end;  // of its entries without blob
  };

  std::unique_ptr<evidence::Container> tree_;
  std::size_t size_;
  std::vector<Part> backups_;
  evidence::TextArena texts_;
};

}  // namespace

std::optional<Error> open_backups(Listing& tree, const evidence::Unlocking& unlocking, const Limits& limits) {
  if (std::ranges::none_of(tree.entries, is_manifest, &Entry::container_path)) return std::nullopt;
  std::optional<Error> failure;
  std::vector<std::unique_ptr<ItunesBackup>> opened;
  const std::size_t size = tree.entries.size();
  {
    const FileTree files(*tree.container, tree.entries, limits);
    std::vector<std::string> folders = find_itunes_backups(files);
    if (folders.size() > kMostBackups) {
      tree.problems.push_back({"limit", 0, std::to_string(kMostBackups) + " iTunes backups in one tree at most",
                               std::to_string(folders.size()), 0});
      folders.resize(kMostBackups);
    }
    for (const std::string& folder : folders) {
      auto backup = open_itunes_backup(files, folder, unlocking, limits);
      if (backup) {
        opened.push_back(*std::move(backup));
        continue;
      }
      const std::string below = folder.empty() ? "" : folder + "/";
      const auto manifest =
          files.find(below + "Manifest.db").or_else([&] { return files.find(below + "Manifest.mbdb"); });
      tree.problems.push_back(
          evidence::problem_of(backup.error(), static_cast<std::uint32_t>(manifest.value_or(0) + 1)));
      if (folder.empty()) failure = backup.error();
    }
  }
  if (opened.empty()) return failure;
  auto backups = std::make_unique<BackupTree>(std::move(tree.container), size);
  for (auto& backup : opened) {
    auto problems = backup->take_problems();
    std::ranges::move(problems, std::back_inserter(tree.problems));
    backups->add(std::move(backup), tree.entries);
  }
  tree.container = std::move(backups);
  return failure;
}

}  // namespace exhibit::containers
