// What the packings have in common: a stream is members one behind another (of gzip; frames of Zstandard, streams of xz
// and bzip2), each unpacked by a codec.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "packed_input.h"
#include "packed_stream.h"

namespace exhibit::containers {

enum class MemberStart : std::uint8_t { found, absent };

/// One step of unpacking.
struct Unpacked {
  std::size_t filled = 0;
  bool member_ended = false;
  bool checksum_failed = false;
  /// Why it does not go on behind what was filled; `truncated` where the input ends.
  std::optional<Error> failure;
};

class StreamCodec {
 public:
  virtual ~StreamCodec() = default;

  /// Reads the head of a member; absent, and nothing consumed but padding, where none begins.
  virtual Result<MemberStart> begin(PackedInput& in) = 0;

  /// Goes on inside a member. Stops early where copy() can be had cheaply.
  virtual Unpacked unpack(PackedInput& in, std::span<std::uint8_t> out) = 0;

  /// Another codec that goes on from here with an input of its own; null where that cannot be.
  virtual std::unique_ptr<StreamCodec> copy() const = 0;

  /// Bytes that it holds, about.
  virtual std::size_t memory() const = 0;
};

std::unique_ptr<StreamCodec> make_deflate_codec(bool gzip);
std::unique_ptr<StreamCodec> make_zstandard_codec();
std::unique_ptr<StreamCodec> make_xz_codec();
std::unique_ptr<StreamCodec> make_bzip2_codec();

}  // namespace exhibit::containers
