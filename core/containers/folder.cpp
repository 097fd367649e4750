#include "folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "read_only_file.h"

namespace exhibit::containers {
namespace {

using evidence::Entry;
using evidence::EntryType;
using evidence::Problem;
using evidence::SourcePtr;

// A file up to this size is read whole when it is opened, which gives its readers a view.
constexpr std::uint64_t kReadWhole = 1 << 20;

std::unexpected<Error> io_error(Literal expected) {
  return fail(ErrorCode::io, expected, static_cast<std::uint64_t>(errno));
}

// Opens the folder that a path below `root` leads to, step by step: a link on the way (put there while we read) is
// refused, so nothing outside the tree can be reached, and no path is too long for the host.
Descriptor open_folder_below(int root, std::string_view path) {
  Descriptor folder = open_read_only(root, ".", O_DIRECTORY | O_NOFOLLOW);
  std::string step;
  while (folder.is_open() && !path.empty()) {
    step = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), step.size() + 1));
    folder = open_read_only(folder.number(), step.c_str(), O_DIRECTORY | O_NOFOLLOW);
  }
  return folder;
}

std::pair<std::string_view, std::string> split(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return {"", std::string(path)};
  return {path.substr(0, slash), std::string(path.substr(slash + 1))};
}

EntryType type_of(mode_t mode) {
  if (S_ISREG(mode)) return EntryType::file;
  if (S_ISDIR(mode)) return EntryType::folder;
  if (S_ISLNK(mode)) return EntryType::symlink;
  return EntryType::other;
}

// The other times of a file in a folder are those of the copy on this host, and reading changes one of them.
std::int64_t modified_us(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000 + status.st_mtim.tv_nsec / 1000;
}

class Walk {
 public:
  Walk(int root, const Limits& limits) : root_(root), limits_(limits) {}

  void run() {
    std::vector<std::string> folders{""};
    while (!folders.empty()) {
      const std::string folder = std::move(folders.back());
      folders.pop_back();
      list(folder, folders);
    }
  }

  std::vector<Entry> entries;
  evidence::TextArena paths;  // of the entries
  std::vector<Problem> problems;

 private:
  void list(const std::string& folder, std::vector<std::string>& folders) {
    Descriptor descriptor = open_folder_below(root_, folder);
    if (!descriptor.is_open()) return note_io(folder, "a readable folder");
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(descriptor.number()), closedir);
    if (!stream) return note_io(folder, "a readable folder");
    const int number = descriptor.release();  // the stream's now
    while (true) {
      errno = 0;
      const dirent* found = readdir(stream.get());  // NOLINT(concurrency-mt-unsafe): the stream is this thread's own
      if (found == nullptr) break;
      const std::string_view name = found->d_name;
      if (name != "." && name != "..") add(number, folder, found->d_name, folders);
    }
    if (errno != 0) note_io(folder, "a folder readable to its end");
  }

  void add(int folder_number, const std::string& folder, const char* name, std::vector<std::string>& folders) {
    const std::string path = folder.empty() ? name : folder + '/' + name;
    if (path.size() > limits_.name_bytes) return note(path, "limit", "a path within the limit", path.size());
    if (entries.size() >= limits_.container_members) {
      if (!full_) note(path, "limit", "entries within the limit", entries.size());
      full_ = true;
      return;
    }
    struct stat status;
    if (fstatat(folder_number, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
      return note_io(path, "a file that can be seen");
    Entry entry;
    entry.container_path = paths.add(path);
    entry.type = type_of(status.st_mode);
    if (entry.type == EntryType::file || entry.type == EntryType::symlink)
      entry.size = static_cast<std::uint64_t>(status.st_size);
    entry.times.modified_us = modified_us(status);
    entries.push_back(entry);
    if (S_ISDIR(status.st_mode)) folders.push_back(path);
  }

  void note_io(const std::string& path, const char* expected) {
    note(path, "io", expected, static_cast<std::uint64_t>(errno));
  }

  // What has no entry is named in the text.
  void note(const std::string& path, const char* code, const char* expected, std::uint64_t found) {
    const std::string shown = path.substr(0, 1024);
    problems.push_back({code, 0, std::string(expected) + ": " + shown, std::to_string(found), 0});
  }

  int root_;
  const Limits& limits_;
  bool full_ = false;
};

class Folder final : public evidence::Container {
 public:
  Folder(Descriptor root, Walk walk)
      : root_(std::move(root)),
        texts_(std::move(walk.paths)),
        entries_(std::move(walk.entries)),
        problems_(std::move(walk.problems)) {
    paths_.reserve(entries_.size());
    for (const Entry& entry : entries_) paths_.push_back(entry.container_path);
  }

  std::string_view format() const override { return "folder"; }
  std::vector<Entry> take_entries() override { return std::move(entries_); }
  std::vector<Problem> take_problems() override { return std::move(problems_); }

  Result<SourcePtr> open(std::size_t index, const Limits&) const override {
    const auto [folder, name] = split(paths_[index]);
    const Descriptor parent = open_folder_below(root_.number(), folder);
    if (!parent.is_open()) return io_error("the folder of the file");
    struct stat status;
    if (fstatat(parent.number(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return io_error("the file");
    if (S_ISLNK(status.st_mode)) return open_link(parent.number(), name);
    // Without waiting: a pipe may have taken the file's place.
    Descriptor file = open_read_only(parent.number(), name.c_str(), O_NOFOLLOW | O_NONBLOCK);
    if (!file.is_open() || fstat(file.number(), &status) != 0) return io_error("a readable file");
    if (!S_ISREG(status.st_mode)) return fail(ErrorCode::unsupported, "a regular file", status.st_mode);
    return open_file(std::move(file), static_cast<std::uint64_t>(status.st_size));
  }

 private:
  static Result<SourcePtr> open_link(int parent, const std::string& name) {
    std::vector<std::uint8_t> target(1 << 16);
    const ssize_t size = readlinkat(parent, name.c_str(), reinterpret_cast<char*>(target.data()), target.size());
    if (size < 0) return io_error("a readable link");
    target.resize(static_cast<std::size_t>(size));
    return evidence::make_source(std::move(target));
  }

  static Result<SourcePtr> open_file(Descriptor descriptor, std::uint64_t size) {
    auto file = std::make_shared<ReadOnlyFile>(std::move(descriptor), size);
    if (size > kReadWhole) return file;
    std::vector<std::uint8_t> bytes(size);
    const auto count = file->read_at(0, bytes);
    if (!count) return std::unexpected(count.error());
    return evidence::make_source(std::move(bytes));
  }

  Descriptor root_;
  evidence::TextArena texts_;
  std::vector<Entry> entries_;
  std::vector<Problem> problems_;
  std::vector<std::string_view> paths_;  // by index
};

}  // namespace

Result<std::unique_ptr<evidence::Container>> open_folder(const std::string& path, const Limits& limits) {
  Descriptor root = open_read_only(AT_FDCWD, path.c_str(), O_DIRECTORY);
  if (!root.is_open()) return io_error("a readable folder");
  Walk walk(root.number(), limits);
  walk.run();
  return std::make_unique<Folder>(std::move(root), std::move(walk));
}

}  // namespace exhibit::containers
