#include "file_tree.h"

namespace exhibit::containers {
namespace {

class Listed final : public evidence::Container {
 public:
  std::string_view format() const override { return "list"; }
  std::vector<evidence::Entry> take_entries() override { return {}; }
  Result<evidence::SourcePtr> open(std::size_t index, const Limits&) const override {
    return evidence::make_source({static_cast<std::uint8_t>('0' + index)});
  }
};

std::vector<evidence::Entry> entries_of(std::initializer_list<std::string_view> paths) {
  std::vector<evidence::Entry> entries;
  for (const std::string_view path : paths) entries.push_back({.container_path = path, .device_path = {}});
  return entries;
}

TEST(FileTree, FindsWhatIsListedInAnyOrder) {
  const Listed container;
  const auto entries = entries_of({"b/2", "a", "b", "b/1", ""});
  const FileTree tree(container, entries, {});
  EXPECT_EQ(tree.find("b/2"), 0u);
  EXPECT_EQ(tree.find("a"), 1u);
  EXPECT_EQ(tree.find("b"), 2u);
  EXPECT_EQ(tree.find("b/1"), 3u);
  EXPECT_EQ(tree.find(""), 4u);
  for (const std::string_view absent : {"b/", "b/0", "b/3", "0", "c", "B"}) EXPECT_EQ(tree.find(absent), std::nullopt);
}

TEST(FileTree, FindsTheLastOfDuplicates) {
  const Listed container;
  const auto entries = entries_of({"same", "zz", "same", "aa", "same", "zz"});
  const FileTree tree(container, entries, {});
  EXPECT_EQ(tree.find("same"), 4u);
  EXPECT_EQ(tree.find("zz"), 5u);
}

TEST(FileTree, OpensByTheContainersIndex) {
  const Listed container;
  const auto entries = entries_of({"b", "a"});
  const FileTree tree(container, entries, {});
  const auto source = tree.open(*tree.find("a"));
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(as_text((*source)->view().value()), "1");
}

TEST(FileTree, OfNothingFindsNothing) {
  const Listed container;
  const FileTree tree(container, {}, {});
  EXPECT_EQ(tree.find(""), std::nullopt);
}

}  // namespace
}  // namespace exhibit::containers
