#include "evidence/text_arena.h"

#include <algorithm>

namespace exhibit::evidence {
namespace {

// Blocks grow, so that a small exhibit takes little.
constexpr std::size_t kSmallestBlock = 32 << 10;
constexpr std::size_t kLargestBlock = 1 << 20;

}  // namespace

std::string_view TextArena::add(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (const std::string_view part : parts) size += part.size();
  if (size == 0) return "";
  char* const text = reserve(size);
  char* end = text;
  for (const std::string_view part : parts) end = std::copy(part.begin(), part.end(), end);
  return {text, size};
}

char* TextArena::reserve(std::size_t size) {
  if (size > kSmallestBlock / 2) return new_block(size);  // of its own, so that little is wasted
  if (size > left_) {
    block_size_ = std::clamp(block_size_ * 2, kSmallestBlock, kLargestBlock);
    free_ = new_block(block_size_);
    left_ = block_size_;
  }
  char* const text = free_;
  free_ += size;
  left_ -= size;
  return text;
}

char* TextArena::new_block(std::size_t size) {
  return blocks_.emplace_back(std::make_unique_for_overwrite<char[]>(size)).get();
}

}  // namespace exhibit::evidence
