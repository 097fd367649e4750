#include "decode/typedstream.h"

#include "samples.h"

namespace exhibit::decode {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using tests::from_hex;

/// The archive's parts, numbered as a writer numbers them. Shared strings: 92 "@", 93 NSAttributedString, 94 NSObject,
/// 95 NSString, 96 "+", 97 "iI", 98 NSDictionary, 99 "i". Objects: 92 the attributed string, 93 its class, 94 NSObject,
/// 95 the string, 96 NSString, 97 the first set of attributes, 98 NSDictionary.
const std::string kHead = from_hex("04 0b") + "streamtyped" + from_hex("81 e803");
const std::string kAttributed = from_hex("84 01") + "@" + from_hex("84 84 84 12") + "NSAttributedString" +
                                from_hex("00 84 84 08") + "NSObject" + from_hex("00 85");
const std::string kEnd = from_hex("86");

/// The first string of an archive, behind kAttributed.
std::string first_string(const std::string& length, const std::string& text) {
  return from_hex("92 84 84 84 08") + "NSString" + from_hex("01 94 84 01") + "+" + length + text + kEnd;
}
/// A later string.
std::string string(const std::string& text) {
  return from_hex("92 84 96 96") + static_cast<char>(text.size()) + text + kEnd;
}
std::string first_run(char length) { return from_hex("84 02") + "iI" + from_hex("01") + length; }
std::string run(char set, char length) { return from_hex("97") + set + length; }
std::string first_dictionary(char count) {
  return from_hex("92 84 84 84 0c") + "NSDictionary" + from_hex("00 94 84 01") + "i" + count;
}
std::string dictionary(char count) { return from_hex("92 84 98 99") + count; }

Result<AttributedText> read(const std::string& archive) {
  return read_typedstream(as_bytes(archive), Limits{}, {5, 0});
}

TEST(Typedstream, ReadsTextAndRuns) {
  // "a😀b" is 4 UTF-16 units: a and the emoji in the first run, b in the second, with the set of the first again.
  const auto out = read(kHead + kAttributed +
                        first_string("\x06",
                                     "a\xf0\x9f\x98\x80"
                                     "b") +
                        first_run(1) + first_dictionary(1) + string("name") + string("value") + kEnd +  //
                        run(2, 2) + dictionary(1) + string("other") + string("x") + kEnd + run(1, 1) + kEnd);
  ASSERT_TRUE(out.has_value()) << error_text(out.error());
  EXPECT_EQ(out->text,
            "a\xf0\x9f\x98\x80"
            "b");
  ASSERT_EQ(out->runs.size(), 3u);
  EXPECT_EQ(out->runs[0].length_utf16, 1u);
  EXPECT_THAT(out->runs[0].attributes, ElementsAre(Pair("name", "value")));
  EXPECT_EQ(out->runs[1].start_utf16, 1u);
  EXPECT_THAT(out->runs[1].attributes, ElementsAre(Pair("other", "x")));
  EXPECT_EQ(out->runs[2].start_utf16, 3u);
  EXPECT_THAT(out->runs[2].attributes, ElementsAre(Pair("name", "value")));
  EXPECT_TRUE(out->consumed_all);
  EXPECT_TRUE(out->runs_cover_text);
  EXPECT_FALSE(out->damage.has_value());
}

TEST(Typedstream, ReadsLengthsOfTwoAndFourBytes) {
  const std::string text(300, 'x');
  const std::string four(70'000, 'y');
  for (const auto& [length, expected] :
       {std::pair(from_hex("81 2c01"), text), std::pair(from_hex("82 70110100"), four)}) {
    const auto out = read(kHead + kAttributed + first_string(length, expected) + kEnd);
    ASSERT_TRUE(out.has_value());
    EXPECT_EQ(out->text, expected);
    EXPECT_FALSE(out->runs_cover_text) << "no run covers it";
  }
}

TEST(Typedstream, ReadsBigEndian) {
  const auto out = read(from_hex("04 0b") + "typedstream" + from_hex("81 03e8") + kAttributed +
                        first_string(from_hex("81 012c"), std::string(300, 'x')) + kEnd);
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->text.size(), 300u);
}

TEST(Typedstream, AnEmptyTextHasNoRuns) {
  const auto out = read(kHead + kAttributed + first_string(std::string(1, '\0'), "") + kEnd);
  ASSERT_TRUE(out.has_value());
  EXPECT_EQ(out->text, "");
  EXPECT_THAT(out->runs, IsEmpty());
  EXPECT_TRUE(out->runs_cover_text);
}

TEST(Typedstream, ReadsAPlainString) {
  const auto out = read(kHead + from_hex("84 01") + "@" + from_hex("84 84 84 0f") + "NSMutableString" +
                        from_hex("01 84 84 08") + "NSString" + from_hex("01 84 84 08") + "NSObject" +
                        from_hex("00 85 84 01") + "+" + from_hex("02") + "hi" + kEnd);
  ASSERT_TRUE(out.has_value()) << error_text(out.error());
  EXPECT_EQ(out->text, "hi");
  EXPECT_TRUE(out->consumed_all);
  EXPECT_TRUE(out->runs_cover_text);
}

/// The value of an attribute, as a group's bytes behind its key. New strings there are numbered from 9a on, new objects
/// from 9a too: 99 is the key.
std::string shown(const std::string& value) {
  const auto out = read(kHead + kAttributed + first_string("\x01", "a") + first_run(1) + first_dictionary(1) +
                        string("k") + value + kEnd + kEnd);
  if (!out) return "error: " + error_text(out.error());
  if (out->damage) return "damage: " + error_text(*out->damage);
  return out->runs.at(0).attributes.at(0).second;
}

std::string object(const std::string& name, const std::string& groups) {
  return from_hex("92 84 84 84") + static_cast<char>(name.size()) + name + from_hex("00 94") + groups + kEnd;
}
std::string types(const std::string& encoding) {
  return from_hex("84") + static_cast<char>(encoding.size()) + encoding;
}

TEST(Typedstream, ShowsAttributesAsText) {
  const auto number = [](const std::string& type, const std::string& value) {
    return object("NSNumber", types("*") + from_hex("84") + types(type) + types(type) + value);
  };
  EXPECT_EQ(shown(number("i", from_hex("05"))), "5");
  EXPECT_EQ(shown(number("q", from_hex("ff"))), "-1");
  EXPECT_EQ(shown(number("i", from_hex("81 3fff"))), "-193");
  EXPECT_EQ(shown(number("I", from_hex("82 ffffffff"))), "4294967295");
  EXPECT_EQ(shown(number("c", from_hex("84"))), "-124") << "a raw byte, though it looks like a tag";
  EXPECT_EQ(shown(number("C", from_hex("92"))), "146");
  EXPECT_EQ(shown(number("d", from_hex("83 000000000000f83f"))), "1.5");
  EXPECT_EQ(shown(number("f", from_hex("83 0000c03f"))), "1.5");
  EXPECT_EQ(shown(number("d", from_hex("07"))), "7") << "a whole number is coded as an integer";
  EXPECT_EQ(shown(object("NSDate", types("d") + from_hex("07"))), "7");
  EXPECT_EQ(shown(object("NSData", from_hex("99 03") + types("[3c]") + from_hex("0184ff"))), "0184ff");
  EXPECT_EQ(shown(object("NSURL", types("c") + from_hex("00") + string("https://example.com"))), "https://example.com");
  EXPECT_EQ(shown(object("NSArray", from_hex("99 02") + string("x") + string("y"))), "[x, y]");
  EXPECT_EQ(shown(dictionary(1) + string("x") + string("y") + kEnd), "{x: y}");
  EXPECT_EQ(shown(object("EXThing", "")), "<EXThing>");
  EXPECT_EQ(shown(from_hex("92 85")), "nil");
}

TEST(Typedstream, ReadsStructuresArraysAndQualifiers) {
  EXPECT_EQ(shown(object("EXRect", types("{R={P=dd}[2s]}") + from_hex("01 02 03 04"))), "<EXRect>");
  EXPECT_EQ(shown(object("EXPair", types("rnic") + from_hex("01 ff"))), "<EXPair>");
  EXPECT_TRUE(shown(object("EXBad", types("{R=d") + from_hex("01"))).starts_with("damage"));
  EXPECT_TRUE(shown(object("EXBad", types("[2s") + from_hex("01 01"))).starts_with("damage"));
  EXPECT_TRUE(shown(object("EXBad", types("?") + from_hex("01"))).starts_with("damage"));
}

TEST(Typedstream, ACycleEndsWhereItIsShown) {
  // The value is the dictionary it is in: object 97.
  EXPECT_THAT(shown(from_hex("92 97")), testing::HasSubstr("<NSDictionary>"));
}

TEST(Typedstream, AClassMayNameItselfAsItsSuperclass) {
  // The class takes number 9b before its superclass is read.
  EXPECT_EQ(shown(from_hex("92 84 84 84 03") + "EXA" + from_hex("00 9b 86")), "<EXA>");
}

TEST(Typedstream, KeepsTheTextOfAnArchiveThatBreaksOff) {
  const std::string whole = kHead + kAttributed + first_string("\x02", "hi") + first_run(2) + first_dictionary(1) +
                            string("k") + string("v") + kEnd + kEnd;
  const std::size_t text_end = (kHead + kAttributed + first_string("\x02", "hi")).size() - 1;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto out = read(whole.substr(0, size));
    ASSERT_EQ(out.has_value(), size >= text_end) << size;
    if (!out) continue;
    EXPECT_EQ(out->text, "hi");
    EXPECT_TRUE(out->damage.has_value()) << size;
    EXPECT_FALSE(out->consumed_all) << size;
  }
  EXPECT_TRUE(read(whole)->consumed_all);
}

