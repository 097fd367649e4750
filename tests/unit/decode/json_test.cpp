#include "base/unicode.h"
#include "decode/tree.h"
#include "samples.h"

namespace exhibit::decode {
namespace {

using tests::shown;

Result<Tree> read(std::string_view text) { return read_json(as_bytes(text), Limits{}, {}); }

std::string root_of(std::string_view text) {
  const auto tree = read(text);
  return tree ? shown(*tree, "$") : "error: " + error_text(tree.error());
}

Error error_of(std::string_view text) {
  const auto tree = read(text);
  EXPECT_FALSE(tree.has_value()) << text;
  return tree ? Error{ErrorCode::io, "an error", 0, {}} : tree.error();
}

TEST(Json, ReadsScalars) {
  EXPECT_EQ(root_of(" null "), "null");
  EXPECT_EQ(root_of("true"), "true");
  EXPECT_EQ(root_of("false"), "false");
  EXPECT_EQ(root_of("\xef\xbb\xbf\"x\""), "x");
}

TEST(Json, TellsIntegersFromReals) {
  EXPECT_EQ(root_of("-9223372036854775808"), "int -9223372036854775808");
  EXPECT_EQ(root_of("18446744073709551615"), "uint 18446744073709551615");
  EXPECT_EQ(root_of("1.0"), "real 1.000000");
  EXPECT_EQ(root_of("25e-1"), "real 2.500000");
  EXPECT_EQ(root_of("-0"), "real -0.000000");
}

TEST(Json, SaysWhenANumberLosesDigits) {
  const auto large = read("[18446744073709551616, 1e999, -1e-999]");
  ASSERT_TRUE(large.has_value());
  EXPECT_EQ(shown(*large, "[0]"), "real 18446744073709551616.000000");
  EXPECT_EQ(shown(*large, "[1]"), "real inf");
  EXPECT_EQ(shown(*large, "[2]"), "real -0.000000");
  ASSERT_EQ(large->remarks().size(), 2u);
  EXPECT_EQ(large->remarks()[0].where.offset, 1u);
  EXPECT_EQ(large->remarks()[1].where.offset, 23u);
}

TEST(Json, ReadsEscapes) {
  EXPECT_EQ(root_of(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(root_of(R"("a\u0000b\u00e9\ud83d\ude00")"), std::string("a\0b\xc3\xa9\xf0\x9f\x98\x80", 9));
  EXPECT_EQ(root_of(R"("\ud83d\u0041")"),
            "\xed\xa0\xbd"
            "A")
      << "a lone surrogate, in three bytes";
}

TEST(Json, KeepsTextThatIsNoUtf8AndSaysSo) {
  const auto tree = read("[\"\xff\"]");
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(shown(*tree, "[0]"), "\xff");
  EXPECT_EQ(tree->remarks().size(), 1u);
}

TEST(Json, KeepsDuplicateKeys) {
  const auto tree = read(R"({"a":1,"b":[{},[]],"a":2})");
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->size(tree->root()), 3u);
  EXPECT_EQ(shown(*tree, "a"), "int 1");
  EXPECT_EQ(tree->integer(tree->child(tree->root(), 2)), 2);
  EXPECT_EQ(shown(*tree, "b[1]"), "array of 0");
}

TEST(Json, RefusesWhatTheRfcDoes) {
  for (const std::string_view text :
       {"",        " ",         "01",          "1.",         ".5",    "+1",        "-",        "1e",   "tru",
        "nan",     "[1,]",      "[1 2]",       "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "{\"a\":}", "'a'",  "\"a",
        "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"",   "[",     "]",         "1 2",      "[1]x", "/**/1"}) {
    EXPECT_FALSE(read(text).has_value()) << text;
  }
}

TEST(Json, NamesThePlace) {
  EXPECT_EQ(error_of("[1, x]").where.offset, 4u);
  EXPECT_EQ(error_of("[1, x]").found, static_cast<unsigned>('x'));
  EXPECT_EQ(error_of("[1").code, ErrorCode::truncated);
}

TEST(Json, LimitsDepth) {
  EXPECT_EQ(error_of(std::string(1'000'000, '[')).code, ErrorCode::limit);
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "{\"a\":";
  EXPECT_EQ(error_of(deep).code, ErrorCode::limit);
}

}  // namespace
}  // namespace exhibit::decode
