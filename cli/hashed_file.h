// A file that is being written, and the SHA-256 of what went into it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "extract_tree.h"

struct evp_md_ctx_st;

namespace exhibit::cli {

class HashedFile {
 public:
  explicit HashedFile(Descriptor descriptor);

  /// False: errno says why.
  bool write(const char* bytes, std::size_t size);
  /// The time of last modification, where the file system can hold it.
  void set_modified(std::int64_t us);
  /// False: errno says why. Some file systems tell of a full disk only here.
  bool close();
  /// In hexadecimal digits; once, at the end.
  std::string sha256();

 private:
  struct FreeContext {
    void operator()(evp_md_ctx_st* context) const;
  };
  Descriptor descriptor_;
  std::unique_ptr<evp_md_ctx_st, FreeContext> hash_;
};

}  // namespace exhibit::cli
