// fuzz: containers
#include "keybag.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exhibit;
  Cancel cancel;
  cancel.request();  // a hundred million rounds are allowed
  auto keybag = containers::Keybag::read({data, size});
  if (!keybag) return 0;
  (void)keybag->unlock(crypto::Secret(as_bytes("password")), &cancel, {});
  (void)keybag->unwrap(3, Bytes(data, size));
  return 0;
}
