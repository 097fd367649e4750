#include "containers/open.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "archive.h"
#include "folder.h"
#include "inner_containers.h"
#include "keyed_files.h"
#include "layers.h"
#include "read_only_file.h"
#include "watched_file.h"

namespace exhibit::containers {
namespace {

std::unexpected<Error> io_failure(Literal expected) {
  const auto number = static_cast<std::uint64_t>(errno);
  if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorCode::not_found, "a file or folder", number);
  return fail(ErrorCode::io, expected, number);
}

/// Ends the watch over a file whichever way its opening ends.
class EndWatch {
 public:
  ~EndWatch() {
    if (file) file->end_watch();
  }
  std::shared_ptr<const WatchedFile> file;
};

Result<Listing> open_outermost(const std::string& path, const Opening& opening, const OpenOptions& options,
                               EndWatch& watch, std::string& detail) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return io_failure("a file or folder that can be seen");
  if (S_ISDIR(status.st_mode)) {
    auto folder = open_folder(path, opening.limits);
    if (!folder) return std::unexpected(folder.error());
    return list(*std::move(folder));
  }
  if (!S_ISREG(status.st_mode)) {
    detail = "device or pipe";
    return fail(ErrorCode::unsupported, "a folder or a file", status.st_mode);
  }
  Descriptor descriptor = open_read_only(AT_FDCWD, path.c_str(), O_NONBLOCK);
  if (!descriptor.is_open() || fstat(descriptor.number(), &status) != 0) return io_failure("a readable file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  watch.file = std::make_shared<WatchedFile>(std::make_shared<ReadOnlyFile>(std::move(descriptor), size),
                                             opening.unlocking.cancel, options.progress);
  return open_archive(watch.file, path, opening, detail);
}

}  // namespace

std::expected<std::unique_ptr<evidence::Evidence>, OpenError> open(const std::string& path,
                                                                   const OpenOptions& options) {
  evidence::Secrets none;
  const evidence::Unlocking alone{none, nullptr, {}};
  const Opening opening{options.unlocking == nullptr ? alone : *options.unlocking, options.limits, options.salvage};
  std::string detail;
  EndWatch watch;
  auto outermost = open_outermost(path, opening, options, watch, detail);
  if (!outermost) return std::unexpected(OpenError{outermost.error(), path, detail});
  evidence::TextArena texts;
  if (const auto failure = settle(*outermost, opening, texts))
    return std::unexpected(OpenError{*failure, path, "iTunes backup"});
  auto layers = std::make_unique<Layers>(*std::move(outermost), watch.file ? watch.file->size() : 0, std::move(texts));
  open_inner_containers(*layers, opening);
  open_keyed_files(*layers, opening);
  return std::make_unique<evidence::Evidence>(path, std::move(layers), options.limits);
}

}  // namespace exhibit::containers
