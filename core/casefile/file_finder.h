// Which entries a File message means: by device path, by its path within the artefact's own app container, else by name
// and size. All that fit are given; none is chosen here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "casefile/writer.h"
#include "evidence/entry.h"

namespace exhibit::casefile {

struct FileWanted {
  std::string_view device_path;
  std::string_view path;  ///< as the app stored it
  std::uint64_t size = 0;
  bool has_size = false;
};

/// file.n of a relative number. Unsigned, so that no number of a hostile input overflows.
inline std::int64_t absolute_file(std::int64_t file_base, std::uint64_t relative) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(file_base) + relative);
}

class FileFinder {
 public:
  explicit FileFinder(const std::vector<SourceFacts>& sources);

  /// Relative numbers, ascending. `own` is the relative number of the artefact's own file, 0 if it has none.
  std::vector<std::uint64_t> find(const FileWanted& wanted, std::uint64_t own);

  /// Null if there is no entry with this relative number.
  const evidence::Entry* entry(std::uint64_t relative) const;

 private:
  struct Named {
    std::size_t hash;
    std::uint64_t relative;
  };

  void build_index();
  std::vector<std::uint64_t> named(std::string_view name) const;
  /// Prefers the artefact's own source, then its own device user.
  std::vector<std::uint64_t> nearest(std::vector<std::uint64_t> found, std::uint64_t own) const;
  std::size_t source_of(std::uint64_t relative) const;

  std::vector<const evidence::Evidence*> sources_;
  std::vector<std::uint64_t> bases_;  // relative number of each source's first entry, less 1
  std::vector<Named> by_name_;        // built at the first question: many exhibits ask none
};

/// A path as apps write it ("/var/mobile/Media/a.jpg", "~/Library/x", "file:///sdcard/y") in the vocabulary of device
/// paths where its root is known, else the part behind the app's own container, else as it is.
std::string device_form(std::string_view path);

}  // namespace exhibit::casefile
