#include "decode/tree.h"
#include "samples.h"

namespace exhibit::decode {
namespace {

using tests::BinaryPlistSample;
using tests::from_hex;
using tests::one_object;
using tests::shown;

Result<Tree> read(const std::string& file) { return read_plist(as_bytes(file), Limits{}, {}); }

/// The tree looks into the file, so the file has to live.
std::string root_of(const std::string& file) {
  const auto tree = read(file);
  return tree ? shown(*tree, "$") : "error: " + error_text(tree.error());
}

Error error_of(const std::string& file) {
  const auto tree = read(file);
  EXPECT_FALSE(tree.has_value());
  return tree ? Error{ErrorCode::io, "an error", 0, {}} : tree.error();
}

TEST(BinaryPlist, ReadsScalars) {
  EXPECT_EQ(root_of(one_object("00")), "null");
  EXPECT_EQ(root_of(one_object("08")), "false");
  EXPECT_EQ(root_of(one_object("09")), "true");
  EXPECT_EQ(root_of(one_object("22 3fc00000")), "real 1.500000");
  EXPECT_EQ(root_of(one_object("23 4004000000000000")), "real 2.500000");
  EXPECT_EQ(root_of(one_object("33 c1c2760065000000")), "date -619446474.000000") << "1981-05-16T11:32:06Z";
  EXPECT_EQ(root_of(one_object("43 616263")), "data abc");
  EXPECT_EQ(root_of(one_object("81 0102")), "uid 258");
}

TEST(BinaryPlist, ReadsShortIntegersUnsignedAndEightBytesSigned) {
  EXPECT_EQ(root_of(one_object("10 ff")), "int 255");
  EXPECT_EQ(root_of(one_object("11 ffff")), "int 65535");
  EXPECT_EQ(root_of(one_object("12 ffffffff")), "int 4294967295");
  EXPECT_EQ(root_of(one_object("13 ffffffffffffffff")), "int -1");
  EXPECT_EQ(root_of(one_object("14 0000000000000000 ffffffffffffffff")), "uint 18446744073709551615");
  EXPECT_EQ(root_of(one_object("14 ffffffffffffffff fffffffffffffffe")), "int -2");
  EXPECT_EQ(error_of(one_object("14 0000000000000001 0000000000000000")).code, ErrorCode::unsupported);
}

TEST(BinaryPlist, KeepsWhatOtherReadersLoseInStrings) {
  EXPECT_EQ(root_of(one_object("53 610062")), std::string("a\0b", 3));
  EXPECT_EQ(root_of(one_object("62 d83d de00")), "\xf0\x9f\x98\x80");
  EXPECT_EQ(root_of(one_object("62 0041 d800")), "A\xed\xa0\x80") << "a lone surrogate, in three bytes";
  EXPECT_EQ(root_of(one_object("74 f09f9880")), "\xf0\x9f\x98\x80");
}

TEST(BinaryPlist, ReadsHighBytesOfAsciiStringsAsLatin1AndSaysSo) {
  const std::string file = one_object("52 61e9");
  const auto tree = read(file);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->text(tree->root()), "a\xc3\xa9");
  ASSERT_EQ(tree->remarks().size(), 1u);
  EXPECT_EQ(tree->remarks()[0].found, 0xe9u);
  EXPECT_EQ(tree->remarks()[0].where.offset, 10u);
}

TEST(BinaryPlist, ReadsCountsBehindTheMarker) {
  EXPECT_EQ(root_of(one_object("5f 10 03 616263")), "abc");
  EXPECT_EQ(root_of(one_object("5f 11 0003 616263")), "abc");
  EXPECT_EQ(error_of(one_object("5f 23 0003 616263")).where.offset, 9u) << "a count that is no integer";
}

TEST(BinaryPlist, ReadsSetsAsArraysAndDictionaries) {
  EXPECT_EQ(root_of(BinaryPlistSample{{from_hex("a2 0101"), from_hex("09")}}.build()), "array of 2");
  EXPECT_EQ(root_of(BinaryPlistSample{{from_hex("b2 0101"), from_hex("09")}}.build()), "array of 2");
  EXPECT_EQ(root_of(BinaryPlistSample{{from_hex("c2 0101"), from_hex("09")}}.build()), "array of 2");

  const std::string file =
      BinaryPlistSample{{from_hex("d3 010204 030303"), "Qa", from_hex("1007"), "Qz", "\x09"}}.build();
  const auto tree = read(file);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(shown(*tree, "a"), "z");
  EXPECT_EQ(shown(*tree, "['7']"), "z");
  EXPECT_EQ(shown(*tree, "true"), "z");
}

TEST(BinaryPlist, RefusesOtherVersionsByNumber) {
  for (const std::string_view version : {"15", "16", "17"}) {
    std::string file = one_object("09");
    file.replace(6, 2, version);
    const Error error = error_of(file);
    EXPECT_EQ(error.code, ErrorCode::unsupported);
    EXPECT_EQ(std::to_string(error.found), version);
    EXPECT_EQ(error.where.offset, 6u);
  }
}

/// A list of one object has its trailer at byte 11: header 8, object 1, table 2.
TEST(BinaryPlist, RefusesATrailerThatCannotBe) {
  const auto damaged = [](std::size_t at, char value) {
    std::string file = one_object("09");
    file[at] = value;
    return error_of(file);
  };
  EXPECT_EQ(damaged(11 + 6, 0).expected.view(), "an offset size of 1 to 8");
  EXPECT_EQ(damaged(11 + 6, 9).where.offset, 17u);
  EXPECT_EQ(damaged(11 + 7, 0).expected.view(), "a reference size of 1 to 8");
  EXPECT_EQ(damaged(11 + 15, 2).expected.view(), "an object count that fits the offset table");
  EXPECT_EQ(damaged(11 + 8, 0x7f).expected.view(), "an object count that fits the offset table");
  EXPECT_EQ(damaged(11 + 23, 1).expected.view(), "a top object below the object count");
  EXPECT_EQ(damaged(11 + 31, 7).expected.view(), "an offset table between header and trailer");
  EXPECT_EQ(damaged(11 + 24, 1).expected.view(), "an offset table between header and trailer");
  EXPECT_EQ(damaged(10, 7).expected.view(), "an object's offset before the offset table");
  EXPECT_EQ(damaged(10, 9).expected.view(), "an object's offset before the offset table");
}

TEST(BinaryPlist, RefusesWhatObjectsCannotBe) {
  EXPECT_EQ(error_of(one_object("0f")).found, 0x0fu);
  EXPECT_EQ(error_of(one_object("f0")).where.offset, 8u);
  EXPECT_EQ(error_of(one_object("53 6162")).code, ErrorCode::truncated) << "the text would reach into the table";
  EXPECT_EQ(error_of(one_object("63 00610062")).code, ErrorCode::truncated);
  EXPECT_EQ(error_of(one_object("6f 13 8000000000000001 0061")).code, ErrorCode::truncated) << "2 × n wraps to 2";
  EXPECT_EQ(error_of(one_object("a1 01")).expected.view(), "a reference below the object count");
  EXPECT_EQ(error_of(one_object("af 13 ffffffffffffffff")).code, ErrorCode::truncated);
  EXPECT_EQ(error_of(BinaryPlistSample{{from_hex("d1 0101"), from_hex("a0")}}.build()).expected.view(),
            "a key that is a string or a number");
}

TEST(BinaryPlist, RefusesCyclesByName) {
  const Error self = error_of(one_object("a1 00"));
  EXPECT_EQ(self.expected.view(), "no container inside itself");
  EXPECT_EQ(self.where.offset, 8u);
  const std::string file = BinaryPlistSample{{from_hex("a1 01"), from_hex("d1 0200"), "Qa"}}.build();
  EXPECT_EQ(error_of(file).expected.view(), "no container inside itself");
}

TEST(BinaryPlist, SharedObjectsAreSharedNodes) {
  // 24 levels of [x, x]: 16 million leaves, if they were copied.
  BinaryPlistSample sample;
  for (char level = 0; level < 24; ++level) {
    const char next = static_cast<char>(level + 1);
    sample.objects.push_back({'\xa2', next, next});
  }
  sample.objects.push_back("Qx");
  const std::string file = sample.build();
  ASSERT_LT(file.size(), 250u);
  const auto tree = read(file);
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->node_count(), 25u);
  EXPECT_EQ(tree->child_count(), 48u);
}

