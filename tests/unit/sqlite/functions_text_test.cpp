#include "functions_fixture.h"

namespace exhibit::sqlite {
namespace {

using TextFunctions = FunctionsTest;

TEST_F(TextFunctions, AfterAndBeforeTakeTheFirstSeparatorThatOccurs) {
  EXPECT_EQ(text_of("after('iMessage;-;+447700900123', ';-;', ';+;')"), "+447700900123");
  EXPECT_EQ(text_of("after('iMessage;+;chat12', ';-;', ';+;')"), "chat12");
  EXPECT_EQ(text_of("after('a:b-c', '-', ':')"), "c");
  EXPECT_EQ(text_of("after('a:b:c', ':')"), "b:c");
  EXPECT_EQ(text_of("before('a:b:c', ':')"), "a");
  EXPECT_EQ(text_of("before(':a', ':')"), "");
  EXPECT_TRUE(is_null("after('abc', ':', '')"));
  EXPECT_TRUE(is_null("before('abc', NULL)"));
  EXPECT_TRUE(is_null("after(NULL, ':')"));
  EXPECT_EQ(text_of("after(1205, 2)"), "05");
  EXPECT_THAT(error_of("after('a')"), testing::HasSubstr("separator"));
}

TEST_F(TextFunctions, Mac) {
  EXPECT_EQ(text_of("mac('0:1a:2:B:cc:0')"), "00:1a:02:0b:cc:00");
  EXPECT_EQ(text_of("mac('00-1A-02-0B-CC-00')"), "00:1a:02:0b:cc:00");
  EXPECT_EQ(text_of("mac('001a020BCC00')"), "00:1a:02:0b:cc:00");
  EXPECT_EQ(text_of("mac(x'001a020bcc00')"), "00:1a:02:0b:cc:00");
  for (const char* bad : {"'0:1a:2:B:cc'", "'0:1a:2:B:cc:0:1'", "'0:1a:2:B:cc:'", "':1a:2:B:cc:0'", "'0:1a:2:B:cc:100'",
                          "'0:1a-2:B:cc:0'", "'0:1g:2:B:cc:0'", "'001a020BCC0'", "''", "NULL", "7", "x'001a020bcc'"})
    EXPECT_TRUE(is_null("mac(" + std::string(bad) + ")")) << bad;
}

TEST_F(TextFunctions, DevicePath) {
  EXPECT_EQ(text_of("device_path('~/Library/SMS/Attachments/a.jpg')"), "home:Library/SMS/Attachments/a.jpg");
  EXPECT_EQ(text_of("device_path('/var/mobile/Media/a')"), "home:Media/a");
  EXPECT_EQ(text_of("device_path('/private/var/mobile/Media/a')"), "home:Media/a");
  EXPECT_EQ(text_of("device_path('/data/data/com.example/files/a')"), "app:com.example/files/a");
  EXPECT_EQ(text_of("device_path('/data/user/10/com.example/a')"), "app:com.example/a");
  EXPECT_EQ(text_of("device_path('/storage/emulated/0/DCIM/a.jpg')"), "media:DCIM/a.jpg");
  EXPECT_EQ(text_of("device_path('/sdcard/DCIM/a.jpg')"), "media:DCIM/a.jpg");
  for (const char* other : {"'/storage/emulated/x/a'", "'/storage/emulated/0'", "'/storage/1234-ABCD/a'", "'a.jpg'",
                            "''", "NULL", "5", "'/private/var/containers/a'"})
    EXPECT_TRUE(is_null("device_path(" + std::string(other) + ")")) << other;
}

TEST_F(TextFunctions, PhoneNeedsACountry) {
  EXPECT_EQ(text_of("phone('+44 (7700) 900-123')"), "+447700900123");
  EXPECT_EQ(text_of("phone('0044 7700.900123')"), "+447700900123");
  EXPECT_EQ(text_of("phone('tel:+447700900123')"), "+447700900123");
  // Address books wrap numbers in direction marks and no-break spaces.
  EXPECT_EQ(text_of("phone(char(0x202a) || '+44' || char(0xa0) || '7700' || char(0x2011) || '900123' || char(0x202c))"),
            "+447700900123");
  for (const char* none :
       {"'07700 900123'", "'60123'", "'O2-Info'", "'+44 (0)7700 900123'", "'+123456'", "'+1234567890123456'",
        "'+0447700900123'", "'+44+7700900123'", "'+44 7700 900123;ext=5'", "''", "NULL", "x'2bff'", "447700900123"})
    EXPECT_TRUE(is_null("phone(" + std::string(none) + ")")) << none;
}

TEST_F(TextFunctions, Email) {
  EXPECT_EQ(text_of("email('mailto:Alice@Example.COM?subject=x')"), "alice@example.com");
  EXPECT_EQ(text_of("email('MAILTO:alice@example.com')"), "alice@example.com");
  for (const char* none : {"'alice'", "'@example.com'", "'alice@'", "'Alice <alice@example.com>'", "''", "NULL", "7"})
    EXPECT_TRUE(is_null("email(" + std::string(none) + ")")) << none;
}

TEST_F(TextFunctions, Utf8AndUtf16) {
  EXPECT_EQ(text_of("utf8(x'e282ac')"), "€");
  EXPECT_EQ(text_of("utf8('')"), "");
  EXPECT_TRUE(is_null("utf8(x'ff')"));
  EXPECT_TRUE(is_null("utf8(NULL)"));
  EXPECT_EQ(text_of("utf16(x'ac204100')"), "€A");
  EXPECT_EQ(text_of("utf16(x'20ac0041', 'be')"), "€A");
  EXPECT_EQ(text_of("utf16(x'feff20ac')"), "€");
  EXPECT_EQ(text_of("utf16(x'fffeac20')"), "€");
  EXPECT_TRUE(is_null("utf16(NULL)"));
  EXPECT_EQ(context.blob_note_count(), 0u);
  EXPECT_TRUE(is_null("utf16(x'ac2041')"));
  EXPECT_EQ(context.blob_note_count(), 1u);
  EXPECT_THAT(error_of("utf16(x'ac20', 'me')"), testing::HasSubstr("utf16"));
}

}  // namespace
}  // namespace exhibit::sqlite
