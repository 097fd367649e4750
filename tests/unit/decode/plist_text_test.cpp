// The two written forms: XML, and the old ASCII one.
#include "decode/tree.h"
#include "samples.h"

namespace exhibit::decode {
namespace {

using tests::shown;

Result<Tree> read(std::string_view file) { return read_plist(as_bytes(file), Limits{}, {}); }

std::string root_of(std::string_view file) {
  const auto tree = read(file);
  return tree ? shown(*tree, "$") : "error: " + error_text(tree.error());
}

std::string xml_value(const std::string& value) { return root_of("<plist version=\"1.0\">" + value + "</plist>"); }

Error error_of(std::string_view file) {
  const auto tree = read(file);
  EXPECT_FALSE(tree.has_value()) << file;
  return tree ? Error{ErrorCode::io, "an error", 0, {}} : tree.error();
}

/// UTF-16 of ASCII text, with a byte order mark.
std::string utf16(std::string_view ascii, bool is_little) {
  std::string units = is_little ? "\xff\xfe" : "\xfe\xff";
  for (const char c : ascii) units += is_little ? std::string{c, '\0'} : std::string{'\0', c};
  return units;
}

TEST(XmlPlist, ReadsScalars) {
  EXPECT_EQ(xml_value("<true/>"), "true");
  EXPECT_EQ(xml_value("<false></false>"), "false");
  EXPECT_EQ(xml_value("<integer> -5 </integer>"), "int -5");
  EXPECT_EQ(xml_value("<integer>0xDEADbeef</integer>"), "int 3735928559");
  EXPECT_EQ(xml_value("<integer>-0x10</integer>"), "int -16");
  EXPECT_EQ(xml_value("<integer>18446744073709551615</integer>"), "uint 18446744073709551615");
  EXPECT_EQ(xml_value("<integer>-9223372036854775808</integer>"), "int -9223372036854775808");
  EXPECT_EQ(xml_value("<real>1.5e1</real>"), "real 15.000000");
  EXPECT_EQ(xml_value("<real>+infinity</real>"), "real inf");
  EXPECT_EQ(xml_value("<date>2001-01-02T00:00:01Z</date>"), "date 86401.000000");
  EXPECT_EQ(xml_value("<data>\n  YW\n  Jj\n  ZA==\n</data>"), "data abcd");
  EXPECT_EQ(xml_value("<data>YWI</data>"), "data ab") << "without padding";
}

TEST(XmlPlist, KeepsTextAsItIs) {
  EXPECT_EQ(xml_value("<string>  </string>"), "  ") << "white space is text in a string";
  EXPECT_EQ(xml_value("<string></string>"), "");
  EXPECT_EQ(xml_value("<string>a<!-- no -->b &amp; &#x1F600;<![CDATA[<&amp;>]]></string>"),
            "ab & \xf0\x9f\x98\x80<&amp;>");
}

TEST(XmlPlist, ReadsContainersAndUids) {
  const auto tree = read(
      "<plist><dict><key>a b</key><array><string>x</string><dict/></array>"
      "<key>u</key><dict><key>CF$UID</key><integer>7</integer></dict></dict></plist>");
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(shown(*tree, "['a b'][0]"), "x");
  EXPECT_EQ(shown(*tree, "['a b'][1]"), "dictionary of 0");
  EXPECT_EQ(shown(*tree, "u"), "uid 7");
}

TEST(XmlPlist, ReadsByteOrderMarksAndUtf16) {
  constexpr std::string_view kText = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><plist><string>hi</string></plist>";
  EXPECT_EQ(root_of("\xef\xbb\xbf<plist><string>hi</string></plist>"), "hi");
  EXPECT_EQ(root_of(utf16(kText, true)), "hi");
  EXPECT_EQ(root_of(utf16(kText, false)), "hi");
  EXPECT_EQ(root_of(utf16(kText, false).substr(2)), "hi") << "without the mark";
  EXPECT_EQ(root_of("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><plist><string>\xe9</string></plist>"), "\xc3\xa9");
  EXPECT_EQ(error_of("<?xml version='1.0' encoding='Shift_JIS'?><plist><string>\x83\x65</string></plist>").code,
            ErrorCode::unsupported);
}

TEST(XmlPlist, NeverExpandsEntities) {
  constexpr std::string_view kLaughs =
      "<!DOCTYPE plist [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>";
  const std::string harmless = std::string(kLaughs) + "<plist><string>x</string></plist>";
  EXPECT_EQ(root_of(harmless), "x");
  const Error error = error_of(std::string(kLaughs) + "<plist><string>x&b;</string></plist>");
  EXPECT_EQ(error.expected.view(), "a character reference or one of XML's five entities");
  EXPECT_EQ(error.where.offset, kLaughs.size() + 16);
}

TEST(XmlPlist, RefusesWhatIsNoList) {
  EXPECT_EQ(error_of("<plist></plist>").expected.view(), "one value in the list");
  EXPECT_EQ(error_of("<plist><true/><true/></plist>").found, 2u);
  EXPECT_EQ(error_of("<plist>x<true/></plist>").where.offset, 7u);
  EXPECT_EQ(error_of("<plist><dict><key>a</key></dict></plist>").expected.view(), "a value for each key");
  EXPECT_EQ(error_of("<plist><dict><true/></dict></plist>").expected.view(), "key and value in turn");
  EXPECT_EQ(error_of("<plist><dict><key>a</key><key>b</key></dict></plist>").where.offset, 26u);
  EXPECT_EQ(error_of("<plist><integer>1x</integer></plist>").expected.view(), "an integer of 64 bits");
  EXPECT_EQ(error_of("<plist><integer>18446744073709551616</integer></plist>").code, ErrorCode::malformed);
  EXPECT_EQ(error_of("<plist><data>a!==</data></plist>").expected.view(), "base64");
  EXPECT_EQ(error_of("<plist><data>YWJjZ</data></plist>").expected.view(), "base64") << "five digits are no bytes";
  EXPECT_EQ(error_of("<plist><date>tomorrow</date></plist>").code, ErrorCode::malformed);
  EXPECT_EQ(error_of("<plist><blob/></plist>").expected.view(), "an element of property lists");
  EXPECT_EQ(error_of("<plist><true/></plist><plist><true/></plist>").expected.view(), "one root element");
  EXPECT_EQ(error_of("<plist><string>a</plist>").expected.view(), "an end tag for each element");
  EXPECT_EQ(error_of(std::string("<plist><true/></plist>\0<plist/>", 31)).expected.view(), "no NUL in XML");
  EXPECT_EQ(root_of(std::string("<plist><true/></plist>\0\0\0", 25)), "true") << "padding of a field";
}

TEST(XmlPlist, LimitsDepth) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<array>";
  for (int i = 0; i < 100'000; ++i) deep += "</array>";
  EXPECT_EQ(error_of(deep).code, ErrorCode::limit);
}

TEST(AsciiPlist, ReadsEveryForm) {
  const auto tree = read(R"(// a comment
{ word = some/path.txt; "a key" = "line\nnext \"quoted\" \U00e9\Ud83d\Ude00 \101";
  list = ( one, 'two', /* three */ ); bytes = <6162 63>; empty = {}; none = ();
  i = <*I-5>; r = <*R1.5>; y = <*BY>; n = <*BN>; d = <*D2001-01-01 01:00:00 +0100> })");
  ASSERT_TRUE(tree.has_value()) << error_text(tree.error());
  EXPECT_EQ(shown(*tree, "word"), "some/path.txt");
  EXPECT_EQ(shown(*tree, "['a key']"), "line\nnext \"quoted\" \xc3\xa9\xf0\x9f\x98\x80 A");
  EXPECT_EQ(shown(*tree, "list"), "array of 2");
  EXPECT_EQ(shown(*tree, "list[1]"), "two");
  EXPECT_EQ(shown(*tree, "bytes"), "data abc");
  EXPECT_EQ(shown(*tree, "empty"), "dictionary of 0");
  EXPECT_EQ(shown(*tree, "none"), "array of 0");
  EXPECT_EQ(shown(*tree, "i"), "int -5");
  EXPECT_EQ(shown(*tree, "r"), "real 1.500000");
  EXPECT_EQ(shown(*tree, "y"), "true");
  EXPECT_EQ(shown(*tree, "n"), "false");
  EXPECT_EQ(shown(*tree, "d"), "date 0.000000");
}

TEST(AsciiPlist, ReadsStringsFilesAndTheirUtf16) {
  constexpr std::string_view kStrings = "\"OK\" = \"Fine\";\nsame;\n";
  for (const std::string& file : {std::string(kStrings), utf16(kStrings, true), utf16(kStrings, false)}) {
    const auto tree = read(file);
    ASSERT_TRUE(tree.has_value()) << error_text(tree.error());
    EXPECT_EQ(shown(*tree, "OK"), "Fine");
    EXPECT_EQ(shown(*tree, "same"), "same");
  }
}

TEST(AsciiPlist, TellsDataFromXml) {
  EXPECT_EQ(root_of("<61 62>"), "data ab");
  EXPECT_EQ(root_of("<array/>"), "array of 0");
}

TEST(AsciiPlist, RefusesWithThePlace) {
  EXPECT_EQ(error_of("{ a = b; c }").where.offset, 11u);
  EXPECT_EQ(error_of("{ a = b").code, ErrorCode::truncated);
  EXPECT_EQ(error_of("( a b )").where.offset, 4u);
  EXPECT_EQ(error_of("{ a = \"b; }").where.offset, 6u) << "where the quote was opened";
  EXPECT_EQ(error_of("{ a = <616>; }").expected.view(), "an even count of hex digits");
  EXPECT_EQ(error_of("{} {}").expected.view(), "the end of the list");
  EXPECT_EQ(error_of("").code, ErrorCode::truncated);
  EXPECT_EQ(error_of(std::string(100'000, '(')).code, ErrorCode::limit);
  EXPECT_EQ(error_of(std::string(100'000, '{')).code, ErrorCode::malformed);
}

}  // namespace
}  // namespace exhibit::decode
