#include "crypto/secret.h"

#include <openssl/crypto.h>
#include <sys/mman.h>

#include <algorithm>
#include <utility>

namespace exhibit::crypto {

// Locking is best effort: a system may allow a process no locked memory at all. It is never unlocked, since a page can
// hold two secrets and a lock does not count: it ends with the memory.
Secret::Secret(std::size_t size) : data_(size == 0 ? nullptr : std::make_unique<std::uint8_t[]>(size)), size_(size) {
  if (size != 0) (void)mlock(data_.get(), size);
}

Secret::Secret(Bytes bytes) : Secret(bytes.size()) { std::ranges::copy(bytes, data_.get()); }

Secret::~Secret() { OPENSSL_cleanse(data_.get(), size_); }

Secret::Secret(Secret&& other) noexcept : data_(std::move(other.data_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  OPENSSL_cleanse(data_.get(), size_);
  data_ = std::move(other.data_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

}  // namespace exhibit::crypto
