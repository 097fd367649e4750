// The last blob of each form that a connection decoded, so that several paths into one blob decode it once. Whether a
// blob is the same is seen by comparing its bytes with those kept: SQLite uses a buffer's address again.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"
#include "decode/tree.h"
#include "decode/typedstream.h"

namespace exhibit::sqlite {

template <class T>
struct Decoded {
  explicit Decoded(Bytes bytes) : input(bytes.begin(), bytes.end()) {}
  std::vector<std::uint8_t> input;  ///< the result holds views into it
  Result<T> result{std::unexpect, Error{ErrorCode::malformed, "a blob", 0, {}}};
  mutable bool is_noted = false;  ///< what is wrong with it was noted for the row at hand
};

using DecodedTree = std::shared_ptr<const Decoded<decode::Tree>>;
using DecodedText = std::shared_ptr<const Decoded<decode::AttributedText>>;
using DecodedBytes = std::shared_ptr<const Decoded<std::vector<std::uint8_t>>>;

enum class TreeForm : std::uint8_t { plist, keyed_archive };

class DecodedBlobs {
 public:
  /// Notes belong to rows: what fails in the next row as well is noted again.
  void start_row();

  DecodedTree tree(TreeForm form, Bytes blob, const Limits& limits);
  DecodedText typedstream(Bytes blob, const Limits& limits);
  DecodedBytes inflated(Bytes blob, std::uint64_t max_bytes);

 private:
  DecodedTree plist_, keyed_archive_;
  DecodedText typedstream_;
  DecodedBytes inflated_;
};

}  // namespace exhibit::sqlite
