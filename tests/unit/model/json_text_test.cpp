// Strings: the characters of the text form's definition. Doubles: printed by a JavaScript engine's Number::toString
// rules (ECMA-262, 6.1.6.1.20), worked out by hand.
#include <cmath>
#include <limits>

#include "model/json.h"

namespace exhibit::model {
namespace {

using namespace std::string_literals;

std::string escaped(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

std::string printed(double value) {
  std::string out;
  append_json_double(out, value);
  return out;
}

TEST(JsonString, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(escaped(""), R"("")");
  EXPECT_EQ(escaped("the pier at nine? 😀 ❤️ /"), R"("the pier at nine? 😀 ❤️ /")");
  EXPECT_EQ(escaped("שלום مرحبا"), R"("שלום مرحبا")");
}

TEST(JsonString, EscapesWhatJsonAsksFor) {
  EXPECT_EQ(escaped("a\"b\\c\nd\te\rf"), R"("a\"b\\c\nd\te\rf")");
  EXPECT_EQ(escaped("\0\b\f\x1f"s), R"("\u0000\u0008\u000c\u001f")");
}

TEST(JsonString, EscapesWhatCouldDeceive) {
  EXPECT_EQ(escaped("\x7f\u0080\u009f"), R"("\u007f\u0080\u009f")");
  EXPECT_EQ(escaped("\u061c\u200e\u200f"), R"("\u061c\u200e\u200f")");
  EXPECT_EQ(escaped("\u2028\u2029\u202a\u202e"), R"("\u2028\u2029\u202a\u202e")");
  EXPECT_EQ(escaped("\u2066\u2069\ufeff\ufffc"), R"("\u2066\u2069\ufeff\ufffc")");
  EXPECT_EQ(escaped("\U000e0000\U000e007f"), R"("\udb40\udc00\udb40\udc7f")");
}

TEST(JsonString, LeavesTheNeighboursOfThoseAlone) {
  const std::string text = "\u00a0\u061b\u061d\u200d\u2010\u2027\u202f\u2065\u206a\ufefe\ufffb\ufffd\U000e0080";
  EXPECT_EQ(escaped(text), "\"" + text + "\"");
}

TEST(JsonString, BytesThatAreNotUtf8AreNamed) {
  EXPECT_EQ(escaped("a\xff\xc3z"), R"("a\\xff\\xc3z")");
  EXPECT_EQ(escaped("\xed\xa0\x80"), R"("\\xed\\xa0\\x80")") << "a surrogate is not UTF-8";
}

TEST(JsonDouble, PrintsAsEcmaScriptDoes) {
  EXPECT_EQ(printed(0.1), "0.1");
  EXPECT_EQ(printed(100000), "100000");
  EXPECT_EQ(printed(1e20), "100000000000000000000");
  EXPECT_EQ(printed(1e21), "1e+21");
  EXPECT_EQ(printed(1.5e300), "1.5e+300");
  EXPECT_EQ(printed(123456789012345680000.0), "123456789012345680000");
  EXPECT_EQ(printed(0.000001), "0.000001");
  EXPECT_EQ(printed(0.0000012), "0.0000012");
  EXPECT_EQ(printed(0.0000001), "1e-7");
  EXPECT_EQ(printed(1.25e-7), "1.25e-7");
  EXPECT_EQ(printed(271.5), "271.5");
  EXPECT_EQ(printed(-0.13638), "-0.13638");
  EXPECT_EQ(printed(0.0), "0");
  EXPECT_EQ(printed(-0.0), "-0");
  EXPECT_EQ(printed(std::numeric_limits<double>::denorm_min()), "5e-324");
  EXPECT_EQ(printed(std::numeric_limits<double>::max()), "1.7976931348623157e+308");
  EXPECT_EQ(printed(2.0 / 3), "0.6666666666666666");
}

TEST(JsonDouble, WhatIsNoNumberIsNull) {
  EXPECT_EQ(printed(std::nan("")), "null");
  EXPECT_EQ(printed(-std::numeric_limits<double>::infinity()), "null");
}

}  // namespace
}  // namespace exhibit::model
