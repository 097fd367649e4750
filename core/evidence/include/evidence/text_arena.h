// Many texts side by side in few large blocks: half a million paths cost no allocation each. Nothing is taken out
// before the end.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

namespace exhibit::evidence {

class TextArena {
 public:
  /// The parts in one text, which stays where it is as long as the arena lives, also if the arena is moved.
  std::string_view add(std::initializer_list<std::string_view> parts);
  std::string_view add(std::string_view text) { return add({text}); }

 private:
  char* reserve(std::size_t size);
  char* new_block(std::size_t size);

  std::vector<std::unique_ptr<char[]>> blocks_;
  std::size_t block_size_ = 0;
  char* free_ = nullptr;  // in the last block of block_size_
  std::size_t left_ = 0;
};

}  // namespace exhibit::evidence
