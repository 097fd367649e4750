#include "decode/tree.h"
#include "samples.h"

namespace exhibit::decode {
namespace {

using tests::shown;

/// An archive in the XML form, whose objects are numbered from 1 in the order given; 0 is $null.
std::string archive(const std::vector<std::string>& objects, const std::string& top = "") {
  std::string file =
      "<plist><dict><key>$archiver</key><string>NSKeyedArchiver</string><key>$objects</key><array>"
      "<string>$null</string>";
  for (const std::string& object : objects) file += object;
  const std::string root = "<key>root</key><dict><key>CF$UID</key><integer>1</integer></dict>";
  return file + "</array><key>$top</key><dict>" + (top.empty() ? root : top) + "</dict></dict></plist>";
}

std::string uid(int number) {
  return "<dict><key>CF$UID</key><integer>" + std::to_string(number) + "</integer></dict>";
}
std::string member(const std::string& key, const std::string& value) { return "<key>" + key + "</key>" + value; }
std::string object(int class_number, const std::string& members) {
  return "<dict>" + members + member("$class", uid(class_number)) + "</dict>";
}
std::string class_named(const std::string& name) {
  return "<dict>" + member("$classname", "<string>" + name + "</string>") + "</dict>";
}
std::string array_of(const std::vector<int>& numbers) {
  std::string array = "<array>";
  for (const int number : numbers) array += uid(number);
  return array + "</array>";
}

Result<Tree> read(const std::string& file) { return read_keyed_archive(as_bytes(file), Limits{}, {}); }

/// The root, if it is a single object of this class.
std::string single(const std::string& name, const std::string& members) {
  const auto tree = read(archive({object(2, members), class_named(name)}));
  return tree ? shown(*tree, "$") : "error: " + error_text(tree.error());
}

TEST(KeyedArchive, UnwrapsSingleValues) {
  EXPECT_EQ(single("NSMutableString", member("NS.string", "<string>hi</string>")), "hi");
  EXPECT_EQ(single("NSString", member("NS.bytes", "<data>aGk=</data>")), "hi");
  EXPECT_EQ(single("NSMutableData", member("NS.data", "<data>aGk=</data>")), "data hi");
  EXPECT_EQ(single("NSDate", member("NS.time", "<real>86400.5</real>")), "date 86400.500000");
  EXPECT_EQ(single("NSNumber", member("NS.intval", "<integer>5</integer>")), "int 5");
  EXPECT_EQ(single("NSNull", ""), "null");
  EXPECT_EQ(single("NSUUID", member("NS.uuidbytes", "<data>AAECAwQFBgcICQoLDA0ODw==</data>")),
            "00010203-0405-0607-0809-0A0B0C0D0E0F");
  EXPECT_EQ(single("NSUUID", member("NS.uuidbytes", "<data>AAE=</data>")), "dictionary of 2") << "no UUID of 2 bytes";
}

TEST(KeyedArchive, UnwrapsUrlsWithoutABaseAndKeepsBothPartsOfOthers) {
  const std::string relative = member("NS.relative", uid(3));
  const std::string text = "<string>https://example.com/</string>";
  const auto plain = read(archive({object(2, relative + member("NS.base", uid(0))), class_named("NSURL"), text}));
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(shown(*plain, "$"), "https://example.com/");

  const auto based = read(archive({object(2, relative + member("NS.base", uid(1))), class_named("NSURL"), text}));
  ASSERT_TRUE(based.has_value());
  EXPECT_EQ(shown(*based, "['NS.relative']"), "https://example.com/");
  EXPECT_EQ(shown(*based, "['$class']"), "NSURL");
}

TEST(KeyedArchive, UnwrapsContainers) {
  const auto tree = read(archive({
      object(2, member("NS.keys", array_of({3, 4})) + member("NS.objects", array_of({5, 0}))),
      class_named("NSMutableDictionary"),
      "<string>list</string>",
      "<integer>7</integer>",
      object(6, member("NS.objects", array_of({3, 3}))),
      class_named("NSOrderedSet"),
  }));
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(shown(*tree, "list[1]"), "list");
  EXPECT_EQ(shown(*tree, "['7']"), "null");
}

TEST(KeyedArchive, UnwrapsNumberedKeys) {
  const auto tree = read(archive({
      object(2, member("NS.key.0", uid(3)) + member("NS.object.0", uid(4))),
      class_named("NSDictionary"),
      "<string>list</string>",
      object(5, member("NS.object.1", uid(7)) + member("NS.object.0", uid(6))),
      class_named("NSArray"),
      "<string>first</string>",
      "<string>second</string>",
  }));
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(shown(*tree, "list[0]"), "first");
  EXPECT_EQ(shown(*tree, "list[1]"), "second");
}

TEST(KeyedArchive, KeepsTheKeysOfOtherClasses) {
  const auto tree = read(archive({
      object(2, member("name", uid(3)) + member("parts", array_of({3})) + member("size", "<integer>4</integer>")),
      class_named("EXThing"),
      "<string>box</string>",
  }));
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(shown(*tree, "['$class']"), "EXThing");
  EXPECT_EQ(shown(*tree, "name"), "box");
  EXPECT_EQ(shown(*tree, "parts[0]"), "box");
  EXPECT_EQ(shown(*tree, "size"), "int 4");
}

TEST(KeyedArchive, LosesNothingOfAContainerThatDoesNotAddUp) {
  const auto uneven = read(archive({object(2, member("NS.keys", array_of({3})) + member("NS.objects", array_of({}))),
                                    class_named("NSDictionary"), "<string>key</string>"}));
  ASSERT_TRUE(uneven.has_value());
  EXPECT_EQ(shown(*uneven, "['NS.keys'][0]"), "key");
  const auto extended = read(archive({object(2, member("NS.objects", array_of({3})) + member("more", uid(3))),
                                      class_named("NSArray"), "<string>x</string>"}));
  ASSERT_TRUE(extended.has_value());
  EXPECT_EQ(shown(*extended, "more"), "x");
}

TEST(KeyedArchive, CyclesAreNodesThatReferToAncestors) {
  const auto tree = read(archive({object(2, member("NS.objects", array_of({1, 3}))), class_named("NSArray"),
                                  object(4, member("parent", uid(1))), class_named("EXChild")}));
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(tree->child(tree->root(), 0), tree->root());
  EXPECT_EQ(find_path(*tree, tree->root(), "[1].parent"), tree->root());
  EXPECT_FALSE(select(*tree, "$[*][*]", Limits{}).has_value()) << "a walk that meets the root again";
  EXPECT_TRUE(select(*tree, "$[1]", Limits{}).has_value());
}

TEST(KeyedArchive, SharedObjectsAreUnwrappedOnce) {
  std::vector<std::string> objects;
  for (int level = 0; level < 24; ++level) objects.push_back("");
  objects.push_back(class_named("NSArray"));
  objects.push_back("<string>x</string>");
  for (int level = 0; level < 24; ++level) {
    const int next = level == 23 ? 26 : level + 2;
    objects[static_cast<std::size_t>(level)] = object(25, member("NS.objects", array_of({next, next})));
  }
  const auto tree = read(archive(objects));
  ASSERT_TRUE(tree.has_value());
  EXPECT_LT(tree->node_count(), 400u);
  EXPECT_EQ(shown(*tree, "[0][1][0][1][0][1][0][1][0][1][0][1][0][1][0][1][0][1][0][1][0][1][0][1]"), "x");
}

TEST(KeyedArchive, TakesRootOrElseAllOfTop) {
  const auto several =
      read(archive({"<string>a</string>", "<string>b</string>"}, member("one", uid(1)) + member("two", uid(2))));
  ASSERT_TRUE(several.has_value());
  EXPECT_EQ(shown(*several, "one"), "a");
  EXPECT_EQ(shown(*several, "two"), "b");
}

TEST(KeyedArchive, KeepsAUidThatLeadsNowhereAndSaysSo) {
  const auto tree =
      read(archive({object(2, member("NS.objects", array_of({99, 3}))), class_named("NSArray"), "<string>x</string>"}));
  ASSERT_TRUE(tree.has_value());
  EXPECT_EQ(shown(*tree, "[0]"), "uid 99");
  EXPECT_EQ(shown(*tree, "[1]"), "x");
  ASSERT_EQ(tree->remarks().size(), 1u);
  EXPECT_EQ(tree->remarks()[0].found, 99u);
}

TEST(KeyedArchive, LeavesArchivesInsideDataAlone) {
  EXPECT_EQ(single("NSData", member("NS.data", "<data>YnBsaXN0MDA=</data>")), "data bplist00");
}

TEST(KeyedArchive, RefusesAPlainPropertyList) {
  const auto tree = read("<plist><dict><key>a</key><true/></dict></plist>");
  ASSERT_FALSE(tree.has_value());
  EXPECT_EQ(tree.error().code, ErrorCode::malformed);
}

TEST(KeyedArchive, LimitsReferencesThatManyObjectsShare) {
  Limits limits;
  limits.nodes = 1000;
  std::string many = "<array>";
  for (int i = 0; i < 600; ++i) many += uid(1);
  const std::string file = archive({object(2, member("NS.objects", many + "</array>")), class_named("NSArray")});
  const auto tree = read_keyed_archive(as_bytes(file), limits, {});
  ASSERT_FALSE(tree.has_value());
  EXPECT_EQ(tree.error().code, ErrorCode::limit);
}

}  // namespace
}  // namespace exhibit::decode
