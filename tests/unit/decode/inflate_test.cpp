// The streams are Python's, of "hello hello hello".
#include "decode/inflate.h"

#include "samples.h"

namespace exhibit::decode {
namespace {

using tests::from_hex;

constexpr std::string_view kHello = "hello hello hello";
constexpr std::string_view kGzip = "1f8b0800000000000203cb48cdc9c957c84090008088f9e511000000";
constexpr std::string_view kZlib = "789ccb48cdc9c957c84090003a2e067d";
constexpr std::string_view kRaw = "cb48cdc9c957c8409000";
constexpr std::string_view kWithDictionary = "78bb062c0215cb00110a4824003a2e067d";

std::string value_of(const std::string& stream, std::uint64_t max_bytes = 1000) {
  const auto value = inflate_value(as_bytes(stream), max_bytes, {2, 10});
  return value ? std::string(as_text(*value)) : "error: " + error_text(value.error());
}

TEST(Inflate, TellsTheThreeFormsByTheirHead) {
  EXPECT_EQ(value_of(from_hex(kGzip)), kHello);
  EXPECT_EQ(value_of(from_hex(kZlib)), kHello);
  EXPECT_EQ(value_of(from_hex(kRaw)), kHello);
}

TEST(Inflate, TakesGzipMembersAsOneText) {
  EXPECT_EQ(value_of(from_hex(kGzip) + from_hex(kGzip)), std::string(kHello) + std::string(kHello));
}

TEST(Inflate, CountsWhatIsLeftOver) {
  const std::string stream = from_hex(kZlib) + "abc";
  const Inflated out = inflate_readable(as_bytes(stream), 1000);
  EXPECT_TRUE(out.is_complete);
  EXPECT_EQ(out.left_over, 3u);
}

TEST(Inflate, KeepsWhatATruncatedStreamGives) {
  for (const std::string_view hex : {kGzip, kZlib, kRaw}) {
    const std::string whole = from_hex(hex);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const std::string cut = whole.substr(0, size);
      const Inflated out = inflate_readable(as_bytes(cut), 1000);
      EXPECT_FALSE(out.is_complete) << size;
      ASSERT_TRUE(out.damage.has_value()) << size;
      EXPECT_EQ(out.damage->code, ErrorCode::truncated) << size;
      EXPECT_TRUE(kHello.starts_with(as_text(out.bytes))) << size;
      EXPECT_FALSE(inflate_value(as_bytes(cut), 1000).has_value());
    }
    const std::string cut = whole.substr(0, whole.size() - 1);
    EXPECT_GE(inflate_readable(as_bytes(cut), 1000).bytes.size(), 6u);
  }
}

TEST(Inflate, TellsAWrongChecksum) {
  std::string stream = from_hex(kZlib);
  stream.back() ^= 1;
  const Inflated out = inflate_readable(as_bytes(stream), 1000, {2, 10});
  ASSERT_TRUE(out.damage.has_value());
  EXPECT_EQ(out.damage->code, ErrorCode::checksum);
  EXPECT_EQ(as_text(out.bytes), kHello) << "a failed checksum does not hide readable bytes";
}

TEST(Inflate, StopsAtTheLimitWithTheBytesSoFar) {
  EXPECT_EQ(value_of(from_hex(kGzip), kHello.size()), kHello);
  const std::string stream = from_hex(kGzip);
  const Inflated out = inflate_readable(as_bytes(stream), 5);
  EXPECT_EQ(as_text(out.bytes), "hello");
  EXPECT_EQ(out.damage->code, ErrorCode::limit);
}

TEST(Inflate, RefusesAPresetDictionaryByName) {
  const std::string stream = from_hex(kWithDictionary);
  EXPECT_EQ(inflate_readable(as_bytes(stream), 100).damage->code, ErrorCode::unsupported);
}

TEST(Inflate, RefusesOtherBytes) {
  EXPECT_TRUE(value_of("This is no stream.").starts_with("error"));
  EXPECT_TRUE(value_of("").starts_with("error"));
}

}  // namespace
}  // namespace exhibit::decode
