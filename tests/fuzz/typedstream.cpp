// fuzz: decode
#include "decode/typedstream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto out = exhibit::decode::read_typedstream({data, size}, {});
  if (out && !out->consumed_all && !out->damage) __builtin_trap();  // nothing is left without a word
  return 0;
}
