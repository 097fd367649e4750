#include "backup_matching.h"

#include <algorithm>

#include "backup_blob.h"
#include "backup_domain.h"
#include "base/reader.h"
#include "crypto/cipher.h"

namespace exhibit::containers {
namespace {

using evidence::Entry;
using evidence::EntryType;

constexpr std::string_view kBookkeeping[] = {"Manifest.db",         "Manifest.db-wal", "Manifest.db-shm",
                                             "Manifest.db-journal", "Manifest.plist",  "Manifest.mbdb",
                                             "Manifest.mbdx",       "Info.plist",      "Status.plist"};

bool is_hex_pair(std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  return text.size() == 2 && text.find_first_not_of(kHex) == text.npos;
}

/// "3d/3d0d...", or "3d0d..." as until iOS 9.
bool is_blob_name(std::string_view name) {
  if (name.size() == 43)
    return name[2] == '/' && name.substr(0, 2) == name.substr(3, 2) && is_backup_file_id(name.substr(3));
  return is_backup_file_id(name);
}

bool by_index(const BackupBlob& a, const BackupBlob& b) { return a.index < b.index; }

}  // namespace

BackupMatching::BackupMatching(const FileTree& tree, std::string_view folder, std::string_view manifest,
                               BackupListing& listing)
    : tree_(tree), listing_(listing), folder_(folder), manifest_(manifest) {
  if (!folder_.empty()) folder_ += '/';
  if (const auto index = tree_.find(manifest_)) manifest_number_ = static_cast<std::uint32_t>(*index + 1);
}

void BackupMatching::add(const BackupRow& row) {
  if (row.domain.size() + row.path.size() > tree_.limits().name_bytes) {
    ++too_long_.bad;
    return;
  }
  ++misnamed_.all;
  if (row.file_id != id_.of(row.domain, row.path)) ++misnamed_.bad;
  if (row.type == EntryType::other) ++untyped_.bad;
  if (row.type == EntryType::file) ++missing_.all;
  const bool may_have_blob = row.type != EntryType::folder && row.type != EntryType::symlink;
  if (const auto index = may_have_blob ? find_in_tree(row.file_id) : std::nullopt) return add_blob(row, *index);
  if (row.type == EntryType::file) ++missing_.bad;
  add_without_blob(row);
}

std::optional<std::size_t> BackupMatching::find_in_tree(std::string_view file_id) {
  if (!is_backup_file_id(file_id)) return std::nullopt;
  path_.assign(folder_).append(file_id.substr(0, 2)).append("/").append(file_id);
  auto index = tree_.find(path_);
  if (!index) {
    path_.assign(folder_).append(file_id);
    index = tree_.find(path_);
  }
  return index && tree_.entries()[*index].type == EntryType::file ? index : std::nullopt;
}

void BackupMatching::add_blob(const BackupRow& row, std::size_t index) {
  BackupBlob blob;
  blob.index = static_cast<std::uint32_t>(index);
  blob.device_path = backup_device_path(row.domain, row.path, listing_.texts);
  blob.size = row.size;
  blob.times = row.times;
  const std::uint64_t stored = tree_.entries()[index].size;
  // Without any key and as long as told, it is plain.
  blob.key = row.encryption_key.empty() && stored == row.size ? BackupBlob::kAsItLies : keep_key(row);
  listing_.blobs.push_back(blob);
  if (blob.key == BackupBlob::kAsItLies) return;
  if (stored == row.size) {
    ++plain_sizes_;
  } else if (stored % crypto::kAesBlock == 0 && plain_size_by_manifest(stored, row.size)) {
    ++sealed_sizes_;
  }
}

std::uint32_t BackupMatching::keep_key(const BackupRow& row) {
  if (row.protection_class == 0) return BackupBlob::kAsItLies;
  Reader in(row.encryption_key);
  SealedKey key;
  key.protection_class = in.u32le();
  const Bytes wrapped = in.bytes(kWrappedKeySize);
  if (!in.ok() || !in.at_end()) return BackupBlob::kNoUsableKey;
  std::ranges::copy(wrapped, key.wrapped.begin());
  listing_.keys.push_back(key);
  return static_cast<std::uint32_t>(listing_.keys.size() - 1);
}

void BackupMatching::add_without_blob(const BackupRow& row) {
  Entry entry;
  const std::string_view slash = row.path.empty() ? "" : "/";
  entry.container_path = listing_.texts.add({manifest_, "!", row.domain, slash, row.path});
  entry.device_path = backup_device_path(row.domain, row.path, listing_.texts);
  entry.type = row.type;
  entry.size = row.size;
  entry.times = row.times;
  if (row.type == EntryType::symlink)
    listing_.link_targets.emplace_back(listing_.without_blob.size(), listing_.texts.add(row.link_target));
  listing_.without_blob.push_back(entry);
}

void BackupMatching::finish(const Keybag* keybag) {
  sort_blobs();
  if (keybag == nullptr) {
    settle_plain_sizes();
  } else {
    for (BackupBlob& blob : listing_.blobs) settle_sealed_size(blob, *keybag);
  }
  look_at_folder();
  note_counts();
}

// Of rows for the same blob the first counts.
void BackupMatching::sort_blobs() {
  std::ranges::stable_sort(listing_.blobs, by_index);
  const auto same = [](const BackupBlob& a, const BackupBlob& b) { return a.index == b.index; };
  const auto rest = std::ranges::unique(listing_.blobs, same);
  for (const BackupBlob& blob : rest)
    note("duplicate_row", blob.index, "one row for the blob", "another: " + std::string(blob.device_path));
  listing_.blobs.erase(rest.begin(), rest.end());
}

void BackupMatching::settle_plain_sizes() {
  listing_.keys = {};  // decrypted copies keep theirs
  for (BackupBlob& blob : listing_.blobs) {
    const std::uint64_t stored = tree_.entries()[blob.index].size;
    ++differing_.all;
    if (blob.size != stored) ++differing_.bad;
    blob.size = stored;
    blob.key = BackupBlob::kAsItLies;
  }
}

void BackupMatching::settle_sealed_size(BackupBlob& blob, const Keybag& keybag) {
  const std::uint64_t stored = tree_.entries()[blob.index].size;
  const std::uint64_t told = blob.size;
  blob.size = stored;
  if (blob.key == BackupBlob::kAsItLies) return;
  ++keyless_.all;
  if (blob.key == BackupBlob::kNoUsableKey) {
    ++keyless_.bad;
    return;
  }
  if (!keybag.has_class(key(blob).protection_class)) {
    ++classless_.bad;
    return;
  }
  if (const std::uint64_t rest = stored % crypto::kAesBlock; rest != 0)
    note("cipher_length", blob.index, "cipher text in blocks of 16 bytes", std::to_string(rest) + " bytes too many");
  if (const auto size = plain_size_by_manifest(stored, told)) {
    blob.size = *size;
    return;
  }
  const auto size = size_by_padding(blob, keybag);
  if (!size) {
    note(error_code_name(size.error().code), blob.index, size.error().expected.view(),
         std::to_string(size.error().found));
    return;
  }
  blob.size = *size;
  note("size_differs", blob.index, "a file of " + std::to_string(told) + " bytes, as the manifest says",
       std::to_string(*size));
}

Result<std::uint64_t> BackupMatching::size_by_padding(const BackupBlob& blob, const Keybag& keybag) const {
  auto file_key = keybag.unwrap(key(blob).protection_class, key(blob).wrapped);
  if (!file_key) return std::unexpected(file_key.error());
  auto sealed = tree_.open(blob.index);
  if (!sealed) return std::unexpected(sealed.error());
  return plain_size_by_padding(*std::move(sealed), *std::move(file_key));
}

// Each entry of the tree in the backup's folder.
void BackupMatching::look_at_folder() {
  std::vector<BackupBlob> without_row;
  const auto entries = tree_.entries();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::string_view path = entries[i].container_path;
    if (!path.starts_with(folder_)) continue;
    look_at(i, path.substr(folder_.size()), without_row);
  }
  if (without_row.empty()) return;
  listing_.blobs.insert(listing_.blobs.end(), without_row.begin(), without_row.end());
  std::ranges::sort(listing_.blobs, by_index);
}

