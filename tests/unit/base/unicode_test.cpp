#include "base/unicode.h"

#include <array>

namespace exhibit {
namespace {

TEST(Unicode, AcceptsOnlyShortestFormsWithoutSurrogates) {
  EXPECT_TRUE(is_utf8("caf\xC3\xA9 \xF0\x9F\x98\x80"));
  EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_utf8("\xC0\x80")) << "overlong NUL";
  EXPECT_FALSE(is_utf8("\xED\xA0\x80")) << "surrogate";
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80")) << "beyond U+10FFFF";
  EXPECT_FALSE(is_utf8("\xE2\x82")) << "cut";
}

TEST(Unicode, Utf16KeepsALoneSurrogateInAFormThatIsNotUtf8) {
  constexpr std::array<std::uint8_t, 6> kUnits = {0xD8, 0x3D, 0x00, 0x41, 0x20, 0xAC};
  const std::string text = utf8_from_utf16(kUnits, ByteOrder::big);
  EXPECT_EQ(text,
            "\xED\xA0\xBD"
            "A\xE2\x82\xAC");
  EXPECT_FALSE(is_utf8(text));
}

TEST(Unicode, Utf16JoinsPairs) {
  constexpr std::array<std::uint8_t, 4> kUnits = {0x3D, 0xD8, 0x00, 0xDE};
  EXPECT_EQ(utf8_from_utf16(kUnits, ByteOrder::little), "\xF0\x9F\x98\x80");
}

TEST(Unicode, EscapesOnlyWhatIsInvalid) { EXPECT_EQ(escape_invalid_utf8("\xC3\xA9\xFF.db"), "\xC3\xA9\\xff.db"); }

}  // namespace
}  // namespace exhibit
