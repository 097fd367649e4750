#include "android_backup.h"

#include <optional>
#include <utility>
#include <vector>

#include "android_backup_head.h"
#include "android_backup_key.h"
#include "android_backup_path.h"
#include "cbc_source.h"
#include "evidence/text_arena.h"
#include "packed_stream.h"
#include "source_window.h"
#include "tar.h"

namespace exhibit::containers {
namespace {

using crypto::kAesBlock;
using evidence::Problem;
using evidence::SourcePtr;

class AndroidBackup final : public evidence::Container {
 public:
  AndroidBackup(std::unique_ptr<evidence::Container> tar, std::vector<Problem> problems, std::uint64_t size)
      : tar_(std::move(tar)), problems_(std::move(problems)), size_(size) {}

  std::string_view format() const override { return "ab"; }
  std::uint64_t size() const override { return size_; }

  // The backup knows nothing of users: what it holds is of the one who made it.
  std::vector<evidence::Entry> take_entries() override {
    std::vector<evidence::Entry> entries = tar_->take_entries();
    for (evidence::Entry& entry : entries)
      entry.device_path = device_paths_.add(device_path_of_backup(entry.container_path));
    return entries;
  }

  Result<SourcePtr> open(std::size_t index, const Limits& limits) const override { return tar_->open(index, limits); }

  std::vector<Problem> take_problems() override {
    std::vector<Problem> problems = tar_->take_problems();
    problems.insert(problems.begin(), std::make_move_iterator(problems_.begin()),
                    std::make_move_iterator(problems_.end()));
    return problems;
  }

 private:
  std::unique_ptr<evidence::Container> tar_;
  std::vector<Problem> problems_;
  std::uint64_t size_;
  evidence::TextArena device_paths_;
};

Result<AndroidBackupKey> unlock(const AndroidBackupLock& lock, std::string_view name,
                                const evidence::Unlocking& unlocking) {
  AndroidBackupKey opened;
  const auto fits = [&](const crypto::Secret& password) -> Result<bool> {
    auto key = open_android_backup_key(lock, password.bytes(), unlocking.cancel, unlocking.progress);
    if (!key) return std::unexpected(key.error());
    std::optional<AndroidBackupKey> found = *std::move(key);
    if (!found) return false;
    opened = *std::move(found);
    return true;
  };
  const auto done =
      unlocking.secrets.unlock({.kind = evidence::SecretKind::android_backup_password, .container = name}, fits);
  if (!done) return std::unexpected(done.error());
  return opened;
}

/// The cipher text decrypted. A backup that was cut ends without padding: what is there is kept.
Result<SourcePtr> decrypted(const SourcePtr& file, std::uint64_t start, AndroidBackupKey key,
                            std::vector<Problem>& problems) {
  const std::uint64_t size = file->size() - start;
  const std::uint64_t whole = size - size % kAesBlock;
  auto source = std::make_shared<CbcSource>(file, start, whole, crypto::Secret(key.key.bytes()), key.vector);
  std::size_t padding = 0;
  if (whole != 0) {
    crypto::AesBlock last;
    const auto read = source->read_at(whole - kAesBlock, last);
    if (!read) return std::unexpected(read.error());
    padding = crypto::pkcs7_padding(last);
  }
  if (size % kAesBlock != 0) {
    problems.push_back({"truncated", 0, "cipher text of whole blocks", std::to_string(size), start + whole});
    return source;
  }
  if (padding == 0)
    problems.push_back({"truncated", 0, "padding at the end of the cipher text", "none", start + whole});
  return std::make_shared<CbcSource>(file, start, whole - padding, std::move(key.key), key.vector);
}

/// What follows the head.
Result<SourcePtr> content_of(SourcePtr file, const AndroidBackupHead& head, std::string_view name,
                             const evidence::Unlocking& unlocking, std::vector<Problem>& problems) {
  if (!head.lock) {
    const std::uint64_t size = file->size() - head.size;
    return std::make_shared<SourceWindow>(std::move(file), head.size, size);
  }
  auto key = unlock(*head.lock, name, unlocking);
  if (!key) return std::unexpected(key.error());
  return decrypted(file, head.size, *std::move(key), problems);
}

/// What the pass of the tar has found out about the compressed stream. A stream that is damaged in the middle is a
/// problem of the members behind that place, not of those before.
void note_end(const Result<StreamEnd>& end, std::uint64_t start, std::vector<Problem>& problems) {
  if (!end) {
    problems.push_back(evidence::problem_of(end.error(), 0));
    return;
  }
  if (end->is_cut) problems.push_back({"truncated", 0, "the end of the compressed stream", "none", start});
  if (end->trailing_bytes != 0) {
    problems.push_back(
        {"trailing_bytes", 0, "nothing behind the compressed stream", std::to_string(end->trailing_bytes), start});
  }
  if (end->checksum_failed)
    problems.push_back({"checksum", 0, "a compressed stream that its own sum fits", "another sum", start});
}

}  // namespace

bool is_android_backup(Bytes head) { return as_text(head).starts_with("ANDROID BACKUP\n"); }

Result<std::unique_ptr<evidence::Container>> open_android_backup(SourcePtr file, std::string_view name,
                                                                 const evidence::Unlocking& unlocking,
                                                                 const Limits& limits) {
  const auto head = read_android_backup_head(*file);
  if (!head) return std::unexpected(head.error());
  const std::uint64_t size = file->size();
  std::vector<Problem> problems;
  auto content = content_of(std::move(file), *head, name, unlocking, problems);
  if (!content) return std::unexpected(content.error());
  SourcePtr stream = *std::move(content);
  std::shared_ptr<const PackedStream> packed;
  if (head->is_compressed) {
    auto opened = open_packed_stream(std::move(stream), Packing::zlib, limits);
    if (!opened) return std::unexpected(opened.error());
    packed = *std::move(opened);
    stream = packed;
  }
  auto tar = open_tar(std::move(stream), "ab", limits);
  if (!tar) return std::unexpected(tar.error());
  if (packed != nullptr) note_end(packed->end(), head->size, problems);
  return std::make_unique<AndroidBackup>(*std::move(tar), std::move(problems), size);
}

}  // namespace exhibit::containers
