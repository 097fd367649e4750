#include "crypto/secret.h"

#include <type_traits>

#include "bytes_text.h"

namespace exhibit::crypto {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

TEST(Secret, HoldsACopy) {
  std::vector<std::uint8_t> bytes = {1, 2, 3};
  const Secret secret{Bytes(bytes)};
  bytes[0] = 9;
  EXPECT_EQ(hex(secret.bytes()), "010203");
  EXPECT_FALSE(secret.empty());
}

TEST(Secret, OfASizeIsZeros) { EXPECT_EQ(hex(Secret(4).bytes()), "00000000"); }

TEST(Secret, OfNothingIsEmpty) {
  EXPECT_TRUE(Secret().empty());
  EXPECT_TRUE(Secret(0).empty());
  EXPECT_TRUE(Secret(Bytes()).empty());
}

TEST(Secret, MovesAndLeavesNothing) {
  Secret first(unhex("0a0b"));
  Secret second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): what is left is what the test is about
  EXPECT_EQ(hex(second.bytes()), "0a0b");
  Secret third(unhex("ff"));
  third = std::move(second);
  EXPECT_EQ(hex(third.bytes()), "0a0b");
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
}

TEST(Secret, SurvivesAMoveToItself) {
  Secret secret(unhex("0a0b0c0d0e0f"));
  secret.writable()[0] = 0x77;
  Secret& same = secret;
  secret = std::move(same);
  EXPECT_EQ(hex(secret.bytes()), "770b0c0d0e0f");
}

}  // namespace
}  // namespace exhibit::crypto
