#include "evidence/evidence.h"

#include <algorithm>
#include <random>

#include "entry_order.h"

namespace exhibit::evidence {
namespace {

struct File {
  std::string path;
  std::string content;
  EntryType type = EntryType::file;
};

class ListedContainer final : public Container {
 public:
  explicit ListedContainer(std::vector<File> files, std::vector<Problem> problems = {})
      : files_(std::move(files)), problems_(std::move(problems)) {}

  std::string_view format() const override { return "list"; }
  std::uint64_t size() const override { return 77; }
  std::vector<Problem> take_problems() override { return problems_; }

  std::vector<Entry> take_entries() override {
    std::vector<Entry> entries;
    for (const File& file : files_) {
      Entry entry;
      entry.container_path = file.path;
      entry.type = file.type;
      entry.size = file.content.size();
      entries.push_back(entry);
    }
    return entries;
  }

  Result<SourcePtr> open(std::size_t index, const Limits&) const override {
    const std::string& content = files_[index].content;
    if (content == "broken") return fail(ErrorCode::checksum, "the CRC-32 of the member", 1, {0, 42});
    return make_source({content.begin(), content.end()});
  }

 private:
  std::vector<File> files_;
  std::vector<Problem> problems_;
};

std::string content_of(const Evidence& evidence, std::uint32_t number) {
  const auto source = evidence.open(number);
  if (!source) return error_text(source.error());
  std::vector<std::uint8_t> buffer;
  const auto bytes = read_all(**source, buffer);
  return bytes ? std::string(as_text(*bytes)) : error_text(bytes.error());
}

Evidence make_evidence(std::vector<File> files, std::vector<Problem> problems = {}) {
  return Evidence("x", std::make_unique<ListedContainer>(std::move(files), std::move(problems)), Limits{});
}

TEST(Evidence, NumbersEntriesByContainerPath) {
  const Evidence evidence = make_evidence({{"b", "B"}, {"a/z", "Z"}, {"a", "", EntryType::folder}, {"a-b", "-"}});
  ASSERT_EQ(evidence.entries().size(), 4u);
  EXPECT_EQ(evidence.entry(1).container_path, "a");
  EXPECT_EQ(evidence.entry(2).container_path, "a-b");
  EXPECT_EQ(evidence.entry(3).container_path, "a/z");
  EXPECT_EQ(content_of(evidence, 2), "-");
  EXPECT_EQ(content_of(evidence, 3), "Z");
  EXPECT_EQ(content_of(evidence, 4), "B");
  EXPECT_EQ(evidence.find_container_path("a/z"), 3u);
  EXPECT_EQ(evidence.find_container_path("a/y"), 0u);
  EXPECT_EQ(evidence.find_container_path("zz"), 0u);
  EXPECT_EQ(evidence.container_size(), 77u);
}

TEST(Evidence, KeepsDuplicatesAndFindsTheLast) {
  const Evidence evidence = make_evidence({{"a", "first"}, {"b", "x"}, {"a", "second"}});
  EXPECT_EQ(evidence.find_container_path("a"), 2u);
  EXPECT_EQ(content_of(evidence, 1), "first");
  EXPECT_EQ(content_of(evidence, 2), "second");
  ASSERT_EQ(evidence.problems().size(), 1u);
  EXPECT_EQ(evidence.problems()[0].code, "duplicate_name");
  EXPECT_EQ(evidence.problems()[0].file, 2u);
  EXPECT_EQ(evidence.problems()[0].found, "2");
}

TEST(Evidence, FindsAllEntriesOfADevicePathAscending) {
  const Evidence evidence = make_evidence({{"data/user/10/com.example.a/f", ""},
                                           {"data/data/com.example.a/f", ""},
                                           {"data/data/com.example.a/g", ""},
                                           {"data/user/0/com.example.a/f", ""}});
  EXPECT_THAT(evidence.find_device_path("app:com.example.a/f"), testing::ElementsAre(1, 3, 4));
  EXPECT_THAT(evidence.find_device_path("app:com.example.a/g"), testing::ElementsAre(2));
  EXPECT_THAT(evidence.find_device_path("app:com.example.a/h"), testing::IsEmpty());
  EXPECT_THAT(make_evidence({}).find_device_path("home:a"), testing::IsEmpty());
}

TEST(Evidence, GivesTheContainersProblemsTheirEntrysNumber) {
  const Evidence evidence =
      make_evidence({{"c", "1"}, {"b", "2"}, {"a", "3"}}, {{"ratio", 1, "x", "y", 5}, {"entry_count", 0, "1", "2", 0}});
  ASSERT_EQ(evidence.problems().size(), 2u);
  EXPECT_EQ(evidence.problems()[0].code, "entry_count");
  EXPECT_EQ(evidence.problems()[1].file, 3u) << "index 0 is c";
}

TEST(Evidence, AnErrorNamesTheEntryAndKeepsTheContainersOffset) {
  const Evidence evidence = make_evidence({{"b", "broken"}, {"a", "x"}});
  const auto source = evidence.open(2);
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().where, (Where{2, 42}));
  EXPECT_EQ(evidence.open(0).error().code, ErrorCode::not_found);
  EXPECT_EQ(evidence.open(3).error().code, ErrorCode::not_found);
}

TEST(Evidence, AnEmptyMemberWithOthersInsideIsAFolder) {
  const Evidence evidence =
      make_evidence({{"d", ""}, {"d-wal", ""}, {"d.x", ""}, {"d/a", "A"}, {"e", ""}, {"e-wal", ""}, {"ee/a", "A"}});
  EXPECT_EQ(evidence.entry(evidence.find_container_path("d")).type, EntryType::folder);
  EXPECT_EQ(evidence.entry(evidence.find_container_path("d-wal")).type, EntryType::file);
  EXPECT_EQ(evidence.entry(evidence.find_container_path("e")).type, EntryType::file);
  EXPECT_EQ(evidence.open(evidence.find_container_path("d")).error().code, ErrorCode::unsupported);
}

TEST(Evidence, ReadsTheNamesOfContainersAndReportsThoseItCannot) {
  const std::string apps = "private/var/mobile/Containers/Data/Application/";
  const std::string named = apps + "694FBBC5-2E69-480A-A25B-FF8CC038BEF8";
  const std::string bad = apps + "794FBBC5-2E69-480A-A25B-FF8CC038BEF8";
  const std::string metadata = "/" + std::string(kContainerMetadata);
  auto container = std::make_unique<ListedContainer>(std::vector<File>{
      {named + "/a", "A"}, {named + metadata, "com.example.murmur"}, {bad + "/a", "A"}, {bad + metadata, "broken"}});
  const Evidence evidence("x", std::move(container), Limits{},
                          [](Bytes plist) -> Result<std::string> { return std::string(as_text(plist)); });
  EXPECT_THAT(evidence.find_device_path("app:com.example.murmur/a"), testing::SizeIs(1));
  EXPECT_THAT(evidence.find_device_path("app:794FBBC5-2E69-480A-A25B-FF8CC038BEF8/a"), testing::SizeIs(1));
  ASSERT_EQ(evidence.problems().size(), 1u);
  EXPECT_EQ(evidence.problems()[0].code, "checksum");
  EXPECT_EQ(evidence.problems()[0].file, evidence.find_container_path(bad + metadata));
}

// The lines worked out by hand and summed with sha256sum.
TEST(Evidence, TheFingerprintIsOfPathSizeAndTimeAlone) {
  const auto hex = [](const crypto::Sha256Digest& digest) {
    std::string text;
    for (const std::uint8_t byte : digest) {
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
    return text;
  };
  // printf 'a\t2\t\nb/c\t1\t\n' | sha256sum
  EXPECT_EQ(hex(make_evidence({{"b/c", "1"}, {"a", "22"}}).fingerprint()),
            "ccd5203479d3e3560022512fcfe7af2a6dff100f72755013995bb423a6ffa938");
  EXPECT_EQ(make_evidence({{"a", "33"}, {"b/c", "1"}}).fingerprint(),
            make_evidence({{"b/c", "1"}, {"a", "22"}}).fingerprint());
  EXPECT_NE(make_evidence({{"a", "333"}}).fingerprint(), make_evidence({{"a", "22"}}).fingerprint());
}

TEST(EntryOrder, IsThatOfAStableSortByBytes) {
  std::mt19937 random(7);
  for (int round = 0; round < 40; ++round) {
    std::vector<Entry> entries(static_cast<std::size_t>(round * round));
    TextArena texts;
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      // Long common beginnings, every length, NULs, bytes above 0x7f and many duplicates.
      std::string path(random() % 30, 'p');
      for (auto letters = random() % 6; letters > 0; --letters) path += std::string_view("\0a/\xff", 4)[random() % 4];
      entries[i].container_path = texts.add(path);
      entries[i].size = i;
    }
    std::vector<Entry> expected = entries;
    std::ranges::stable_sort(expected, {}, &Entry::container_path);
    const auto order = sort_by_path(entries);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      ASSERT_EQ(entries[i].container_path, expected[i].container_path) << "round " << round << " place " << i;
      ASSERT_EQ(entries[i].size, expected[i].size) << "equal paths stay in their order";
      ASSERT_EQ(order[i], expected[i].size);
    }
  }
}

