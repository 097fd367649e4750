// An iTunes or Finder backup: a folder of blobs named by hash, and a manifest that says what they were on the phone.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "evidence/evidence.h"
#include "evidence/secrets.h"
#include "evidence/text_arena.h"
#include "file_tree.h"

namespace exhibit::containers {

/// The folders ("" is the root, else without a '/' at the end) in which a backup lies: Manifest.db or Manifest.mbdb,
/// and beside it another of the backup's files or a blob. Ascending.
std::vector<std::string> find_itunes_backups(const FileTree& tree);

/// What the manifest says about the tree's own entries and about files that the tree lacks.
class ItunesBackup {
 public:
  virtual ~ItunesBackup() = default;

  /// Says what became of each entry of the tree that lies in the backup's folder: sets device path, type, size (of the
  /// plain file) and times in `entries`, which are the tree's own, index by index. What is a backup's bookkeeping
  /// (manifests) keeps an empty device path and is told by is_bookkeeping. The texts live as long as the backup.
  virtual void describe(std::vector<evidence::Entry>& entries) const = 0;

  /// Indexes of entries that are the backup's own bookkeeping: they were never on the phone.
  virtual std::vector<std::size_t> bookkeeping() const = 0;

  /// Rows of the manifest without a blob: folders, links, and files that are missing. Their container path is that of
  /// the manifest and the name in it: "Manifest.db!HomeDomain/Library/x".
  virtual std::vector<evidence::Entry> take_entries_without_blob() = 0;

  /// The plain content of blob `index` of the tree, decrypted as it is read, cut to the manifest's size. `sealed` is
  /// the blob as it lies in the tree.
  virtual Result<evidence::SourcePtr> open_blob(std::size_t index, evidence::SourcePtr sealed) const = 0;
  /// Entry `index` of take_entries_without_blob(): a link's target; not_found of a file.
  virtual Result<evidence::SourcePtr> open_without_blob(std::size_t index) const = 0;

  virtual bool is_encrypted() const = 0;
  /// Problem::file is an index of the tree + 1, or 0.
  virtual std::vector<evidence::Problem> take_problems() = 0;
};

/// `locked` without a password that fits; a manifest that cannot be read is an error, everything below it a problem.
Result<std::unique_ptr<ItunesBackup>> open_itunes_backup(const FileTree& tree, std::string_view folder,
                                                         const evidence::Unlocking& unlocking, const Limits& limits);

}  // namespace exhibit::containers
