#include <cstdio>

#include "functions_fixture.h"

namespace exhibit::sqlite {
namespace {

std::string blob(std::string_view bytes) {
  std::string text = "x'";
  for (const char c : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += digits;
  }
  return text + "'";
}

std::string plist_xml(const std::string& body) { return "<plist version=\"1.0\">" + body + "</plist>"; }

class BlobFunctions : public FunctionsTest {
 protected:
  void expect_note(const std::string& expression, const std::string& function) {
    EXPECT_TRUE(is_null(expression)) << expression;
    ASSERT_EQ(context.blob_notes().size(), 1u) << expression;
    EXPECT_EQ(context.blob_notes()[0].function, function);
    EXPECT_NE(context.blob_notes()[0].text, "");
  }
};

class PlistFunctions : public BlobFunctions {
 protected:
  // 2023-05-06T07:08:09Z is 705049689 s of Apple's clock; AP8= is 00 ff.
  const std::string plist_ = blob(plist_xml(
      "<dict><key>n</key><integer>-5</integer><key>big</key><integer>18446744073709551615</integer>"
      "<key>r</key><real>2.5</real><key>yes</key><true/><key>at</key><date>2023-05-06T07:08:09Z</date>"
      "<key>raw</key><data>AP8=</data><key>text</key><string>a\"b</string>"
      "<key>list</key><array><dict><key>k</key><string>one</string></dict><dict><key>k</key><date>2023-05-06T07:08:09Z"
      "</date></dict></array><key>a b</key><string>quoted</string></dict>"));

