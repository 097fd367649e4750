// The entries of a container by path, for formats that are a folder of files (a backup) and not one file.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "evidence/evidence.h"

namespace exhibit::containers {

/// Looks at a container and its entries and owns neither. Threads may share it.
class FileTree {
 public:
  FileTree(const evidence::Container& container, std::span<const evidence::Entry> entries, const Limits& limits);

  std::span<const evidence::Entry> entries() const { return entries_; }
  /// The entry with this container path; of duplicates the last in the container.
  std::optional<std::size_t> find(std::string_view path) const;
  Result<evidence::SourcePtr> open(std::size_t index) const { return container_.open(index, limits_); }
  const Limits& limits() const { return limits_; }

 private:
  const evidence::Container& container_;
  std::span<const evidence::Entry> entries_;
  Limits limits_;
  std::vector<std::uint32_t> by_path_;
};

}  // namespace exhibit::containers
