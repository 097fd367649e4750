// fuzz: containers
#include "zip_salvage.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  exhibit::Limits limits;
  limits.large_member_bytes = 1000;  // both ways to read a member
  auto zip = exhibit::containers::open_zip_by_local_heads(exhibit::evidence::make_source({data, data + size}), limits);
  if (!zip) return 0;
  const exhibit::evidence::Evidence evidence("zip", *std::move(zip), limits);
  for (std::uint32_t number = 1; number <= evidence.entries().size() && number <= 20; ++number)
    if (const auto file = evidence.open(number); file && (*file)->size() < 1 << 20) (void)hash(**file);
  return 0;
}
