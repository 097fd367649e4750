// Real files. What they hold was read with Python's plistlib and by eye, and the texts of messages are those of the
// ground truth beside them.
#include <fstream>
#include <iterator>

#include "decode/tree.h"
#include "decode/typedstream.h"
#include "evidence_folder.h"
#include "samples.h"

namespace exhibit::decode {
namespace {

using tests::shown;

std::string file(std::string_view name) {
  std::ifstream in(exhibit::tests::evidence_folder() / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string at(const std::string& bytes, std::string_view path) {
  const auto tree = read_plist(as_bytes(bytes), Limits{});
  return tree ? shown(*tree, path) : "error: " + error_text(tree.error());
}

class RustPlist : public testing::Test {
 protected:
  void SetUp() override { EXHIBIT_NEEDS_EVIDENCE("formats/plist/rust-plist"); }
  static std::string plist(const std::string& name) { return file("formats/plist/rust-plist/" + name); }
};

TEST_F(RustPlist, ReadsBinaryAndXmlAlike) {
  for (const std::string& bytes : {plist("binary.plist"), plist("xml.plist")}) {
    EXPECT_EQ(at(bytes, "Author"), "William Shakespeare");
    EXPECT_EQ(at(bytes, "Birthdate"), "date -619446474.000000") << "1981-05-16T11:32:06Z";
    EXPECT_EQ(at(bytes, "BiggestNumber"), "uint 18446744073709551615");
    EXPECT_EQ(at(bytes, "SmallestNumber"), "int -9223372036854775808");
    EXPECT_EQ(at(bytes, "Data"), std::string("data \0\0\0\xbe\0\0\0\3\0\0\0\x1e\0\0\0", 20));
    EXPECT_EQ(at(bytes, "Lines[0]"), "It is a tale told by an idiot,     ");
    EXPECT_EQ(at(bytes, "Death"), "int 1564");
    EXPECT_EQ(at(bytes, "Height"), "real 1.600000");
    EXPECT_EQ(at(bytes, "Blank"), "");
    EXPECT_EQ(at(bytes, "IsTrue"), "true");
    EXPECT_EQ(at(bytes, "IsNotFalse"), "false");
  }
  EXPECT_EQ(at(plist("binary.plist"), "EmptyArray"), "array of 0");
  EXPECT_EQ(at(plist("binary.plist"), "EmptyDictionary"), "dictionary of 0");
  EXPECT_EQ(at(plist("xml.plist"), "HexademicalNumber"), "int 3735928559");
  EXPECT_EQ(at(plist("xml.plist"), "Pets"), "A cat & a dog.");
  EXPECT_EQ(at(plist("book.plist"), "CopiesSold"), "int 123456789");
}

TEST_F(RustPlist, ReadsThreeByteOffsetsAndUtf16) {
  const std::string wide = plist("binary_three_byte_integer_offset_table.plist");
  EXPECT_EQ(at(wide, "data['15'].platformName.name"), "Mac Catalyst");
  EXPECT_EQ(at(wide, "data['1838'].platformName.mask"), "int 536870912");
  EXPECT_EQ(at(plist("utf16_bplist.plist"), "name"), "\xe2\x98\x85 or better");
}

TEST_F(RustPlist, ReadsTheAsciiForm) {
  for (const char* const name : {"ascii-animals.plist", "xml-animals.plist"}) {
    EXPECT_EQ(at(plist(name), "AnimalColors.pig"), "pink");
    EXPECT_EQ(at(plist(name), "AnimalSounds.Lisa"), "Why is the worm talking like a lamb?");
  }
  const std::string sample = plist("ascii-sample.plist");
  EXPECT_EQ(at(sample, "$"), "dictionary of 5");
  EXPECT_EQ(at(sample, "KeyName1"), "Value1");
  EXPECT_EQ(at(sample, "Something[2]"), "ArrayItem3");
  EXPECT_EQ(at(sample, "KeyFive.AnotherKey"), "Somethingelse");
}

TEST_F(RustPlist, RefusesTheHostileOnesWithThePlace) {
  const auto error_of = [](const std::string& bytes) {
    const auto tree = read_plist(as_bytes(bytes), Limits{});
    return tree ? Error{ErrorCode::io, "an error", 0, {}} : tree.error();
  };
  const Error zero = error_of(plist("binary_zero_offset_size.plist"));
  EXPECT_EQ(zero.expected.view(), "an offset size of 1 to 8");
  EXPECT_EQ(zero.where.offset, 276u - 32 + 6);
  // Its offset table of 233 bytes at 205 would reach into the trailer at 419, before any circle is met.
  EXPECT_EQ(error_of(plist("binary_circular_array.plist")).found, 233u);
  EXPECT_EQ(error_of(plist("xml_error.plist")).expected.view(), "an end tag for each element");
  const Error entity = error_of(plist("xml_entity_error.plist"));
  EXPECT_EQ(entity.expected.view(), "no text between the elements");
  EXPECT_EQ(entity.where.offset, 163u);
}

TEST_F(RustPlist, UnwrapsAKeyedArchiveWithoutARoot) {
  const std::string bytes = plist("binary_NSKeyedArchiver.plist");
  const auto tree = read_keyed_archive(as_bytes(bytes), Limits{});
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(shown(*tree, "foundItems['$class']"), "NSMutableIndexSet");
  EXPECT_EQ(shown(*tree, "foundItems.NSRangeCount"), "int 42");
  EXPECT_TRUE(shown(*tree, "foundItems.NSRangeData").starts_with("data \3\2\x08\1"));
}

TEST(Evidence, UnwrapsPayloadsOfMessages) {
  EXHIBIT_NEEDS_EVIDENCE("ios/imessage-exporter");
  const std::string find_my = file("ios/imessage-exporter/app_message/FindMy.plist");
  const auto app = read_keyed_archive(as_bytes(find_my), Limits{});
  ASSERT_TRUE(app.has_value());
  EXPECT_EQ(shown(*app, "an"), "Find My");
  EXPECT_EQ(shown(*app, "URL"), "?FindMyMessagePayloadVersionKey=v0&FindMyMessagePayloadZippedDataKey=FAKEDATA");
  EXPECT_EQ(shown(*app, "userInfo.caption"), "");

  const std::string url = file("ios/imessage-exporter/url_message/URL.plist");
  const auto link = read_keyed_archive(as_bytes(url), Limits{});
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(shown(*link, "richLinkMetadata.URL"), "https://chrissardegna.com/");
  EXPECT_EQ(shown(*link, "richLinkMetadata.icons[0].version"), "int 1");
}

AttributedText body(Bytes bytes) {
  const auto out = read_typedstream(bytes, Limits{});
  EXPECT_TRUE(out.has_value());
  if (!out) return {};
  EXPECT_TRUE(out->consumed_all);
  EXPECT_TRUE(out->runs_cover_text);
  EXPECT_FALSE(out->damage.has_value());
  return *out;
}

TEST(Evidence, ReadsBodiesOfMessages) {
  EXHIBIT_NEEDS_EVIDENCE("ios/imessage-exporter");
  const auto sample = [](const std::string& name) { return file("ios/imessage-exporter/streamtyped/" + name); };
  const std::string truth_text = file("ios/imessage-exporter/ground-truth.json");
  const auto truth = read_json(as_bytes(truth_text), Limits{});
  ASSERT_TRUE(truth.has_value());
  for (std::size_t i = 0; i < truth->size(truth->root()); ++i) {
    const std::string bytes = file("ios/imessage-exporter/" + std::string(truth->key(truth->root(), i)));
    EXPECT_EQ(body(as_bytes(bytes)).text, truth->text(truth->child(truth->root(), i)));
  }
  EXPECT_EQ(truth->size(truth->root()), 3u);
  EXPECT_EQ(body(as_bytes(sample("Blank"))).text, "");

  const AttributedText parts = body(as_bytes(sample("MultiPart")));
  ASSERT_EQ(parts.runs.size(), 6u);
  EXPECT_EQ(parts.runs[2].start_utf16, 7u);
  EXPECT_THAT(parts.runs[2].attributes, testing::ElementsAre(testing::Pair("__kIMFileTransferGUIDAttributeName",
                                                                           "at_2_F0668F79-20C2-49C9-A87F-1B007ABB0CED"),
                                                             testing::Pair("__kIMMessagePartAttributeName", "2")));
}

TEST(Evidence, ReadsVersionsOfAnEditedMessage) {
  EXHIBIT_NEEDS_EVIDENCE("ios/imessage-exporter/edited_message/Edited.plist");
  const std::string edited = file("ios/imessage-exporter/edited_message/Edited.plist");
  const auto tree = read_plist(as_bytes(edited), Limits{});
  ASSERT_TRUE(tree.has_value());
  const auto versions = select(*tree, "$.ec['0'][*].t", Limits{});
  ASSERT_TRUE(versions.has_value());
  std::vector<std::string> texts;
  for (const Selected& version : *versions) texts.push_back(body(tree->bytes(version.node)).text);
  EXPECT_THAT(texts, testing::ElementsAre("First message  ", "Edit 1", "Edit 2", "Edited message"));
}

}  // namespace
}  // namespace exhibit::decode
