// fuzz: containers
#include "packed_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace exhibit::containers;
  exhibit::Limits limits;
  limits.member_ratio_from = 1 << 20;
  const auto packing = packing_of({data, size}).value_or(Packing::zlib);
  const auto stream = open_packed_stream(exhibit::evidence::make_source({data, data + size}), packing, limits);
  std::uint8_t bytes[100];
  if (!stream) return 0;
  for (const std::uint64_t offset : {5000u, 1000u, 70'000u, 30u})
    if (!(*stream)->read_at(offset, bytes)) break;
  (void)(*stream)->size();
  return 0;
}