TEST(Typedstream, SaysWhatFollowsTheArchive) {
  const std::string archive = kHead + kAttributed + first_string("\x02", "hi") + kEnd;
  const auto out = read(archive + std::string(3, '\0'));
  ASSERT_TRUE(out.has_value());
  EXPECT_FALSE(out->consumed_all);
  EXPECT_EQ(out->damage.value().where, (Where{5, archive.size()}));
}

TEST(Typedstream, RefusesOthers) {
  EXPECT_EQ(read("").error().code, ErrorCode::truncated);
  EXPECT_EQ(read("bplist00").error().code, ErrorCode::unsupported) << "streamer version 98";
  EXPECT_EQ(read(from_hex("04 03") + "abc" + from_hex("01")).error().code, ErrorCode::malformed);
  EXPECT_EQ(read(kHead).error().code, ErrorCode::unsupported);
  const auto number = read(kHead + types("i") + from_hex("05"));
  EXPECT_EQ(number.error().expected.view(), "an NSString or NSAttributedString");
}

TEST(Typedstream, RefusesReferencesToWhatIsNotThere) {
  EXPECT_THAT(shown(from_hex("92 ff")), testing::HasSubstr("a reference to something before it"));
  EXPECT_THAT(shown(from_hex("92 84 99")), testing::HasSubstr("a reference to a class")) << "99 is a string";
  EXPECT_TRUE(shown(from_hex("92 91")).starts_with("damage")) << "a reserved tag";
}

