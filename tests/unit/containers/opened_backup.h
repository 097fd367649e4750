// What the tests of iTunes backups share: a backup opened from a folder, and its contents by device path.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backup_builder.h"
#include "evidence/secrets.h"
#include "folder.h"
#include "itunes_backup.h"
#include "opened.h"
#include "temporary_folder.h"

namespace exhibit::containers {

struct BackupOptions {
  std::string password = {};  ///< known without asking; empty: none
  evidence::SecretProvider provider = {};
  std::string folder = {};  ///< of the backup, in the tree
  Limits limits = {};
};

/// A tree of nothing but its list of paths.
class NoContainer final : public evidence::Container {
 public:
  std::string_view format() const override { return "list"; }
  std::vector<evidence::Entry> take_entries() override { return {}; }
  Result<evidence::SourcePtr> open(std::size_t, const Limits&) const override {
    return fail(ErrorCode::not_found, "a container");
  }
};

/// A folder of the host, and a backup in it that is opened by `open`.
class BackupFolder {
 public:
  BackupFolder(const std::filesystem::path& path, BackupOptions options)
      : options_(std::move(options)),
        container_(open_folder(path.string(), options_.limits).value()),
        entries_(container_->take_entries()),
        tree_(*container_, entries_, options_.limits) {}

  Result<std::unique_ptr<ItunesBackup>> open() {
    evidence::Secrets secrets(options_.provider);
    if (!options_.password.empty())
      secrets.add(evidence::SecretKind::backup_password, crypto::Secret(as_bytes(options_.password)));
    return open_itunes_backup(tree_, options_.folder, {.secrets = secrets, .progress = {}}, options_.limits);
  }

  const FileTree& tree() const { return tree_; }
  std::vector<evidence::Entry> entries() const { return entries_; }

 private:
  BackupOptions options_;
  std::unique_ptr<evidence::Container> container_;
  std::vector<evidence::Entry> entries_;
  FileTree tree_;
};

/// A backup that must open.
class OpenedTree {
 public:
  explicit OpenedTree(const tests::BackupFiles& files, BackupOptions options = {}) {
    tests::write_backup(files, temporary_.path() / options.folder);
    open(temporary_.path(), std::move(options));
  }
  explicit OpenedTree(const std::filesystem::path& path, BackupOptions options = {}) { open(path, std::move(options)); }

  const ItunesBackup& backup() const { return *backup_; }
  const std::vector<evidence::Entry>& entries() const { return entries_; }
  const std::vector<evidence::Entry>& without_blob() const { return without_blob_; }
  const std::vector<evidence::Problem>& raw_problems() const { return problems_; }

  /// "code" of the whole, "code@path: found" of an entry.
  std::vector<std::string> problems() const {
    std::vector<std::string> texts;
    for (const evidence::Problem& problem : problems_) {
      std::string text = problem.code;
      if (problem.file != 0) text.append("@").append(entries_[problem.file - 1].container_path);
      const bool is_number = problem.code == "truncated" || problem.code == "malformed";
      if (problem.file != 0 && !is_number) text.append(": ").append(problem.found);
      texts.push_back(text);
    }
    return texts;
  }

  std::vector<std::string> bookkeeping() const {
    std::vector<std::string> paths;
    for (const std::size_t index : backup_->bookkeeping()) paths.emplace_back(entries_[index].container_path);
    return paths;
  }

  const evidence::Entry& entry(std::string_view container_path) const {
    const auto index = folder_->tree().find(container_path);
    if (!index) ADD_FAILURE() << "no entry " << container_path;
    return entries_[index.value_or(0)];
  }

  Result<evidence::SourcePtr> source(std::string_view device_path) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].device_path != device_path) continue;
      auto sealed = folder_->tree().open(i);
      if (!sealed) return sealed;
      auto plain = backup_->open_blob(i, *std::move(sealed));
      EXPECT_EQ(plain ? (*plain)->size() : entries_[i].size, entries_[i].size) << device_path;
      return plain;
    }
    return fail(ErrorCode::not_found, "a file with this device path");
  }

  std::string content(std::string_view device_path) const { return content(source(device_path)); }
  std::string content_without_blob(std::size_t index) const { return content(backup_->open_without_blob(index)); }

  ErrorCode error(std::string_view device_path) const {
    const auto opened = source(device_path);
    if (opened) ADD_FAILURE() << device_path << " can be opened";
    return opened ? ErrorCode::io : opened.error().code;
  }

 private:
  void open(const std::filesystem::path& path, BackupOptions options) {
    folder_ = std::make_unique<BackupFolder>(path, std::move(options));
    auto opened = folder_->open();
    if (!opened) throw std::runtime_error("the backup does not open: " + error_text(opened.error()));
    backup_ = *std::move(opened);
    entries_ = folder_->entries();
    backup_->describe(entries_);
    without_blob_ = backup_->take_entries_without_blob();
    problems_ = backup_->take_problems();
  }

  static std::string content(const Result<evidence::SourcePtr>& source) {
    if (!source) return "(" + error_text(source.error()) + ")";
    std::vector<std::uint8_t> buffer;
    const auto bytes = read_all(**source, buffer);
    return bytes ? std::string(as_text(*bytes)) : "(" + error_text(bytes.error()) + ")";
  }

  tests::TemporaryFolder temporary_;
  std::unique_ptr<BackupFolder> folder_;
  std::unique_ptr<ItunesBackup> backup_;
  std::vector<evidence::Entry> entries_, without_blob_;
  std::vector<evidence::Problem> problems_;
};

/// What a backup that does not open says.
inline Result<void> open_error(const tests::BackupFiles& files, BackupOptions options) {
  const tests::TemporaryFolder temporary;
  tests::write_backup(files, temporary.path());
  const auto opened = BackupFolder(temporary.path(), std::move(options)).open();
  if (!opened) return std::unexpected(opened.error());
  ADD_FAILURE() << "the backup opens";
  return fail(ErrorCode::io, "an error");
}

}  // namespace exhibit::containers