/// A chain of arrays, each in the one before.
std::string nested(std::size_t depth) {
  BinaryPlistSample sample;
  for (std::size_t i = 1; i < depth; ++i) sample.objects.push_back({'\xa1', static_cast<char>(i)});
  sample.objects.push_back("\xa0");
  return sample.build();
}

TEST(BinaryPlist, LimitsNesting) {
  Limits limits;
  limits.nesting = 10;
  const std::string fits = nested(10);
  const std::string too_deep = nested(11);
  EXPECT_TRUE(read_plist(as_bytes(fits), limits).has_value());
  const auto refused = read_plist(as_bytes(too_deep), limits);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::limit);
}

TEST(BinaryPlist, CountsTheLongestWayDownThroughSharedObjects) {
  // The top holds the end of a chain first, and then its beginning: the end must count by its deepest place.
  Limits limits;
  limits.nesting = 3;
  const std::string file =
      BinaryPlistSample{{from_hex("a2 0301"), from_hex("a1 02"), from_hex("a1 03"), from_hex("a0")}}.build();
  EXPECT_FALSE(read_plist(as_bytes(file), limits).has_value());
  limits.nesting = 4;
  EXPECT_TRUE(read_plist(as_bytes(file), limits).has_value());
}

TEST(BinaryPlist, RefusesContainersThatOverlap) {
  // 200 arrays of 200 references, all in the same 202 bytes: every object's offset is made to be that of the first.
  BinaryPlistSample sample;
  sample.objects.push_back(from_hex("af 10 c8") + std::string(200, '\1'));
  for (int i = 1; i <= 200; ++i) sample.objects.push_back("\x09");
  std::string file = sample.build();
  for (std::size_t i = 0; i < 200; ++i) file[8 + 3 + i] = static_cast<char>(i + 1);
  const std::size_t table_at = file.size() - 32 - 2 * 201;
  for (std::size_t i = 1; i <= 200; ++i) file[table_at + 2 * i + 1] = 8;
  EXPECT_EQ(error_of(file).code, ErrorCode::limit);
}

TEST(BinaryPlist, RemarksOnObjectsThatNothingRefersTo) {
  const std::string with_text = BinaryPlistSample{{from_hex("a0"), "Qx"}}.build();
  const auto tree = read(with_text);
  ASSERT_TRUE(tree.has_value());
  ASSERT_EQ(tree->remarks().size(), 1u);
  EXPECT_EQ(tree->remarks()[0].where.offset, 9u);

  const std::string with_constant = BinaryPlistSample{{from_hex("a0"), "\x09"}}.build();
  EXPECT_TRUE(read(with_constant)->remarks().empty()) << "Apple's writers leave those";
}

TEST(BinaryPlist, AnObjectThatNothingRefersToCannotSpoilTheRest) {
  EXPECT_EQ(root_of(BinaryPlistSample{{"\x09", "\xf0"}}.build()), "true");
}

TEST(BinaryPlist, ErrorsNameOffsetsOfTheFile) {
  const std::string file = one_object("f0");
  const auto tree = read_plist(as_bytes(file), Limits{}, {7, 1000});
  ASSERT_FALSE(tree.has_value());
  EXPECT_EQ(tree.error().where, (Where{7, 1008}));
}

}  // namespace
}  // namespace exhibit::decode
