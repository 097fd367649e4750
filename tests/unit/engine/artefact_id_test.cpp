// The values are what every case ever written holds: they may not change. Worked out with Python's hashlib over
// the same bytes.
#include "artefact_id.h"

#include <cstdio>

namespace exhibit::engine {
namespace {

std::string text(const ArtefactId& id) {
  std::string hex;
  for (std::size_t i = 0; i < id.size(); ++i) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", id[i]);
    if (i == 4 || i == 6 || i == 8 || i == 10) hex += '-';
    hex += two;
  }
  return hex;
}

TEST(ArtefactId, IsTheCommittedValue) {
  ArtefactIds ids("KA/1", 1, "private/var/mobile/Library/SMS/sms.db", "message", "Message", "Message:message");
  EXPECT_EQ(text(ids.of_row(4711)), "7e7bc287-2440-5b89-8e76-b62b742d6f23");
  EXPECT_EQ(text(ids.of_row(-1)), "f4fdb2e0-be11-57d7-97d2-316ba7cba487");
  EXPECT_EQ(text(ids.of_key("$.a[3]")), "159fa9cc-08bc-5209-ac81-4a0d97177f7b");
  ArtefactIds second("KA/1", 2, "private/var/mobile/Library/SMS/sms.db", "message", "Message", "Message:message");
  EXPECT_EQ(text(second.of_row(4711)), "2e553ce5-82b0-5bb3-9805-35de72922474");
}

}  // namespace
}  // namespace exhibit::engine
