// Puts the rows of a manifest together with the blobs of the tree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backup_file_id.h"
#include "backup_listing.h"
#include "backup_row.h"
#include "file_tree.h"
#include "keybag.h"

namespace exhibit::containers {

class BackupMatching {
 public:
  /// `manifest` is the path of the manifest in the tree. The tree must outlive this, and not the listing.
  BackupMatching(const FileTree& tree, std::string_view folder, std::string_view manifest, BackupListing& listing);

  void add(const BackupRow& row);

  /// For backups before iOS 10.2, whose manifest is plain in any case: more blobs are as long as cipher text of their
  /// files would be than as long as the files.
  bool looks_sealed() const { return sealed_sizes_ > 0 && sealed_sizes_ >= plain_sizes_; }

  /// After the last row. `keybag` is that of an encrypted backup, unlocked, or null.
  void finish(const Keybag* keybag);

 private:
  struct Count {
    std::uint64_t bad = 0, all = 0;
  };

  std::optional<std::size_t> find_in_tree(std::string_view file_id);
  void add_blob(const BackupRow& row, std::size_t index);
  void add_without_blob(const BackupRow& row);
  std::uint32_t keep_key(const BackupRow& row);
  void sort_blobs();
  void look_at_folder();
  void look_at(std::size_t index, std::string_view name, std::vector<BackupBlob>& without_row);
  void settle_plain_sizes();
  void settle_sealed_size(BackupBlob& blob, const Keybag& keybag);
  Result<std::uint64_t> size_by_padding(const BackupBlob& blob, const Keybag& keybag) const;
  const SealedKey& key(const BackupBlob& blob) const { return listing_.keys[blob.key]; }
  void note_counts();
  void note_count(std::string_view code, std::string_view expected, const Count& count, std::string_view things);
  void note(std::string_view code, std::size_t index, std::string_view expected, std::string found);

  const FileTree& tree_;
  BackupListing& listing_;
  std::string folder_;  // with its '/', or empty
  std::string manifest_;
  std::uint32_t manifest_number_ = 0;
  BackupFileId id_;
  std::string path_;

  std::uint64_t sealed_sizes_ = 0, plain_sizes_ = 0;
  Count missing_, misnamed_, too_long_, untyped_, differing_, keyless_, classless_;
};

}  // namespace exhibit::containers
