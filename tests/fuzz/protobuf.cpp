// fuzz: decode
#include "decode/protobuf_wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exhibit::decode;
  const ProtobufMessage message = read_protobuf({data, size}, {});
  for (const ProtobufField& field : message.fields) {
    if (field.offset >= size || field.number == 0 || field.bytes.size() > size) __builtin_trap();
  }
  (void)find_fields({data, size}, "2.3.2", {});
  return 0;
}
