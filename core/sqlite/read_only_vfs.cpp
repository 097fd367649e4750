#include "read_only_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <span>
#include <vector>

namespace exhibit::sqlite {

namespace {

constexpr const char* kVfsName = "exhibit-read-only";
constexpr int kLongestName = 64;
constexpr int kSectorSize = 4096;

struct Source {
  std::shared_ptr<const PageImage> image;
  const Budget* budget = nullptr;
};

/// Images that may be opened, by name.
class Served {
 public:
  static Served& instance() {
    static Served served;
    return served;
  }

  std::string add(Source source) {
    const std::lock_guard lock(mutex_);
    std::string name = "exhibit-image-" + std::to_string(++last_);
    sources_.emplace(name, std::move(source));
    return name;
  }

  void remove(const std::string& name) {
    const std::lock_guard lock(mutex_);
    sources_.erase(name);
  }

  bool find(std::string_view name, Source& source) {
    const std::lock_guard lock(mutex_);
    const auto found = sources_.find(name);
    if (found == sources_.end()) return false;
    source = found->second;
    return true;
  }

 private:
  std::mutex mutex_;
  std::uint64_t last_ = 0;
  std::map<std::string, Source, std::less<>> sources_;
};

/// An open file. SQLite allocates it, and knows its first member.
struct File {
  sqlite3_file base;
  Source source;
  std::vector<std::uint8_t> page;
};

File& file_of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }

int close_file(sqlite3_file* file) {
  file_of(file).~File();
  return SQLITE_OK;
}

bool copy_from_page(File& file, std::uint64_t offset, std::span<std::uint8_t> out) {
  const std::uint32_t page_size = file.source.image->page_size();
  const auto page = static_cast<std::uint32_t>(offset / page_size + 1);
  const std::size_t start = offset % page_size;
  if (start == 0 && out.size() == page_size) return file.source.image->read_page(page, out).has_value();
  if (!file.source.image->read_page(page, file.page)) return false;
  std::ranges::copy(std::span(file.page).subspan(start, out.size()), out.begin());
  return true;
}

/// Largest root page (52) and incremental vacuum (64) as in a database without pointer map: SQLite would use the map to
/// find overflow pages faster, and then a damaged map costs rows, or a forged one leads astray.
void hide_pointer_map(std::uint64_t offset, std::span<std::uint8_t> out) {
  for (const std::uint64_t field : {52u, 64u}) {
    for (std::uint64_t at = field; at < field + 4; ++at) {
      if (at >= offset && at - offset < out.size()) out[at - offset] = 0;
    }
  }
}

int read_file(sqlite3_file* base, void* to, int amount, sqlite3_int64 from) {
  File& file = file_of(base);
  if (file.source.budget->cancelled() || from < 0) return SQLITE_IOERR_READ;
  std::span out(static_cast<std::uint8_t*>(to), static_cast<std::size_t>(amount));
  const auto offset = static_cast<std::uint64_t>(from);
  const std::uint64_t page_size = file.source.image->page_size();
  const std::uint64_t size = page_size * file.source.image->page_count();
  const std::size_t wanted = std::min<std::uint64_t>(out.size(), offset < size ? size - offset : 0);
  std::size_t done = 0;
  while (done < wanted) {
    const std::uint64_t at = offset + done;
    const std::size_t part = std::min<std::uint64_t>(wanted - done, page_size - at % page_size);
    if (!copy_from_page(file, at, out.subspan(done, part))) return SQLITE_IOERR_READ;
    done += part;
  }
  hide_pointer_map(offset, out.first(wanted));
  std::ranges::fill(out.subspan(wanted), std::uint8_t{0});
  return wanted == out.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int refuse_write(sqlite3_file*, const void*, int, sqlite3_int64) { return SQLITE_READONLY; }
int refuse_truncate(sqlite3_file*, sqlite3_int64) { return SQLITE_READONLY; }
int sync_nothing(sqlite3_file*, int) { return SQLITE_OK; }

int tell_size(sqlite3_file* base, sqlite3_int64* size) {
  const PageImage& image = *file_of(base).source.image;
  *size = sqlite3_int64{image.page_size()} * sqlite3_int64{image.page_count()};
  return SQLITE_OK;
}

int lock_nothing(sqlite3_file*, int) { return SQLITE_OK; }

int no_reserved_lock(sqlite3_file*, int* locked) {
  *locked = 0;
  return SQLITE_OK;
}

int no_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return kSectorSize; }

/// Immutable: SQLite then takes no locks and looks for neither journal nor log.
int device_characteristics(sqlite3_file*) { return SQLITE_IOCAP_IMMUTABLE; }

const sqlite3_io_methods kFileMethods = {
    .iVersion = 1,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = refuse_write,
    .xTruncate = refuse_truncate,
    .xSync = sync_nothing,
    .xFileSize = tell_size,
    .xLock = lock_nothing,
    .xUnlock = lock_nothing,
    .xCheckReservedLock = no_reserved_lock,
    .xFileControl = no_control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = device_characteristics,
    .xShmMap = nullptr,
    .xShmLock = nullptr,
    .xShmBarrier = nullptr,
    .xShmUnmap = nullptr,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_given) {
  file->pMethods = nullptr;
  Source source;
  if (name == nullptr || (flags & SQLITE_OPEN_MAIN_DB) == 0 || !Served::instance().find(name, source))
    return SQLITE_CANTOPEN;
  auto* opened = new (file) File{.base = {&kFileMethods}, .source = std::move(source), .page = {}};
  opened->page.resize(opened->source.image->page_size());
  if (flags_given != nullptr)
    *flags_given = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
  return SQLITE_OK;
}

int refuse_delete(sqlite3_vfs*, const char*, int) { return SQLITE_READONLY; }

int nothing_there(sqlite3_vfs*, const char*, int, int* there) {
  *there = 0;
  return SQLITE_OK;
}

int same_name(sqlite3_vfs*, const char* name, int size, char* full) {
  const std::size_t length = std::strlen(name);
  if (length >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
  std::memcpy(full, name, length + 1);
  return SQLITE_OK;
}

/// The same evidence gives the same result: nothing may depend on chance or on the hour.
int no_randomness(sqlite3_vfs*, int size, char* out) {
  std::memset(out, 0, static_cast<std::size_t>(size));
  return size;
}

int no_sleep(sqlite3_vfs*, int) { return 0; }
int no_time(sqlite3_vfs*, double*) { return SQLITE_ERROR; }
int no_time_in_ms(sqlite3_vfs*, sqlite3_int64*) { return SQLITE_ERROR; }
int no_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

const char* read_only_vfs_name() {
  static sqlite3_vfs vfs = {
      .iVersion = 2,
      .szOsFile = sizeof(File),
      .mxPathname = kLongestName,
      .pNext = nullptr,
      .zName = kVfsName,
      .pAppData = nullptr,
      .xOpen = open_file,
      .xDelete = refuse_delete,
      .xAccess = nothing_there,
      .xFullPathname = same_name,
      .xDlOpen = nullptr,
      .xDlError = nullptr,
      .xDlSym = nullptr,
      .xDlClose = nullptr,
      .xRandomness = no_randomness,
      .xSleep = no_sleep,
      .xCurrentTime = no_time,
      .xGetLastError = no_error,
      .xCurrentTimeInt64 = no_time_in_ms,
      .xSetSystemCall = nullptr,
      .xGetSystemCall = nullptr,
      .xNextSystemCall = nullptr,
  };
  // A failure here (no memory) shows when the connection is opened: SQLite then knows no such VFS.
  static const int registered = sqlite3_vfs_register(&vfs, 0);
  (void)registered;
  return kVfsName;
}

ServedImage::ServedImage(std::shared_ptr<const PageImage> image, const Budget& budget)
    : name_(Served::instance().add({std::move(image), &budget})) {}

ServedImage::~ServedImage() { Served::instance().remove(name_); }

}  // namespace exhibit::sqlite
