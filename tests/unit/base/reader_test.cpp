#include "base/reader.h"

#include <array>

namespace exhibit {
namespace {

constexpr std::array<std::uint8_t, 12> kBytes = {0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
                                                 0x07, 0x08, 0xac, 0x02, 0x00, 0x00};

TEST(Reader, ReadsBothByteOrders) {
  Reader in(kBytes);
  EXPECT_EQ(in.u16be(), 0x0102);
  EXPECT_EQ(in.u16le(), 0x0403);
  EXPECT_EQ(in.u32be(), 0x05060708u);
  EXPECT_EQ(in.varint_le(), 300u);
  EXPECT_EQ(in.remaining(), 2u);
  EXPECT_TRUE(in.ok());
}

TEST(Reader, StaysFailedAndGivesZerosAfterTheFirstFailure) {
  Reader in(kBytes, Where{7, 1000});
  in.skip(10);
  EXPECT_EQ(in.u32le(), 0u);
  EXPECT_EQ(in.u8(), 0u) << "a byte is left, but the record is lost";
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(in.error().code, ErrorCode::truncated);
  EXPECT_EQ(in.error().where, (Where{7, 1010})) << "an offset of the file, not of the view";
  EXPECT_EQ(in.error().found, 2u);
}

TEST(Reader, RefusesALengthThatWouldWrap) {
  Reader in(kBytes);
  in.skip(4);
  in.skip(UINT64_MAX - 2);
  EXPECT_FALSE(in.ok());
}

TEST(Reader, RefusesAVarintOfMoreThan64Bits) {
  constexpr std::array<std::uint8_t, 10> kLong = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
  Reader in(kLong);
  (void)in.varint_le();
  EXPECT_FALSE(in.ok());
}

TEST(Reader, MagicNamesWhatStoodThere) {
  Reader in(kBytes);
  in.magic("SEGB");
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(error_text(in.error()), "expected SEGB, found 16909060, at offset 0");
}

}  // namespace
}  // namespace exhibit
