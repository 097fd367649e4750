// The bytes of one exhibit, opened read-only as a tree of files: what a container lists, sorted and named.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "crypto/sha256.h"
#include "evidence/byte_source.h"
#include "evidence/device_path.h"
#include "evidence/entry.h"
#include "evidence/text_arena.h"

namespace exhibit::evidence {

/// Something about a container or a file of it that an examiner must know: becomes a problem of the case.
struct Problem {
  std::string code;        ///< an error_code_name, or a word of the opener's: "duplicate_name", "ratio"
  std::uint32_t file = 0;  ///< the entry's number, 0 for the container as a whole. From a Container: its index + 1
  std::string expected;
  std::string found;
  std::uint64_t offset = 0;
};

/// An error that costs a file, or as `file` 0 a part of the container, and lets the rest go on.
Problem problem_of(const Error& error, std::uint32_t file);

/// What an opener makes of a source: a list and a way to the bytes. Threads may share one once it is opened.
class Container {
 public:
  virtual ~Container() = default;
  virtual std::string_view format() const = 0;  ///< "folder", "zip"
  /// Entries in any order, device_path empty unless the container knows it; a folder's path has no '/' at its end.
  /// Their paths live as long as the container. Called once.
  virtual std::vector<Entry> take_entries() = 0;
  /// Opens the entry that was at `index` of take_entries(); of a link, what it points to, as text. Hashing is the
  /// caller's. Errors name offsets of the container; their Where::file is set by Evidence.
  virtual Result<SourcePtr> open(std::size_t index, const Limits& limits) const = 0;
  /// Size of the file itself; 0 for a folder.
  virtual std::uint64_t size() const { return 0; }
  virtual std::vector<Problem> take_problems() { return {}; }
};

/// Sets the device paths of entries that have none (landmarks decide over these alone), and reads the names of iOS
/// containers where `read_name` can. `entries` are the container's own, index by index.
void name_entries(const Container& container, std::vector<Entry>& entries, TextArena& texts, const Limits& limits,
                  const ContainerNameReader& read_name, std::vector<Problem>& problems);

/// One source of an exhibit. An entry's number is its place in the order of container paths, from 1: it stands in
/// artefacts, so it may depend on nothing else. Threads may share it.
class Evidence {
 public:
  /// Sorts the entries, and names those that have no device path yet (see name_entries). Without `read_name` the
  /// containers of iOS keep their UUID.
  Evidence(std::string path, std::unique_ptr<Container> container, const Limits& limits,
           const ContainerNameReader& read_name = {});
  ~Evidence();

  const std::string& path() const { return path_; }
  std::string_view format() const;
  std::uint64_t container_size() const;
  const Limits& limits() const { return limits_; }

  /// entries()[number - 1].
  const std::vector<Entry>& entries() const { return entries_; }
  const Entry& entry(std::uint32_t number) const { return entries_[number - 1]; }
  /// The entry with this container path, 0 if there is none. With duplicates the last one, as other tools show.
  std::uint32_t find_container_path(std::string_view path) const;
  /// All entries with this device path (several users, duplicates), ascending.
  std::vector<std::uint32_t> find_device_path(std::string_view path) const;

  /// For a file that its container keeps under another path than the phone's (a blob of a backup): the entry with this
  /// device path that lies closest to it and has the same user. 0: none, or the file is kept under its own path.
  std::uint32_t find_kept_beside(std::uint32_t number, std::string_view device_path) const;

  /// The content; of a link, what it points to. Small members are unpacked once per call; a large one is read at
  /// random.
  Result<SourcePtr> open(std::uint32_t number) const;

  /// SHA-256 over the lines "path TAB size TAB modified LF" of all entries in their order (size in decimal, modified in
  /// microseconds or empty): no content is read.
  crypto::Sha256Digest fingerprint() const;

  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::string path_;
  Limits limits_;
  std::unique_ptr<Container> container_;
  std::vector<Entry> entries_;
  TextArena device_paths_;
  std::vector<std::uint32_t> index_;  // entry number - 1 -> index in the container
  std::vector<Problem> problems_;

  void number_problems();
  void mark_folders();
  void note_duplicates();
  void build_device_index() const;

  // Device paths by hash, built by the first search: the number of the first entry of each slot, and of the one that
  // follows an entry in its slot.
  mutable std::once_flag device_index_built_;
  mutable std::vector<std::uint32_t> device_slot_;
  mutable std::vector<std::uint32_t> device_next_;
};

/// SHA-256 of a whole source, read once in blocks (or from its view).
Result<crypto::Sha256Digest> hash(const ByteSource& source, const Cancel* cancel = nullptr);

}  // namespace exhibit::evidence