class PiecewiseSource final : public ByteSource {
 public:
  explicit PiecewiseSource(std::string bytes, std::size_t cut) : bytes_(std::move(bytes)), cut_(cut) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= cut_) return 0;
    const std::size_t count = std::min({out.size(), cut_ - static_cast<std::size_t>(offset), std::size_t{7}});
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), count, out.begin());
    return count;
  }

 private:
  std::string bytes_;
  std::size_t cut_;
};

TEST(ByteSource, IsReadAndHashedWholeFromPieces) {
  const std::string text(1000, 'x');
  const PiecewiseSource source(text, text.size());
  std::vector<std::uint8_t> buffer;
  EXPECT_EQ(as_text(read_all(source, buffer).value()), text);
  EXPECT_EQ(hash(source).value(), crypto::sha256(as_bytes(text)));
  EXPECT_EQ(hash(*make_source({text.begin(), text.end()})).value(), crypto::sha256(as_bytes(text)));
}

TEST(ByteSource, ASourceThatEndsEarlyIsTruncated) {
  const PiecewiseSource source(std::string(100, 'x'), 50);
  std::vector<std::uint8_t> buffer;
  EXPECT_EQ(read_all(source, buffer).error().code, ErrorCode::truncated);
  EXPECT_EQ(hash(source).error().where.offset, 50u);
}

TEST(ByteSource, HashingStopsWhenAsked) {
  Cancel cancel;
  cancel.request();
  EXPECT_EQ(hash(*make_source({1, 2, 3}), &cancel).error().code, ErrorCode::cancelled);
  EXPECT_EQ(hash(PiecewiseSource("abc", 3), &cancel).error().code, ErrorCode::cancelled);
}

TEST(ByteSource, OfMemoryGivesWhatIsThere) {
  const SourcePtr source = make_source({1, 2, 3, 4});
  std::array<std::uint8_t, 3> out{};
  EXPECT_EQ(source->read_at(2, out).value(), 2u);
  EXPECT_EQ(out[1], 4);
  EXPECT_EQ(source->read_at(4, out).value(), 0u);
  EXPECT_EQ(source->read_at(UINT64_MAX, out).value(), 0u);
  EXPECT_EQ(source->view()->size(), 4u);
}

}  // namespace
}  // namespace exhibit::evidence
