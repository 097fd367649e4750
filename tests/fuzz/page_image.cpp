// fuzz: sqlite
#include "../support/read_every_table.h"
#include "evidence/byte_source.h"

// The length of a log in two bytes (the highest bit makes it a rollback journal), the log, the database.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using exhibit::evidence::make_source;
  if (size < 2) return 0;
  const std::size_t side_size = std::min<std::size_t>(size - 2, (data[0] & 0x7fu) << 8 | data[1]);
  auto main = make_source({data + 2 + side_size, data + size});
  auto side = make_source({data + 2, data + 2 + side_size});
  exhibit::tests::read_every_table({main, data[0] < 0x80 ? side : nullptr, data[0] < 0x80 ? nullptr : side});
  return 0;
}
