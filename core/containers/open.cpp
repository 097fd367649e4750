#include "containers/open.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "container_name.h"
#include "folder.h"
#include "read_only_file.h"
#include "zip.h"
#include "zip_end.h"

namespace exhibit::containers {
namespace {

constexpr std::size_t kHead = 512;

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  const char* name;
};

constexpr Magic kMagics[] = {
    {0, std::string_view("SQLite format 3\0", 16), "SQLite database"},
    {0, "\x1f\x8b", "gzip"},
    {0, "ANDROID BACKUP\n", "Android backup"},
    {257, "ustar", "tar"},
    {0, "bplist", "property list"},
    {0, "7z\xbc\xaf\x27\x1c", "7z"},
    {0, "Rar!\x1a\x07", "RAR"},
    {0,
     std::string_view("\xfd"
                      "7zXZ\0",
                      6),
     "xz"},
    {0, "\x28\xb5\x2f\xfd", "Zstandard"},
    {0, "BZh", "bzip2"},
    {0, "EVF\x09\x0d\x0a\xff", "EnCase image"},
    {0, "AFF", "AFF image"},
};

std::string looks_like(std::string_view head) {
  if (head.empty()) return "empty file";
  for (const Magic& magic : kMagics) {
    if (head.size() >= magic.offset && head.substr(magic.offset).starts_with(magic.bytes)) return magic.name;
  }
  return "unknown content";
}

bool is_zip_start(std::string_view head) {
  return head.starts_with("PK\3\4") || head.starts_with("PK\5\6") || head.starts_with("PK\7\x08");
}

using Opened = Result<std::unique_ptr<evidence::Container>>;

std::unexpected<Error> io_failure(Literal expected) {
  const auto number = static_cast<std::uint64_t>(errno);
  if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorCode::not_found, "a file or folder", number);
  return fail(ErrorCode::io, expected, number);
}

// An archive that something was put in front of is known by its end, but only where its start is nothing else.
Opened open_archive(const evidence::SourcePtr& file, const Limits& limits, std::string& detail) {
  std::vector<std::uint8_t> head(std::min<std::uint64_t>(kHead, file->size()));
  const auto count = file->read_at(0, head);
  if (!count) return std::unexpected(count.error());
  const std::string_view start = as_text(head);
  if (!is_zip_start(start)) {
    detail = looks_like(start);
    if (detail != "unknown content" || !find_zip_end(*file)) return fail(ErrorCode::unsupported, "a folder or a ZIP");
    detail.clear();
  }
  auto zip = open_zip(file, limits);
  if (!zip && zip.error().code == ErrorCode::malformed) detail = "ZIP without central directory";
  return zip;
}

Opened open_container(const std::string& path, const Limits& limits, std::string& detail) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return io_failure("a file or folder that can be seen");
  if (S_ISDIR(status.st_mode)) return open_folder(path, limits);
  if (!S_ISREG(status.st_mode)) {
    detail = "device or pipe";
    return fail(ErrorCode::unsupported, "a folder or a ZIP", status.st_mode);
  }
  Descriptor descriptor = open_read_only(AT_FDCWD, path.c_str(), O_NONBLOCK);
  if (!descriptor.is_open() || fstat(descriptor.number(), &status) != 0) return io_failure("a readable file");
  const auto size = static_cast<std::uint64_t>(status.st_size);
  return open_archive(std::make_shared<ReadOnlyFile>(std::move(descriptor), size), limits, detail);
}

}  // namespace

std::expected<std::unique_ptr<evidence::Evidence>, OpenError> open(const std::string& path, const Limits& limits) {
  std::string detail;
  auto container = open_container(path, limits, detail);
  if (!container) return std::unexpected(OpenError{container.error(), path, detail});
  return std::make_unique<evidence::Evidence>(path, *std::move(container), limits,
                                              [limits](Bytes plist) { return read_container_name(plist, limits); });
}

}  // namespace exhibit::containers
