#include "extract_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exhibit/exhibit.hpp>
#include <memory>

#include "extract_name.h"

namespace exhibit::cli {

namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), std::free);
  return real == nullptr ? std::string() : std::string(real.get());
}

/// Writing into a folder of evidence would change the evidence.
bool lies_within(const std::string& path, const std::string& evidence) {
  std::string trimmed = path;
  while (trimmed.size() > 1 && trimmed.back() == '/') trimmed.pop_back();
  const std::size_t slash = trimmed.rfind('/');
  std::string place = real_path(trimmed);
  if (place.empty()) place = real_path(slash == std::string::npos ? "." : trimmed.substr(0, slash + 1));
  const std::string root = real_path(evidence);
  return !root.empty() && (place == root || place.starts_with(root == "/" ? root : root + "/"));
}

bool is_empty(int folder) {
  const std::unique_ptr<DIR, int (*)(DIR*)> listed(fdopendir(fcntl(folder, F_DUPFD_CLOEXEC, 0)), closedir);
  if (listed == nullptr) return false;
  while (const dirent* entry = readdir(listed.get()))  // NOLINT(concurrency-mt-unsafe): a stream of its own
    if (std::strcmp(entry->d_name, ".") != 0 && std::strcmp(entry->d_name, "..") != 0) return false;
  return true;
}

}  // namespace

void Descriptor::reset(int number) {
  if (number_ >= 0) close(number_);
  number_ = number;
}

ExtractTree::ExtractTree(const std::string& path, const std::string& evidence, const std::vector<std::string>& reserved)
    : path_(path) {
  for (const std::string& name : reserved) folders_.front().taken.emplace(name, 1);
  if (lies_within(path, evidence))
    throw Error(EXHIBIT_E_INVALID, path + ": lies in the evidence, which is never written to");
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) fail("");
  root_.reset(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (root_.get() < 0) fail("");
  if (!is_empty(root_.get())) throw Error(EXHIBIT_E_INVALID, path + ": exists and is not an empty folder");
}

void ExtractTree::fail(const std::string& path) const {
  const int number = errno;
  throw Error(number == ENOSPC || number == EDQUOT ? EXHIBIT_E_NO_SPACE : EXHIBIT_E_IO,
              path_ + (path.empty() ? "" : "/" + path) + ": " + std::strerror(number));
}

template <class Make>
std::string ExtractTree::take_name(Folder& folder, const std::string& component, Make make) {
  const std::string wanted = safe_name(component);
  unsigned& copy = folder.taken[folded_name(wanted)];
  while (true) {
    std::string name = ++copy == 1 ? wanted : wanted + "~" + std::to_string(copy);
    if (copy > 1 && !folder.taken.emplace(folded_name(name), 1).second) continue;
    // A file system may find names equal that are not so here: then it says that the name exists.
    if (make(name)) return name;
  }
}

/// Makes `component` the open folder.
std::size_t ExtractTree::enter(std::size_t number, const std::string& component) {
  const auto known = folders_[number].folders.find(component);
  if (known != folders_[number].folders.end()) {
    const std::string& path = folders_[known->second].path;
    const std::size_t begin = folders_[number].path.size();
    const std::string name = path.substr(begin, path.size() - begin - 1);
    current_.reset(openat(current_.get(), name.c_str(), kFolderFlags));
    if (current_.get() < 0) fail(path);
    return known->second;
  }
  const std::string parent = folders_[number].path;
  const std::string name = take_name(folders_[number], component, [&](const std::string& tried) {
    if (mkdirat(current_.get(), tried.c_str(), 0700) == 0) return true;
    if (errno != EEXIST) fail(parent + tried);
    return false;
  });
  current_.reset(openat(current_.get(), name.c_str(), kFolderFlags));
  if (current_.get() < 0) fail(parent + name);
  const std::size_t made = folders_.size();
  folders_[number].folders.emplace(component, made);
  folders_.push_back({.path = parent + name + "/", .folders = {}, .taken = {}});
  return made;
}

ExtractTree::NewFile ExtractTree::create(const std::vector<std::string>& place) {
  const std::vector<std::string> folder(place.begin(), place.end() - 1);
  if (current_.get() < 0 || folder != open_place_) {
    open_place_.clear();
    current_.reset(fcntl(root_.get(), F_DUPFD_CLOEXEC, 0));
    if (current_.get() < 0) fail("");
    current_number_ = 0;
    for (const std::string& component : folder) current_number_ = enter(current_number_, component);
    open_place_ = folder;
  }
  Folder& in = folders_[current_number_];
  NewFile made;
  last_name_ = take_name(in, place.back(), [&](const std::string& name) {
    made.descriptor.reset(
        openat(current_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (made.descriptor.get() < 0 && errno != EEXIST) fail(in.path + name);
    return made.descriptor.get() >= 0;
  });
  made.path = in.path + last_name_;
  return made;
}

void ExtractTree::remove_last() {
  if (unlinkat(current_.get(), last_name_.c_str(), 0) != 0) fail(folders_[current_number_].path + last_name_);
}

}  // namespace exhibit::cli
