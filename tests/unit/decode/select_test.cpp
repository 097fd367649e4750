#include "decode/tree.h"
#include "samples.h"

namespace exhibit::decode {
namespace {

constexpr std::string_view kText =
    R"({"networks":[{"BSSID":"a","it's":1},{"BSSID":"b"},{"other":2}],"x y":{"k1":{"v":1},"k2":{"v":2}},"e":[]})";

class Select : public testing::Test {
 protected:
  std::vector<Selected> at(std::string_view path) {
    auto selected = select(tree_, path, Limits{});
    EXPECT_TRUE(selected.has_value()) << path;
    return selected ? std::move(*selected) : std::vector<Selected>{};
  }

  std::vector<std::string> paths(std::string_view path) {
    std::vector<std::string> paths;
    for (const Selected& place : at(path)) paths.push_back(place.path);
    return paths;
  }

  Tree tree_ = *read_json(as_bytes(kText), Limits{});
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(Select, GivesExactPaths) {
  EXPECT_THAT(paths("$"), ElementsAre("$"));
  EXPECT_THAT(paths("$.networks[1].BSSID"), ElementsAre("$.networks[1].BSSID"));
  EXPECT_THAT(paths("$['x y'].k1"), ElementsAre("$['x y'].k1"));
  EXPECT_THAT(paths("$.networks[0]['it\\'s']"), ElementsAre("$.networks[0]['it\\'s']"));
  EXPECT_THAT(paths("networks[0]"), ElementsAre("$.networks[0]"));
}

TEST_F(Select, GoesThroughWildcards) {
  EXPECT_THAT(paths("$.networks[*].BSSID"), ElementsAre("$.networks[0].BSSID", "$.networks[1].BSSID"));
  EXPECT_THAT(paths("$['x y'].*.v"), ElementsAre("$['x y'].k1.v", "$['x y'].k2.v"));
  const auto all = at("$.networks[*].*");
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1].key, "it's");
  EXPECT_THAT(all[1].wildcards, ElementsAre(0, 1));
  EXPECT_THAT(all[3].wildcards, ElementsAre(2, 0));
}

TEST_F(Select, SelectsNothingWhereNothingIs) {
  EXPECT_THAT(paths("$.nope"), IsEmpty());
  EXPECT_THAT(paths("$.networks[3]"), IsEmpty());
  EXPECT_THAT(paths("$.networks.BSSID"), IsEmpty()) << "an array has no names";
  EXPECT_THAT(paths("$[*]"), IsEmpty()) << "a dictionary has no elements";
  EXPECT_THAT(paths("$.e[*]"), IsEmpty());
}

TEST_F(Select, RefusesMalformedPaths) {
  for (const std::string_view path : {"$.", "$..a", "$[", "$[]", "$[1", "$[-1]", "$['a]", "$['a\\x']", "$['a'", "$.a]",
                                      "$[1]a", "$.a*", "$x['", "$[99999999999999999999]"}) {
    EXPECT_FALSE(select(tree_, path, Limits{}).has_value()) << path;
    EXPECT_FALSE(find_path(tree_, tree_.root(), path).has_value()) << path;
  }
}

TEST_F(Select, CountsItsSteps) {
  Limits limits;
  limits.nodes = 10;
  EXPECT_TRUE(select(tree_, "$.networks[0]", limits).has_value());
  const auto refused = select(tree_, "$.networks[*].*", limits);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::limit);
}

TEST_F(Select, CountsSharedObjectsEachTime) {
  Tree tree;
  NodeId node = tree.add_text("x");
  std::string path;
  for (int level = 0; level < 40; ++level) {
    node = tree.add_array({node, node});
    path += "[*]";
  }
  tree.set_root(node);
  Limits limits;
  limits.nodes = 100'000;
  EXPECT_FALSE(select(tree, "$" + path, limits).has_value()) << "2^40 places";
}

TEST_F(Select, CountsWhatIsKeptForEachPlace) {
  // Ten places behind 30 wildcards each: their paths and wildcards cost more than the steps.
  Tree tree;
  NodeId node = tree.add_array(std::vector<NodeId>(10, tree.add_text("x")));
  std::string path = "[*]";
  for (int level = 1; level < 30; ++level) {
    node = tree.add_array({node});
    path += "[*]";
  }
  tree.set_root(node);
  Limits limits;
  limits.nodes = 200;
  EXPECT_FALSE(select(tree, path, limits).has_value());
  limits.nodes = 2000;
  EXPECT_EQ(select(tree, path, limits)->size(), 10u);
}

TEST_F(Select, FindsOneNodeFromAnyStart) {
  const auto networks = find_path(tree_, tree_.root(), "networks");
  ASSERT_TRUE(networks.has_value());
  EXPECT_EQ(tree_.text(*find_path(tree_, *networks, "[1].BSSID")), "b");
  EXPECT_EQ(find_path(tree_, *networks, "$"), networks);
  EXPECT_EQ(find_path(tree_, *networks, ""), networks);
  EXPECT_FALSE(find_path(tree_, *networks, "[*]").has_value());
  EXPECT_FALSE(find_path(tree_, 1000, "$").has_value());
}

}  // namespace
}  // namespace exhibit::decode
