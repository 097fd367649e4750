#include "itunes_backup.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "backup_blob.h"
#include "backup_file_id.h"
#include "backup_listing.h"
#include "backup_matching.h"
#include "backup_plists.h"
#include "base/reader.h"
#include "keybag.h"
#include "manifest_db.h"
#include "manifest_mbdb.h"

namespace exhibit::containers {
namespace {

using evidence::Entry;
using evidence::EntryType;
using evidence::SourcePtr;

constexpr std::size_t kSqliteMagic = 16;

class OpenedBackup final : public ItunesBackup {
 public:
  void describe(std::vector<Entry>& entries) const override {
    for (const BackupBlob& blob : listing.blobs) {
      Entry& entry = entries[blob.index];
      entry.device_path = blob.device_path;
      entry.type = EntryType::file;
      entry.size = blob.size;
      entry.times = blob.times;
    }
  }

  std::vector<std::size_t> bookkeeping() const override { return listing.bookkeeping; }
  std::vector<Entry> take_entries_without_blob() override { return std::move(listing.without_blob); }

  Result<SourcePtr> open_blob(std::size_t index, SourcePtr sealed) const override {
    const BackupBlob* blob = listing.find_blob(index);
    if (blob == nullptr || blob->key == BackupBlob::kAsItLies) return sealed;
    if (blob->key == BackupBlob::kNoUsableKey) return fail(ErrorCode::locked, "a wrapped key of 40 bytes");
    const SealedKey& wrapped = listing.keys[blob->key];
    auto key = keybag->unwrap(wrapped.protection_class, wrapped.wrapped);
    if (!key) return std::unexpected(key.error());
    return open_sealed_blob(std::move(sealed), *std::move(key), blob->size);
  }

  Result<SourcePtr> open_without_blob(std::size_t index) const override {
    const auto target = listing.link_target(index);
    if (!target) return fail(ErrorCode::not_found, "a blob of the file");
    const Bytes bytes = as_bytes(*target);
    return evidence::make_source({bytes.begin(), bytes.end()});
  }

  bool is_encrypted() const override { return keybag != nullptr; }
  std::vector<evidence::Problem> take_problems() override { return std::move(listing.problems); }

  BackupListing listing;
  std::unique_ptr<Keybag> keybag;  // of an encrypted backup, unlocked
};

class Opening {
 public:
  Opening(const FileTree& tree, std::string_view folder, const evidence::Unlocking& unlocking, const Limits& limits)
      : tree_(tree), folder_(folder), unlocking_(unlocking), limits_(limits) {}

  Result<std::unique_ptr<ItunesBackup>> run() {
    manifest_path_ = path_in_backup(folder_, "Manifest.db");
    auto manifest = tree_.find(manifest_path_);
    const bool is_database = manifest.has_value();
    if (!manifest) {
      manifest_path_ = path_in_backup(folder_, "Manifest.mbdb");
      manifest = tree_.find(manifest_path_);
    }
    if (!manifest) return fail(ErrorCode::not_found, "Manifest.db or Manifest.mbdb");
    manifest_number_ = static_cast<std::uint32_t>(*manifest + 1);

    backup_ = std::make_unique<OpenedBackup>();
    matching_ = std::make_unique<BackupMatching>(tree_, folder_, manifest_path_, backup_->listing);
    plists_ = read_backup_plists(tree_, folder_, backup_->listing.problems);
    const auto read = is_database ? read_database(*manifest) : read_mbdb(*manifest);
    if (!read) return std::unexpected(read.error());
    if (const auto opened = unlock_old_form(); !opened) return std::unexpected(opened.error());
    matching_->finish(backup_->keybag.get());
    return std::move(backup_);
  }

 private:
  Result<void> read_database(std::size_t manifest) {
    auto source = tree_.open(manifest);
    if (!source) return std::unexpected(source.error());
    sqlite::DatabaseFiles files;
    auto plain = plain_manifest(*std::move(source));
    if (!plain) return std::unexpected(plain.error());
    files.main = *std::move(plain);
    for (const auto& [name, file] : {std::pair("-wal", &files.wal), std::pair("-journal", &files.journal)}) {
      const auto beside = tree_.find(manifest_path_ + name);
      if (!beside) continue;
      auto opened = tree_.open(*beside);
      if (!opened) return std::unexpected(opened.error());
      *file = *std::move(opened);
    }
    return read_manifest_db(std::move(files), manifest_number_, unlocking_.cancel, limits_, sink(),
                            backup_->listing.problems);
  }

  Result<void> read_mbdb(std::size_t manifest) {
    const auto source = tree_.open(manifest);
    if (!source) return std::unexpected(source.error());
    std::vector<std::uint8_t> buffer;
    const auto bytes = read_all(**source, buffer);
    if (!bytes) return std::unexpected(bytes.error());
    return read_manifest_mbdb(*bytes, manifest_number_, limits_, sink(), backup_->listing.problems);
  }

  BackupRowSink sink() {
    return [this](const BackupRow& row) { matching_->add(row); };
  }