  std::string at(const std::string& path) { return "plist(" + plist_ + ", '" + path + "')"; }
};

TEST_F(PlistFunctions, ValuesKeepTheirTypes) {
  EXPECT_EQ(one(at("$.n")).integer, -5);
  EXPECT_EQ(text_of(at("$.big")), "18446744073709551615");
  EXPECT_EQ(one(at("$.r")).real, 2.5);
  EXPECT_EQ(one(at("$.yes")).integer, 1);
  EXPECT_EQ(one(at("$.at")).type, ValueType::time);
  EXPECT_EQ(one(at("$.at")).moment.us, 1'683'356'889'000'000);
  EXPECT_EQ(one(at("$.raw")).type, ValueType::blob);
  EXPECT_EQ(one(at("$.raw")).text, std::string("\x00\xff", 2));
  EXPECT_EQ(text_of(at("text")), "a\"b");
  EXPECT_EQ(text_of(at("$.list[0].k")), "one");
  EXPECT_EQ(text_of(at("$[''a b'']")), "quoted");
  EXPECT_TRUE(is_null(at("$.absent")));
  EXPECT_TRUE(is_null(at("$.list[2].k")));
  EXPECT_TRUE(is_null("plist(NULL, '$')"));
  EXPECT_EQ(context.blob_note_count(), 0u);
}

TEST_F(PlistFunctions, ContainersAreJson) {
  EXPECT_EQ(text_of(at("$.list")), R"([{"k":"one"},{"k":"2023-05-06T07:08:09Z"}])");
  EXPECT_EQ(text_of("json_extract(" + at("$") + ", '$.raw')"), "00ff");
  // With JSON's subtype another container takes it as a value and not as a text.
  EXPECT_EQ(text_of("json_array(" + at("$.list[0]") + ")"), R"([{"k":"one"}])");
}

TEST_F(PlistFunctions, HostileBlobsAreNullAndNoted) {
  expect_note("plist(x'62706c6973743030ffff', '$.a')", "plist");
  expect_note("plist('', '$')", "plist");
  expect_note("plist('{a = ', '$')", "plist");
  expect_note("keyed_archive(" + blob(plist_xml("<dict/>")) + ", '$')", "keyed_archive");
}

TEST_F(PlistFunctions, ABlobIsNotedOnceInARow) {
  run("CREATE TABLE b(x); INSERT INTO b VALUES(x'62706c6973743030'), (x'62706c6973743030')");
  rows("SELECT plist(x, '$.a'), plist(x, '$.b') FROM b LIMIT 1");
  EXPECT_EQ(context.blob_note_count(), 1u);
  context.start_row();
  EXPECT_EQ(context.blob_note_count(), 0u);
  rows("SELECT plist(x, '$.a') FROM b LIMIT 1");
  EXPECT_EQ(context.blob_note_count(), 1u);
}

TEST_F(PlistFunctions, AnotherBlobInTheSameBufferIsDecodedAnew) {
  run("CREATE TABLE b(id INTEGER PRIMARY KEY, x)");
  for (const char* word : {"one", "two", "one"})
    run("INSERT INTO b(x) VALUES(" + blob(plist_xml("<string>" + std::string(word) + "</string>")) + ")");
  const auto all = rows("SELECT plist(x, '$') FROM b ORDER BY id");
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0][0].text, "one");
  EXPECT_EQ(all[1][0].text, "two");
  EXPECT_EQ(all[2][0].text, "one");
}

TEST_F(PlistFunctions, MalformedPathsEndTheStatement) {
  EXPECT_THAT(error_of(at("$.list[")), testing::HasSubstr("path"));
  EXPECT_THAT(error_of(at("$.list[*].k")), testing::HasSubstr("path"));
  EXPECT_THAT(error_of("plist(NULL, '$..')"), testing::HasSubstr("path"));
  EXPECT_THAT(error_of("'x' FROM plist_each(" + plist_ + ", '$..')"), testing::HasSubstr("path"));
}

TEST_F(PlistFunctions, EachGivesEntries) {
  const auto all = rows("SELECT key, value, type, fullkey, path FROM plist_each(" + plist_ + ", '$.list[*]')");
  ASSERT_EQ(all.size(), 2u) << error;
  EXPECT_EQ(all[0][0].text, "k");
  EXPECT_EQ(all[0][1].text, "one");
  EXPECT_EQ(all[0][2].text, "text");
  EXPECT_EQ(all[1][1].type, ValueType::time);
  EXPECT_EQ(all[1][2].text, "date");
  EXPECT_EQ(all[1][3].text, "$.list[1].k");
  EXPECT_EQ(all[1][4].text, "$.list[1]");
}

TEST_F(PlistFunctions, EachOfTheRootAnArrayAScalarAndNothing) {
  EXPECT_EQ(rows("SELECT key FROM plist_each(" + plist_ + ")").size(), 9u);
  const auto array = rows("SELECT key, json_extract(value, '$.k') FROM plist_each(" + plist_ + ", '$.list')");
  ASSERT_EQ(array.size(), 2u) << error;
  EXPECT_EQ(array[1][0].integer, 1);
  EXPECT_EQ(array[1][1].text, "2023-05-06T07:08:09Z");
  const auto scalar = rows("SELECT key, value, fullkey FROM plist_each(" + plist_ + ", '$.n')");
  ASSERT_EQ(scalar.size(), 1u);
  EXPECT_EQ(scalar[0][0].type, ValueType::null);
  EXPECT_EQ(scalar[0][1].integer, -5);
  EXPECT_EQ(scalar[0][2].text, "$.n");
  EXPECT_TRUE(rows("SELECT 1 FROM plist_each(" + plist_ + ", '$.absent')").empty());
  EXPECT_TRUE(rows("SELECT 1 FROM plist_each(NULL, '$')").empty());
  EXPECT_EQ(context.blob_note_count(), 0u);
  EXPECT_TRUE(rows("SELECT 1 FROM plist_each(x'00', '$')").empty());
  EXPECT_EQ(error, "");
  ASSERT_EQ(context.blob_note_count(), 1u);
  EXPECT_EQ(context.blob_notes()[0].function, "plist_each");
}

TEST_F(PlistFunctions, EachJoinsWithItsTable) {
  run("CREATE TABLE b(id INTEGER PRIMARY KEY, x); INSERT INTO b(x) VALUES(" + plist_ + "), (NULL), (" +
      blob(plist_xml("<array><string>z</string></array>")) + ")");
  const auto all = rows(
      "SELECT b.id, (SELECT list('k', e.key, 'v', e.value) FROM plist_each(b.x) AS e), count(*) FROM b,"
      " plist_each(b.x) AS e GROUP BY b.id ORDER BY b.id");
  ASSERT_EQ(all.size(), 2u) << error;
  EXPECT_EQ(all[0][2].integer, 9);
  EXPECT_EQ(all[1][0].integer, 3);
  EXPECT_EQ(all[1][2].integer, 1);
  EXPECT_EQ(all[1][1].type, ValueType::list);
}

TEST_F(BlobFunctions, KeyedArchive) {
  const std::string archive = blob(
      plist_xml("<dict><key>$archiver</key><string>NSKeyedArchiver</string><key>$version</key><integer>100000</integer>"
                "<key>$top</key><dict><key>root</key><dict><key>CF$UID</key><integer>1</integer></dict></dict>"
                "<key>$objects</key><array><string>$null</string>"
                "<dict><key>name</key><dict><key>CF$UID</key><integer>2</integer></dict>"
                "<key>me</key><dict><key>CF$UID</key><integer>1</integer></dict>"
                "<key>$class</key><dict><key>CF$UID</key><integer>3</integer></dict></dict>"
                "<string>Alice</string>"
                "<dict><key>$classname</key><string>Person</string></dict></array></dict>"));
  EXPECT_EQ(text_of("keyed_archive(" + archive + ", '$.name')"), "Alice");
  EXPECT_EQ(rows("SELECT 1 FROM keyed_archive_each(" + archive + ")").size(), 3u) << error;
  // The object holds itself: as JSON it ends there, with a note.
  EXPECT_THAT(text_of("keyed_archive(" + archive + ", '$')"), testing::HasSubstr("\"me\":null"));
  EXPECT_EQ(context.blob_note_count(), 1u);
}

TEST_F(BlobFunctions, SharedObjectsDoNotUnfoldWithoutEnd) {
  // 30 arrays, each twice the next: 2^30 strings. 0xa2 is an array of two, 0x51 a text of one letter.
  std::string bytes = "bplist00";
  std::string offsets;
  for (int i = 0; i < 30; ++i) {
    offsets += static_cast<char>(bytes.size());
    bytes += '\xa2';
    bytes.append(2, static_cast<char>(i + 1));
  }
  offsets += static_cast<char>(bytes.size());
  bytes += "\x51x";
  const auto table = static_cast<char>(bytes.size());
  bytes += offsets + std::string(6, '\0') + "\x01\x01" + std::string(7, '\0') + '\x1f' + std::string(15, '\0') + table;
  EXPECT_EQ(text_of("plist(" + blob(bytes) + ", '" + "$" + std::string([] {
                      std::string path;
                      for (int i = 0; i < 30; ++i) path += "[1]";
                      return path;
                    }()) +
                    "')"),
            "x");
  limits.nodes = 100'000;
  expect_note("plist(" + blob(bytes) + ", '$')", "plist");
  EXPECT_THAT(context.blob_notes()[0].text, testing::HasSubstr("limits"));
}

// {1: 150, 2: {3: [7, 8], 4: "Shopping", 5: 00 ff}, 6: fixed64 of 2.5, 7: fixed32 of -2, 8: packed 1 300, 9: zigzag -3}
constexpr char kMessageBytes[] =
    "\x08\x96\x01"
    "\x12\x12\x18\x07\x18\x08\x22\x08Shopping\x2a\x02\x00\xff"
    "\x31\x00\x00\x00\x00\x00\x00\x04\x40"
    "\x3d\xfe\xff\xff\xff"
    "\x42\x03\x01\xac\x02"
    "\x48\x05";
const std::string kMessage(kMessageBytes, sizeof kMessageBytes - 1);

class ProtobufFunctions : public BlobFunctions {
 protected:
  std::string field(const std::string& rest) { return "protobuf(" + blob(kMessage) + ", " + rest + ")"; }
};

TEST_F(ProtobufFunctions, FieldsByPath) {
  EXPECT_EQ(one(field("'1'")).integer, 150);
  EXPECT_EQ(one(field("'2.3'")).integer, 7);
  EXPECT_EQ(text_of(field("'2.4'")), "Shopping");
  EXPECT_EQ(one(field("'2.5'")).type, ValueType::blob);
  EXPECT_EQ(one(field("'2'")).type, ValueType::blob);
  EXPECT_EQ(one(field("'7'")).integer, 4'294'967'294);
  EXPECT_TRUE(is_null(field("'10'")));
  EXPECT_TRUE(is_null("protobuf(NULL, '1')"));
  EXPECT_EQ(context.blob_note_count(), 0u);
}

TEST_F(ProtobufFunctions, AStatedTypeIsKept) {
  EXPECT_EQ(one(field("'1', 'int'")).integer, 150);
  EXPECT_EQ(one(field("'1', 'bool'")).integer, 1);
  EXPECT_EQ(one(field("'9', 'sint'")).integer, -3);
  EXPECT_EQ(one(field("'6', 'double'")).real, 2.5);
  EXPECT_EQ(one(field("'7', 'sfixed'")).integer, -2);
  EXPECT_EQ(one(field("'2.4', 'bytes'")).type, ValueType::blob);
  EXPECT_EQ(text_of(field("'2.4', 'text'")), "Shopping");
  expect_note(field("'2.4', 'double'"), "protobuf");
  expect_note(field("'2.5', 'text'"), "protobuf");
}

TEST_F(ProtobufFunctions, DamageIsNoted) {
  expect_note("protobuf(x'0f', '1')", "protobuf");
  expect_note("protobuf(x'0a05ab', '1.2')", "protobuf");
  EXPECT_THAT(error_of(field("'2.'")), testing::HasSubstr("path"));
  EXPECT_THAT(error_of(field("'0'")), testing::HasSubstr("path"));
  EXPECT_THAT(error_of(field("NULL")), testing::HasSubstr("path"));
  EXPECT_THAT(error_of(field("'1', 'string'")), testing::HasSubstr("type"));
  EXPECT_THAT(error_of("protobuf(x'')"), testing::HasSubstr("protobuf"));
}

TEST_F(ProtobufFunctions, EachGivesEveryValue) {
  const auto all = rows("SELECT key, value, type FROM protobuf_each(" + blob(kMessage) + ", '2.3')");
  ASSERT_EQ(all.size(), 2u) << error;
  EXPECT_EQ(all[1][0].integer, 1);
  EXPECT_EQ(all[1][1].integer, 8);
  EXPECT_EQ(all[1][2].text, "varint");
  const auto packed = rows("SELECT value FROM protobuf_each(" + blob(kMessage) + ", '8', 'int')");
  ASSERT_EQ(packed.size(), 2u) << error;
  EXPECT_EQ(packed[0][0].integer, 1);
  EXPECT_EQ(packed[1][0].integer, 300);
  EXPECT_EQ(rows("SELECT value FROM protobuf_each(" + blob(kMessage) + ", '8')").size(), 1u);
  EXPECT_TRUE(rows("SELECT value FROM protobuf_each(x'420180', '8', 'int')").empty());
  EXPECT_EQ(context.blob_note_count(), 1u);
  rows("SELECT value FROM protobuf_each(" + blob(kMessage) + ")");
  EXPECT_THAT(error, testing::HasSubstr("path"));
}

// gzip and zlib of {2: {3: {2: "Shopping list"}}}, made with Python's gzip and zlib.
constexpr std::string_view kGzip = "x'1f8b0800000000000203131294e217e20dcec82f28c8cc4b57c8c92c2e0100c6bfcf7613000000'";

TEST_F(BlobFunctions, InflateForNotes) {
  EXPECT_EQ(text_of("protobuf(inflate(" + std::string(kGzip) + "), '2.3.2')"), "Shopping list");
  EXPECT_EQ(text_of("protobuf(inflate(x'789c131294e217e20dcec82f28c8cc4b57c8c92c2e01002ace0590'), '2.3.2', 'text')"),
            "Shopping list");
  EXPECT_TRUE(is_null("inflate(NULL)"));
  EXPECT_EQ(context.blob_note_count(), 0u);
  expect_note("inflate(x'1f8b0800000000000203131294')", "inflate");
}

TEST_F(BlobFunctions, InflatedBytesAreCounted) {
  const std::uint64_t before = budget.inflated_bytes;
  one("inflate(" + std::string(kGzip) + ")");
  EXPECT_EQ(before - budget.inflated_bytes, 19u);
}

TEST_F(BlobFunctions, InflatesNoMoreThanTheLimit) {
  limits.inflated_value = 18;
  expect_note("inflate(" + std::string(kGzip) + ")", "inflate");
}

TEST_F(BlobFunctions, AUsedUpBudgetEndsTheStatement) {
  budget.inflated_bytes = 18;
  EXPECT_THAT(error_of("inflate(" + std::string(kGzip) + ")"), testing::HasSubstr("budget"));
  EXPECT_TRUE(context.is_out_of_budget());
}

// An NSAttributedString "Hello" of one run with the attribute name → "x", after the grammar.
constexpr char kTypedstreamBytes[] =
    "\x04\x0bstreamtyped\x81\xe8\x03\x84\x01\x40\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85"
    "\x92\x84\x84\x84\x08NSString\x01\x94\x84\x01+\x05Hello\x86"
    "\x84\x02iI\x01\x05\x92\x84\x84\x84\x0cNSDictionary\x00\x94\x84\x01i\x01"
    "\x92\x84\x96\x96\x04name\x86\x92\x84\x96\x96\x01x\x86\x86\x86";
const std::string kTypedstream(kTypedstreamBytes, sizeof kTypedstreamBytes - 1);

TEST_F(BlobFunctions, Typedstream) {
  EXPECT_EQ(text_of("typedstream_text(" + blob(kTypedstream) + ")"), "Hello");
  EXPECT_EQ(text_of("typedstream_runs(" + blob(kTypedstream) + ")"),
            R"([{"start":0,"length":5,"attributes":{"name":"x"}}])");
  EXPECT_EQ(context.blob_note_count(), 0u);
  EXPECT_TRUE(is_null("typedstream_text(NULL)"));
  EXPECT_TRUE(is_null("typedstream_runs(NULL)"));
  expect_note("typedstream_text(x'040b73747265616d')", "typedstream_text");
  expect_note("typedstream_runs('no stream')", "typedstream_runs");
}

TEST_F(BlobFunctions, EveryPrefixEndsWell) {
  for (std::size_t size = 0; size < kTypedstream.size(); ++size)
    rows("SELECT typedstream_runs(" + blob(kTypedstream.substr(0, size)) + ")");
  for (std::size_t size = 0; size < kMessage.size(); ++size) {
    rows("SELECT protobuf(" + blob(kMessage.substr(0, size)) + ", '2.4', 'text')");
    EXPECT_EQ(error, "");
  }
}

}  // namespace
}  // namespace exhibit::sqlite