TEST(Typedstream, LimitsDepthAndWork) {
  std::string deep = kHead + from_hex("84 01") + "@";
  for (int i = 0; i < 10'000; ++i) deep += from_hex("84 85 92");
  EXPECT_EQ(read(deep).error().code, ErrorCode::limit);
  // Values that take no bytes: 10^12 of them.
  EXPECT_THAT(shown(object("EXBig", types("[1000000[1000000{}]]"))), testing::HasSubstr("fewer values"));
  EXPECT_THAT(shown(object("EXBig", types("[99999999999[0c]]"))), testing::HasSubstr("fewer values"));
}

TEST(Typedstream, LimitsTheTextMadeOfSharedObjects) {
  // An array of two, of two, … of a string of 100 characters, eight levels deep; in 100 runs of its own each.
  std::string archive =
      kHead + kAttributed + first_string("\x01", "a") + first_run(1) + first_dictionary(1) + string("k");
  archive += object("NSArray", from_hex("99 01") + string(std::string(120, 'x')));
  std::string many = from_hex("99 7f");
  for (int i = 0; i < 127; ++i) many += from_hex("92 9a");
  std::string outer;
  archive += kEnd;
  archive += run(2, 1) + dictionary(1) + string("k") + from_hex("92 84 9b") + many + kEnd + kEnd;
  for (char i = 3; i < 127; ++i) {
    archive += run(i, 1) + dictionary(1) + string("k") + from_hex("92 84 9b") + many + kEnd + kEnd;
    for (char repeat = 0; repeat < 20; ++repeat) archive += run(i, 1);
  }
  const auto out = read(archive + kEnd);
  ASSERT_TRUE(out.has_value());
  ASSERT_TRUE(out->damage.has_value());
  EXPECT_EQ(out->damage->code, ErrorCode::limit);
  EXPECT_GT(out->runs.size(), 100u);
}

}  // namespace
}  // namespace exhibit::decode