  // Only a manifest that needs a key says that a backup is encrypted: decrypted copies keep all else that does.
  Result<SourcePtr> plain_manifest(SourcePtr manifest) {
    const auto is_plain = is_sqlite(*manifest);
    if (!is_plain) return std::unexpected(is_plain.error());
    if (*is_plain) return manifest;
    if (!plists_.has_manifest_plist)
      return fail(ErrorCode::not_found, "Manifest.plist with the keys of a manifest that is no plain database");
    Reader in(plists_.manifest_key);
    const std::uint32_t protection_class = in.u32le();
    const Bytes wrapped = in.bytes(kWrappedKeySize);
    if (!in.ok()) return fail(ErrorCode::malformed, "ManifestKey of 44 bytes", plists_.manifest_key.size());
    if (const auto opened = unlock(); !opened) return std::unexpected(opened.error());
    auto key = backup_->keybag->unwrap(protection_class, wrapped);
    if (!key) return std::unexpected(key.error());
    // Padding behind the last page is no page, and does no harm.
    const std::uint64_t size = manifest->size();
    auto plain = open_sealed_blob(std::move(manifest), *std::move(key), size);
    if (!plain) return plain;
    const auto is_database = is_sqlite(**plain);
    if (!is_database) return std::unexpected(is_database.error());
    if (!*is_database) return fail(ErrorCode::malformed, "a database under the key of the manifest");
    return plain;
  }

  static Result<bool> is_sqlite(const evidence::ByteSource& source) {
    std::array<std::uint8_t, kSqliteMagic> head{};
    const auto count = source.read_at(0, head);
    if (!count) return std::unexpected(count.error());
    return sqlite::is_database(std::span(head).first(*count));
  }

  // Before iOS 10.2 the manifest is plain in encrypted backups too, and a copy that somebody decrypted is known by the
  // sizes of its blobs.
  Result<void> unlock_old_form() {
    const bool may_be = plists_.is_encrypted.value_or(false) && plists_.manifest_key.empty();
    if (!backup_->keybag && !plists_.has_manifest_plist && matching_->looks_sealed())
      return fail(ErrorCode::not_found, "Manifest.plist with the keybag of blobs that are as long as cipher text");
    if (backup_->keybag || !may_be || !matching_->looks_sealed()) return {};
    return unlock();
  }

  Result<void> unlock() {
    auto keybag = Keybag::read(plists_.keybag);
    if (!keybag) return std::unexpected(keybag.error());
    evidence::SecretRequest request;
    request.kind = evidence::SecretKind::backup_password;
    request.container = manifest_path_;
    request.hint = plists_.device_name;
    const auto opened = unlocking_.secrets.unlock(request, [&](const crypto::Secret& password) {
      return keybag->unlock(password, unlocking_.cancel, unlocking_.progress);
    });
    if (!opened) return opened;
    if (const std::size_t shut = keybag->key_count() - keybag->open_count(); shut != 0)
      backup_->listing.problems.push_back(
          {"class_key", manifest_number_, "class keys that the password opens",
           std::to_string(shut) + " of " + std::to_string(keybag->key_count()) + " do not open", 0});
    backup_->keybag = std::make_unique<Keybag>(*std::move(keybag));
    return {};
  }

  const FileTree& tree_;
  std::string_view folder_;
  const evidence::Unlocking& unlocking_;
  const Limits& limits_;
  std::string manifest_path_;
  std::uint32_t manifest_number_ = 0;
  BackupPlists plists_;
  std::unique_ptr<OpenedBackup> backup_;
  std::unique_ptr<BackupMatching> matching_;
};

std::string_view folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return path.substr(0, slash == path.npos ? 0 : slash);
}

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }  // npos + 1 is 0

/// The folder of the backup that a blob lies in: "a/3d/3d0d..." and "a/3d0d..." give "a".
std::string_view backup_of_blob(std::string_view path) {
  const std::string_view folder = folder_of(path);
  const std::string_view name = name_of(path);
  return name_of(folder) == name.substr(0, 2) ? folder_of(folder) : folder;
}

bool has_property_list(const FileTree& tree, std::string_view folder) {
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"Manifest.plist", "Status.plist", "Info.plist"},
      [&](std::string_view name) { return tree.find(path_in_backup(folder, name)).has_value(); });
}

}  // namespace

std::vector<std::string> find_itunes_backups(const FileTree& tree) {
  std::vector<std::string> folders;
  std::vector<std::string_view> doubtful;  // without a property list: a blob has to lie there
  for (const Entry& entry : tree.entries()) {
    const std::string_view name = name_of(entry.container_path);
    if (entry.type != EntryType::file || (name != "Manifest.db" && name != "Manifest.mbdb")) continue;
    const std::string_view folder = folder_of(entry.container_path);
    if (has_property_list(tree, folder)) {
      folders.emplace_back(folder);
    } else {
      doubtful.push_back(folder);
    }
  }
  std::ranges::sort(doubtful);
  std::optional<std::string_view> last;
  for (const Entry& entry : tree.entries()) {
    if (doubtful.empty() || !is_backup_file_id(name_of(entry.container_path))) continue;
    const std::string_view folder = backup_of_blob(entry.container_path);
    if (folder == last || !std::ranges::binary_search(doubtful, folder)) continue;
    folders.emplace_back(folder);
    last = folder;
  }
  std::ranges::sort(folders);
  const auto rest = std::ranges::unique(folders);
  folders.erase(rest.begin(), rest.end());
  return folders;
}

Result<std::unique_ptr<ItunesBackup>> open_itunes_backup(const FileTree& tree, std::string_view folder,
                                                         const evidence::Unlocking& unlocking, const Limits& limits) {
  return Opening(tree, folder, unlocking, limits).run();
}

}  // namespace exhibit::containers
