// fuzz: base
#include "base/zone_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto zone = exhibit::TimeZone::read({data, size});
  if (!zone) return 0;
  for (const std::int64_t us :
       {std::int64_t{-1} << 62, std::int64_t{0}, std::int64_t{1} << 51, std::int64_t{1} << 62}) {
    (void)zone->wall_clock(us);
    (void)zone->wall_clock(us + zone->offset_s(us) * std::int64_t{1'000'000});
  }
  return 0;
}
