// A decompressor somewhere in a packed stream, going forward over all its members.
#pragma once

#include <memory>
#include <span>

#include "stream_codec.h"

namespace exhibit::containers {

class Unpacker {
 public:
  Unpacker(std::unique_ptr<StreamCodec> codec, evidence::SourcePtr packed, const Limits& limits)
      : codec_(std::move(codec)), input_(std::move(packed), 0), limits_(limits) {}

  /// One step, which may give nothing: to where `out` is full, or to a place where copy() can be had. Fails where the
  /// packed bytes cannot be read.
  Result<std::size_t> step(std::span<std::uint8_t> out);

  /// Fills `out`; fewer bytes only at the end.
  Result<std::size_t> read(std::span<std::uint8_t> out);

  /// Unpacks up to `position` and forgets the bytes.
  Result<void> skip_to(std::uint64_t position);

  /// Another one at the same place; null where the codec has none.
  std::unique_ptr<Unpacker> copy() const;

  std::uint64_t position() const { return position_; }  ///< of what is unpacked
  bool over() const { return over_; }
  const StreamEnd& end() const { return end_; }  ///< so far
  std::size_t memory() const { return sizeof *this + codec_->memory(); }

 private:
  Result<void> next_member();
  void stop(const Error& why);
  bool is_beyond_ratio() const;

  std::unique_ptr<StreamCodec> codec_;
  PackedInput input_;
  Limits limits_;
  std::uint64_t position_ = 0;
  bool in_member_ = false;
  bool any_member_ = false;
  bool over_ = false;
  StreamEnd end_;
};

}  // namespace exhibit::containers
