#include "decode/tree.h"
#include "samples.h"

namespace exhibit::decode {
namespace {

using tests::shown;

Result<Tree> read(std::string_view text) { return read_xml(as_bytes(text), Limits{}, {}); }

TEST(Xml, ReadsElementsAttributesAndText) {
  const auto tree = read(
      "<?xml version='1.0'?><map><string name=\"a&amp;b\">one</string><int name='n' value='5' />"
      "<plain> two </plain><mixed>x<b/>y</mixed><empty/></map>");
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(shown(*tree, "map.string.@name"), "a&b");
  EXPECT_EQ(shown(*tree, "map.string.#text"), "one");
  EXPECT_EQ(shown(*tree, "map.int.@value"), "5");
  EXPECT_EQ(shown(*tree, "map.int.#text"), "(nothing)");
  EXPECT_EQ(shown(*tree, "map.plain"), " two ");
  EXPECT_EQ(shown(*tree, "map.mixed.#text"), "xy");
  EXPECT_EQ(shown(*tree, "map.mixed.b"), "");
  EXPECT_EQ(shown(*tree, "map.empty"), "");
}

TEST(Xml, MakesAnArrayWhereANameRepeats) {
  const auto tree = read("<l><i>1</i><other/><i>2</i></l>");
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(shown(*tree, "l.i"), "array of 2");
  EXPECT_EQ(shown(*tree, "l.i[1]"), "2");
  EXPECT_EQ(tree->key(*tree->find(tree->root(), "l"), 0), "i");
}

TEST(Xml, RefusesWhatIsNotWellFormed) {
  for (const std::string_view text :
       {"", "text", "<a>", "<a></b>", "<a><b></a></b>", "<a b></a>", "<a b=c/>", "<a/><b/>", "<a>&nope;</a>",
        "<a>&#0;</a>", "<a>&#xD800;</a>", "<a>&amp</a>", "<a b='&x;'/>", "<![CDATA[<a/>]]>", "<a><!-- </a>"}) {
    EXPECT_FALSE(read(text).has_value()) << text;
  }
}

TEST(Xml, LimitsDepthAndNodes) {
  std::string deep;
  for (int i = 0; i < 600; ++i) deep += "<a>";
  for (int i = 0; i < 600; ++i) deep += "</a>";
  const auto refused = read(deep);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::limit);
  EXPECT_EQ(refused.error().where.offset, 3u * 512 + 1) << "of the 513th start tag's name";

  Limits limits;
  limits.nodes = 3;
  EXPECT_TRUE(read_xml(as_bytes("<a><b/><c/></a>"), limits).has_value());
  EXPECT_FALSE(read_xml(as_bytes("<a><b/><c/><d/></a>"), limits).has_value());
}

}  // namespace
}  // namespace exhibit::decode
