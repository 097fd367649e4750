// CASE.partial: where a case is written until it may take its name. Held under flock, so that two processes never write
// one case and a partial without a lock is known to be dead.
#pragma once

#include <string>

#include "base/limits.h"
#include "base/result.h"

namespace exhibit::casefile {

class PartialFile {
 public:
  /// An empty partial of the case at `path`. `was_dead` tells that one was left behind by a process that died.
  static Result<PartialFile> create(const std::string& path, bool& was_dead);
  PartialFile(PartialFile&& other) noexcept;
  PartialFile& operator=(PartialFile&& other) noexcept;
  /// Removes the file unless it took its name.
  ~PartialFile();

  const std::string& path() const { return path_; }
  /// `cancel` may be null.
  Result<void> copy_from(const std::string& original, const Cancel* cancel);
  Result<void> sync() const;
  /// Renames, and syncs the folder.
  Result<void> take_name(const std::string& final_path);

 private:
  PartialFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace exhibit::casefile
