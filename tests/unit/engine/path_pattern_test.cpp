#include "path_pattern.h"

#include "engine/run.h"

namespace exhibit::engine {
namespace {

struct Example {
  std::string_view pattern;
  std::string_view path;
  bool matches;
};

constexpr std::string_view kUuid = "694FBBC5-0F5D-4C11-8D3A-9E1B6E0A77F2";

TEST(PathPattern, StaysWithinAStepUnlessTwoStarsCrossIt) {
  const Example examples[] = {
      {"home:Library/SMS/sms.db", "home:Library/SMS/sms.db", true},
      {"home:Library/SMS/sms.db", "home:Library/SMS/sms.db-wal", false},
      {"home:Library/SMS/sms.db", "home:Library/SMS/smsxdb", false},
      {"home:Library/*/sms.db", "home:Library/SMS/sms.db", true},
      {"home:Library/*/sms.db", "home:Library/a/b/sms.db", false},
      {"home:Library/**/sms.db", "home:Library/a/b/sms.db", true},
      {"home:Library/**/sms.db", "home:Library/sms.db", true},
      {"home:Library/**", "home:Library/a/b", true},
      {"home:a?.db", "home:ab.db", true},
      {"home:a?.db", "home:a/.db", false},
      {"home:{a,b}/x", "home:b/x", true},
      {"home:{a,b}/x", "home:c/x", false},
  };
  for (const Example& example : examples)
    EXPECT_EQ(matches_pattern(example.pattern, example.path), example.matches)
        << example.pattern << " " << example.path;
}

TEST(PathPattern, AnIdAlsoMatchesAContainerWithoutAName) {
  const std::string unnamed = "group:" + std::string(kUuid) + "/ChatStorage.sqlite";
  EXPECT_TRUE(matches_pattern("group:group.net.example.shared/ChatStorage.sqlite", unnamed));
  EXPECT_FALSE(matches_pattern("app:net.example/ChatStorage.sqlite", unnamed));
  EXPECT_FALSE(matches_pattern("group:group.net.example.shared/Other.sqlite", unnamed));
  EXPECT_TRUE(is_uuid(kUuid));
  EXPECT_FALSE(is_uuid("group.net.example.shared.abcdefghijkl"));
}

TEST(PathPattern, MediaIsAlsoAnIPhonesMediaFolder) {
  EXPECT_TRUE(matches_pattern("media:DCIM/**", "home:Media/DCIM/100APPLE/IMG_0001.JPG"));
  EXPECT_TRUE(matches_pattern("media:DCIM/**", "media:DCIM/Camera/a.jpg"));
}

TEST(PathPattern, MatchesNamesThatAreNotUtf8) { EXPECT_TRUE(matches_pattern("home:*/x", "home:a\xff/x")); }

TEST(PathPattern, TellsMistakes) {
  EXPECT_EQ(pattern_mistake("home:Library/x"), "");
  EXPECT_NE(pattern_mistake("Library/x"), "");
  EXPECT_NE(pattern_mistake("hom:Library/x"), "");
  EXPECT_NE(pattern_mistake("home:/Library/x"), "");
  EXPECT_NE(pattern_mistake("home:{a,b"), "");
  EXPECT_NE(pattern_mistake("app:net.example"), "");
}

TEST(PathPattern, KnowsTheContainerOfAPath) {
  EXPECT_EQ(container_root("app:net.example/Documents/a"), "app:net.example/");
  EXPECT_EQ(container_id("app:net.example/Documents/a"), "net.example");
  EXPECT_EQ(container_root("home:Library/a"), "home:");
  EXPECT_EQ(container_id("home:Library/a"), "");
}

}  // namespace
}  // namespace exhibit::engine
