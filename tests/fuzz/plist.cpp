// fuzz: decode
#include "decode/tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exhibit::decode;
  const auto tree = read_plist({data, size}, {});
  if (tree) (void)select(*tree, "$.*[*].*", {.nodes = 10'000});
  return 0;
}
