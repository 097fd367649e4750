// The outermost file while it is being opened: listing a large archive takes minutes, in which a host wants to know
// where it stands and to be able to stop.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <utility>

#include "base/limits.h"
#include "evidence/byte_source.h"

namespace exhibit::containers {

class WatchedFile final : public evidence::ByteSource {
 public:
  /// `progress`: bytes up to which the file was read, of all; told ten times a second, by the thread that opens.
  WatchedFile(evidence::SourcePtr file, const Cancel* cancel,
              std::function<void(std::uint64_t done, std::uint64_t total)> progress)
      : file_(std::move(file)), cancel_(cancel), progress_(std::move(progress)) {}

  /// From now on it is read like any other, by many threads.
  void end_watch() const { is_watched_ = false; }

  std::uint64_t size() const override { return file_->size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override;

 private:
  evidence::SourcePtr file_;
  const Cancel* cancel_;
  std::function<void(std::uint64_t, std::uint64_t)> progress_;
  mutable std::atomic<bool> is_watched_{true};
  mutable std::chrono::steady_clock::time_point told_ = std::chrono::steady_clock::now();
};

}  // namespace exhibit::containers
