// fuzz: engine
#include <cstdint>

#include "engine/module.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)exhibit::engine::load_module({reinterpret_cast<const char*>(data), size}, "fuzz.toml");
  return 0;
}
