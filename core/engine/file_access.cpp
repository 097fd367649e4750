#include "file_access.h"

namespace exhibit::engine {

FileAccess::FileAccess(const std::vector<const evidence::Evidence*>& sources, const Cancel* cancel)
    : sources_(sources), cancel_(cancel) {
  std::uint32_t base = 0;
  for (const evidence::Evidence* source : sources_) {
    bases_.push_back(base);
    base += static_cast<std::uint32_t>(source->entries().size());
  }
  bases_.push_back(base);
  states_.resize(base);
  open_.resize(base);
}

Result<evidence::SourcePtr> FileAccess::peek(FileRef file) {
  const std::size_t index = number(file) - 1;
  {
    const std::lock_guard lock(mutex_);
    if (auto held = open_[index].lock()) return held;
  }
  auto opened = source(file.source).open(file.entry);
  if (!opened) return opened;
  const std::lock_guard lock(mutex_);
  open_[index] = *opened;
  return opened;
}

Result<evidence::SourcePtr> FileAccess::open(FileRef file) {
  const std::size_t index = number(file) - 1;
  auto opened = peek(file);
  bool has_hash = false;
  {
    const std::lock_guard lock(mutex_);
    states_[index].is_unreadable |= !opened.has_value();
    has_hash = states_[index].sha256.has_value();
  }
  if (!opened || has_hash) return opened;
  const auto digest = evidence::hash(**opened, cancel_);
  const std::lock_guard lock(mutex_);
  if (!digest) {
    states_[index].is_unreadable = true;
    return std::unexpected(digest.error());
  }
  states_[index].sha256 = *digest;
  return opened;
}

std::optional<FileRef> FileAccess::beside(FileRef file, std::string_view suffix) const {
  std::string path(entry(file).container_path);
  path += suffix;
  std::uint32_t found = source(file.source).find_container_path(path);
  if (found == 0)
    found = source(file.source).find_kept_beside(file.entry, std::string(entry(file).device_path).append(suffix));
  if (found == 0 || source(file.source).entry(found).type != evidence::EntryType::file) return std::nullopt;
  return FileRef{file.source, found};
}

FileAccess::Opened FileAccess::open_database(FileRef file) {
  Opened opened;
  const auto take = [&](FileRef part, evidence::SourcePtr& slot) {
    auto source = open(part);
    if (source) {
      slot = std::move(*source);
      return true;
    }
    opened.failed = part;
    opened.error = source.error();
    return false;
  };
  if (!take(file, opened.files.main)) return opened;
  if (const auto wal = beside(file, "-wal"); wal && !take(*wal, opened.files.wal)) return opened;
  if (const auto journal = beside(file, "-journal"); journal && !take(*journal, opened.files.journal)) return opened;
  return opened;
}

void FileAccess::mark_wanted(FileRef file) {
  const std::lock_guard lock(mutex_);
  states_[number(file) - 1].is_wanted = true;
}

void FileAccess::mark_database(FileRef file) {
  const std::lock_guard lock(mutex_);
  states_[number(file) - 1].is_database = true;
}

void Admission::enter(std::size_t task, std::uint64_t bytes) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return task == oldest_ || used_ + bytes <= limit_; });
  used_ += bytes;
}

void Admission::leave(std::size_t task, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  used_ -= bytes;
  if (done_.size() <= task) done_.resize(task + 1);
  done_[task] = true;
  while (oldest_ < done_.size() && done_[oldest_]) ++oldest_;
  changed_.notify_all();
}

}  // namespace exhibit::engine
