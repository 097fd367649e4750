// How files of an exhibit are named in every output: by device path; by container path where the device path is not
// unique in its source; with the source's number in front if the exhibit has several.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "model/json.h"
#include "sql.h"

namespace exhibit::casefile {

struct FilePlace {
  std::string device_path;     ///< empty for a container's own bookkeeping
  std::string container_path;  ///< bytes that are no UTF-8 as \xNN
  std::int64_t device_user = 0;
  std::int64_t source = 0;
  std::int64_t flags = 0;
};

class CaseFileNames : public model::FileNames {
 public:
  static Result<CaseFileNames> open(const Connection& connection, std::int64_t exhibit);

  /// Empty if there is no such file.
  std::string name(std::uint64_t relative) const override;
  std::uint64_t number(std::string_view name) const override;

  /// Null if there is no such file; valid until the next call.
  const FilePlace* place(std::uint64_t relative) const;
  std::int64_t file_base() const { return file_base_; }
  std::uint64_t relative(std::int64_t file) const {
    return file > file_base_ ? static_cast<std::uint64_t>(file) - static_cast<std::uint64_t>(file_base_) : 0;
  }

 private:
  CaseFileNames() = default;
  std::string shown(const FilePlace& place) const;

  std::int64_t exhibit_ = 0, file_base_ = 0;
  std::vector<std::int64_t> sources_;  // in order
  mutable Statement select_, find_;
  mutable std::unordered_map<std::uint64_t, FilePlace> known_;
};

}  // namespace exhibit::casefile
