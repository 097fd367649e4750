// The file system that SQLite sees: page images under names of ours and nothing else. No journal, no WAL, no lock, no
// temporary file, no clock.
#pragma once

#include <memory>
#include <string>

#include "base/limits.h"
#include "sqlite/page_image.h"

namespace exhibit::sqlite {

/// For sqlite3_open_v2. Registered once in the process, never as the default.
const char* read_only_vfs_name();

/// An image that can be opened by name() as long as this lives.
class ServedImage {
 public:
  /// Reads fail once `budget` is cancelled; it must outlive the files opened.
  ServedImage(std::shared_ptr<const PageImage> image, const Budget& budget);
  ~ServedImage();
  ServedImage(const ServedImage&) = delete;
  ServedImage& operator=(const ServedImage&) = delete;

  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

}  // namespace exhibit::sqlite
