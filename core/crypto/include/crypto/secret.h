// Bytes that open something: wiped when they are no longer needed, never copied by accident.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"

namespace exhibit::crypto {

/// Passwords and keys. Locked into memory where the system allows that, and wiped at the end. Moves, never copies.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::size_t size);  ///< zeros
  explicit Secret(Bytes bytes);       ///< a copy; the caller wipes its own
  ~Secret();
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;

  Bytes bytes() const { return {data_.get(), size_}; }
  std::span<std::uint8_t> writable() { return {data_.get(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  std::unique_ptr<std::uint8_t[]> data_;
  std::size_t size_ = 0;
};

}  // namespace exhibit::crypto