void BackupMatching::look_at(std::size_t index, std::string_view name, std::vector<BackupBlob>& without_row) {
  const Entry& entry = tree_.entries()[index];
  const bool is_folder = entry.type == EntryType::folder;
  if (std::ranges::find(kBookkeeping, name) != std::end(kBookkeeping) || (is_folder && is_hex_pair(name))) {
    listing_.bookkeeping.push_back(index);
    return;
  }
  if (entry.type != EntryType::file || !is_blob_name(name) || listing_.find_blob(index) != nullptr) return;
  BackupBlob blob;
  blob.index = static_cast<std::uint32_t>(index);
  blob.device_path = listing_.texts.add({"backup:", name});
  blob.size = entry.size;
  blob.times = entry.times;
  without_row.push_back(blob);
  note("row_missing", index, "a row of the manifest for the blob", std::string(name));
}

void BackupMatching::note_counts() {
  note_count("blob_missing", "a blob for each file of the manifest", missing_, "files");
  note_count("file_id", "names that are the SHA-1 of domain and path", misnamed_, "rows");
  untyped_.all = misnamed_.all;
  too_long_.all = misnamed_.all + too_long_.bad;
  note_count("entry_type", "a file, folder or link", untyped_, "rows");
  note_count("limit", "paths within the limit", too_long_, "rows");
  note_count("size_differs", "blobs as long as the manifest says", differing_, "blobs");
  note_count("encryption_key", "a wrapped key of 40 bytes for each file", keyless_, "files");
  classless_.all = keyless_.all;
  note_count("protection_class", "protection classes of the keybag", classless_, "files");
}

void BackupMatching::note_count(std::string_view code, std::string_view expected, const Count& count,
                                std::string_view things) {
  if (count.bad == 0) return;
  listing_.problems.push_back(
      {std::string(code), manifest_number_, std::string(expected),
       std::to_string(count.bad) + " of " + std::to_string(count.all) + " " + std::string(things), 0});
}

void BackupMatching::note(std::string_view code, std::size_t index, std::string_view expected, std::string found) {
  listing_.problems.push_back(
      {std::string(code), static_cast<std::uint32_t>(index + 1), std::string(expected), std::move(found), 0});
}

}  // namespace exhibit::containers
