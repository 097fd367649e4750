#include "tar.h"

#include "containers/open.h"
#include "crypto/sha256.h"
#include "evidence_folder.h"
#include "opened_tar.h"
#include "packed_bytes.h"
#include "packed_stream.h"
#include "pax_records.h"
#include "read_only_file.h"
#include "tar_head.h"

namespace exhibit::containers {
namespace {

using evidence::EntryType;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::TarBuilder;
using tests::TarKind;

TEST(Tar, ListsAndReadsFilesFoldersAndLinks) {
  TarBuilder tar;
  tar.folder("data/");
  tar.add("data/a.txt", "content of a");
  tar.add("data/block", std::string(512, 'b'));
  tar.add("data/empty", "");
  tar.symlink("data/link", "../elsewhere/target");
  tar.hard_link("data/second-name", "data/a.txt");
  const std::string bytes = tar.build();
  const auto evidence = opened_tar(bytes);
  EXPECT_THAT(paths(*evidence),
              ElementsAre("data", "data/a.txt", "data/block", "data/empty", "data/link", "data/second-name"));
  EXPECT_EQ(content(*evidence, "data/a.txt"), "content of a");
  EXPECT_EQ(content(*evidence, "data/block"), std::string(512, 'b'));
  EXPECT_EQ(content(*evidence, "data/empty"), "");
  EXPECT_EQ(content(*evidence, "data/link"), "../elsewhere/target");
  EXPECT_EQ(content(*evidence, "data/second-name"), "content of a");
  EXPECT_EQ(entry(*evidence, "data").type, EntryType::folder);
  EXPECT_EQ(entry(*evidence, "data/a.txt").type, EntryType::file);
  EXPECT_EQ(entry(*evidence, "data/link").type, EntryType::symlink);
  EXPECT_EQ(entry(*evidence, "data/link").size, 19u);
  EXPECT_EQ(entry(*evidence, "data/second-name").type, EntryType::file);
  EXPECT_EQ(entry(*evidence, "data/second-name").size, 12u);
  EXPECT_EQ(*entry(*evidence, "data/a.txt").times.modified_us, 1'700'000'000'000'000);
  EXPECT_EQ(entry(*evidence, "data/a.txt").times.zone, Zone::utc);
  EXPECT_EQ(evidence->format(), "tar");
  EXPECT_EQ(evidence->container_size(), bytes.size());
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(Tar, IsKnownByTheSumOfItsFirstHead) {
  TarBuilder tar;
  tar.add("a", "A");
  EXPECT_TRUE(is_tar(as_bytes(tar.build())));
  EXPECT_TRUE(is_tar(as_bytes(tar.build().substr(0, 512))));
  EXPECT_FALSE(is_tar(as_bytes(tar.build().substr(0, 511))));
  EXPECT_FALSE(is_tar(as_bytes(std::string(512, '\0'))));
  EXPECT_FALSE(is_tar(as_bytes(noise(512))));
  EXPECT_FALSE(is_tar({}));
  TarBuilder wrong;
  wrong.add("a", "A").wrong_sum = true;
  EXPECT_FALSE(is_tar(as_bytes(wrong.build())));
}

TEST(Tar, SumsOfSignedBytesHoldToo) {
  TarBuilder tar;
  tar.add("caf\xe9", "first").signed_sum = true;  // one tool's sum of a name that is not ASCII
  tar.add("caf\xe8", "second");
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(content(*evidence, "caf\xe9"), "first");
  EXPECT_EQ(content(*evidence, "caf\xe8"), "second");
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(Tar, TheTarOfUnixV7) {
  TarBuilder tar;
  tar.kind = TarKind::v7;
  tar.add("folder/", "").type = '\0';
  tar.add("folder/file", "old").type = '\0';
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(entry(*evidence, "folder").type, EntryType::folder);
  EXPECT_EQ(content(*evidence, "folder/file"), "old");
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(Tar, APrefixStandsBeforeTheName) {
  TarBuilder tar;
  tar.add("name", "x").prefix = std::string(155, 'p');
  tar.add(std::string(100, 'n'), "y").prefix = "prefix";
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(content(*evidence, std::string(155, 'p') + "/name"), "x");
  EXPECT_EQ(content(*evidence, "prefix/" + std::string(100, 'n')), "y");
}

TEST(Tar, LongNamesOfPaxAndGnu) {
  const std::string name = std::string(300, 'd') + "/" + std::string(200, 'n');
  const std::string target = std::string(400, 't');
  for (const TarKind kind : {TarKind::ustar, TarKind::gnu}) {
    TarBuilder tar;
    tar.kind = kind;
    tar.add(name, "content");
    tar.symlink(name + "-link", target);
    tar.hard_link(name + "-hard", name);
    tar.folder(name + "-folder/");
    tar.add("short", "not long");
    const auto evidence = opened_tar(tar.build());
    EXPECT_EQ(evidence->entries().size(), 5u);
    EXPECT_EQ(content(*evidence, name), "content");
    EXPECT_EQ(content(*evidence, name + "-link"), target);
    EXPECT_EQ(content(*evidence, name + "-hard"), "content");
    EXPECT_EQ(entry(*evidence, name + "-folder").type, EntryType::folder);
    EXPECT_EQ(content(*evidence, "short"), "not long");
    EXPECT_THAT(problems(*evidence), IsEmpty());
  }
}

TEST(Tar, PaxRecordsSayMoreThanTheHead) {
  TarBuilder tar;
  auto& member = tar.add("in-the-head", "content");
  member.size = 1;
  member.pax = {{"path", "caf\xc3\xa9/with\nnewline=and more"},
                {"size", "7"},
                {"mtime", "1700000000.123456789"},
                {"atime", "-1.5"},
                {"ctime", "1700000001"},
                {"LIBARCHIVE.creationtime", "1600000000.000001"},
                {"SCHILY.xattr.user.x", std::string("\0\n\xff", 3)},
                {"comment", ""}};
  auto& link = tar.symlink("link", "in the head");
  link.pax = {{"linkpath", "in the record"}};
  const auto evidence = opened_tar(tar.build());
  const auto& file = entry(*evidence, "caf\xc3\xa9/with\nnewline=and more");
  EXPECT_EQ(content(*evidence, "caf\xc3\xa9/with\nnewline=and more"), "content");
  EXPECT_EQ(file.size, 7u);
  EXPECT_EQ(*file.times.modified_us, 1'700'000'000'123'456);
  EXPECT_EQ(*file.times.accessed_us, -1'500'000);
  EXPECT_EQ(*file.times.changed_us, 1'700'000'001'000'000);
  EXPECT_EQ(*file.times.created_us, 1'600'000'000'000'001);
  EXPECT_EQ(content(*evidence, "link"), "in the record");
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(Tar, PaxTimesAreRoundedDown) {
  EXPECT_EQ(pax_time_us("0"), 0);
  EXPECT_EQ(pax_time_us("1.0000009"), 1'000'000);
  EXPECT_EQ(pax_time_us("-1.0000009"), -1'000'001);
  EXPECT_EQ(pax_time_us("-0.5"), -500'000);
  EXPECT_EQ(pax_time_us("1."), 1'000'000);
  for (const char* wrong : {"", "x", "1.x", "1 ", "99999999999999999999", "9223372036854775807", ".5", "+1"})
    EXPECT_EQ(pax_time_us(wrong), std::nullopt) << wrong;
}

TEST(Tar, GlobalRecordsGiveTimesToAllThatFollow) {
  TarBuilder tar;
  tar.add("before", "");
  tar.pax_global({{"mtime", "1000"}, {"comment", "0123456789abcdef"}});
  tar.add("after", "");
  tar.add("own", "").pax = {{"mtime", "2000"}};
  tar.add("none", "").pax = {{"mtime", ""}};
  tar.pax_global({{"path", "all/the/same"}});
  tar.add("last", "");
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(*entry(*evidence, "before").times.modified_us, 1'700'000'000'000'000);
  EXPECT_EQ(*entry(*evidence, "after").times.modified_us, 1'000'000'000);
  EXPECT_EQ(*entry(*evidence, "own").times.modified_us, 2'000'000'000);
  EXPECT_FALSE(entry(*evidence, "none").times.modified_us);
  EXPECT_EQ(*entry(*evidence, "last").times.modified_us, 1'000'000'000);
  EXPECT_THAT(problems(*evidence), ElementsAre("unsupported:3"));
}

TEST(Tar, NumbersInBase256) {
  TarBuilder tar;
  auto& member = tar.add("a", "content");
  member.base256 = true;
  member.mtime = -2;
  member.patches = {{136, std::string(12, '\xff')}};  // -1
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(content(*evidence, "a"), "content");
  EXPECT_EQ(*entry(*evidence, "a").times.modified_us, -1'000'000);

  const auto number = [](std::string_view field) { return tar_number(as_bytes(field)); };
  EXPECT_EQ(number(std::string_view("\x80\0\0\2\0\0\0\0\0\0\0\0", 12)), std::nullopt) << "beyond 64 bits";
  EXPECT_EQ(number(std::string_view("\x80\0\0\0\0\0\0\2\0\0\0\0", 12)), 8'589'934'592);
  EXPECT_EQ(number(std::string_view("\x80\0\0\0\x80\0\0\0\0\0\0\0", 12)), std::nullopt) << "beyond 63 bits";
  EXPECT_EQ(number("\xff\xff\xff\xff\xff\xff\xff\xfe"), -2);
  EXPECT_EQ(number(std::string_view("\x80\0\0\0\0\0\0\7", 8)), 7);
  EXPECT_EQ(number("  17 "), 15);
  EXPECT_EQ(number("777777777777"), 68'719'476'735) << "no room for a blank";
  EXPECT_EQ(number("18"), std::nullopt);
  EXPECT_EQ(number("        "), std::nullopt);
  EXPECT_EQ(number("-1"), std::nullopt);
}

TEST(Tar, PathsStayAsStored) {
  TarBuilder tar;
  const std::string nul("nul\0name", 8);
  for (const char* name : {"/abs", "./dot", "../../up", "C:\\drive\\path", "a//b", "raw-\xff\xfe"})
    tar.add(name, std::string("content of ") + name);
  tar.add("x", "content of nul").pax = {{"path", nul}};
  tar.folder("./");
  tar.folder("/");
  tar.folder("slashes//");
  const auto evidence = opened_tar(tar.build());
  EXPECT_THAT(paths(*evidence), testing::UnorderedElementsAre("/abs", "./dot", "../../up", "C:\\drive\\path", "a//b",
                                                              "raw-\xff\xfe", nul, ".", "/", "slashes"));
  EXPECT_EQ(content(*evidence, "../../up"), "content of ../../up");
  EXPECT_EQ(content(*evidence, nul), "content of nul");
}

TEST(Tar, KeepsAllMembersOfOneName) {
  TarBuilder tar;
  tar.add("a", "first");
  tar.hard_link("to-first", "a");
  tar.add("a", "second");
  tar.hard_link("to-second", "a");
  const auto evidence = opened_tar(tar.build());
  EXPECT_THAT(paths(*evidence), ElementsAre("a", "a", "to-first", "to-second"));
  EXPECT_EQ(read(*evidence, 1).value(), "first");
  EXPECT_EQ(read(*evidence, 2).value(), "second");
  EXPECT_EQ(content(*evidence, "to-first"), "first");
  EXPECT_EQ(content(*evidence, "to-second"), "second");
  EXPECT_THAT(problems(*evidence), ElementsAre("duplicate_name:2"));
}

TEST(Tar, HardLinksToLinksAndToNothing) {
  TarBuilder tar;
  tar.hard_link("early", "later");
  tar.add("later", "content");
  tar.hard_link("one", "later");
  tar.hard_link("two", "one");
  tar.symlink("symlink", "target");
  tar.hard_link("same-symlink", "symlink");
  tar.hard_link("itself", "itself");
  tar.hard_link("to-early", "early");
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(content(*evidence, "two"), "content");
  EXPECT_EQ(entry(*evidence, "same-symlink").type, EntryType::symlink);
  EXPECT_EQ(content(*evidence, "same-symlink"), "target");
  for (const char* path : {"early", "itself", "to-early"})
    EXPECT_EQ(read(*evidence, evidence->find_container_path(path)).error().code, ErrorCode::not_found) << path;
  EXPECT_THAT(problems(*evidence), ElementsAre("not_found:1", "not_found:2", "not_found:7"));
}

// GNU writes no size for a hard link, pax may write the content again, and old tools write the size alone.
TEST(Tar, HardLinksMayHaveContentOrOnlyItsSize) {
  TarBuilder tar;
  tar.add("a", "content");
  tar.hard_link("size-only", "a").size = 7;
  tar.hard_link("with-content", "gone").content = "own content";
  tar.add("b", "after");
  tar.folder("folder").size = 4096;
  tar.symlink("last", "a").size = 1;
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(evidence->entries().size(), 6u);
  EXPECT_EQ(content(*evidence, "size-only"), "content");
  EXPECT_EQ(content(*evidence, "with-content"), "own content");
  EXPECT_EQ(content(*evidence, "b"), "after");
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(Tar, DevicesAndUnknownTypesAreListed) {
  TarBuilder tar;
  for (const char type : {'3', '4', '6', 'V', '7', 'Z', 'M'}) {
    auto& member = tar.add(std::string("type-") + type, type == '7' || type == 'Z' || type == 'M' ? "content" : "");
    member.type = type;
  }
  const auto evidence = opened_tar(tar.build());
  for (const char* path : {"type-3", "type-4", "type-6", "type-V"}) {
    EXPECT_EQ(entry(*evidence, path).type, EntryType::other) << path;
    EXPECT_FALSE(read(*evidence, evidence->find_container_path(path))) << path;
  }
  for (const char* path : {"type-7", "type-Z", "type-M"}) {
    EXPECT_EQ(entry(*evidence, path).type, EntryType::file) << path;
    EXPECT_EQ(content(*evidence, path), "content") << path;
  }
  EXPECT_THAT(problems(*evidence), ElementsAre("unsupported:5"));
}

TEST(Tar, TimesOfGnuAndStarHeads) {
  TarBuilder tar;
  tar.kind = TarKind::gnu;
  tar.add("gnu", "").patches = {{345, tests::tar_number(1'600'000'000, 12)},
                                {357, tests::tar_number(1'500'000'000, 12)}};
  tar.kind = TarKind::ustar;
  auto& star = tar.add("star", "");
  star.prefix = "prefix";
  star.patches = {{476, tests::tar_number(1'400'000'000, 12)},
                  {488, tests::tar_number(1'300'000'000, 12)},
                  {508, std::string("tar\0", 4)}};
  tar.add("blank", "").patches = {{136, std::string(12, ' ')}};
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(*entry(*evidence, "gnu").times.accessed_us, 1'600'000'000'000'000);
  EXPECT_EQ(*entry(*evidence, "gnu").times.changed_us, 1'500'000'000'000'000);
  EXPECT_EQ(*entry(*evidence, "prefix/star").times.accessed_us, 1'400'000'000'000'000);
  EXPECT_EQ(*entry(*evidence, "prefix/star").times.changed_us, 1'300'000'000'000'000);
  EXPECT_FALSE(entry(*evidence, "blank").times.modified_us);
}

// Three bytes at 1000 and three at 5000 of a file of 6000 bytes.
std::string with_holes() {
  std::string text(6000, '\0');
  text.replace(1000, 3, "abc");
  text.replace(5000, 3, "xyz");
  return text;
}

std::string sparse_pair(std::uint64_t offset, std::uint64_t size) {
  return tests::tar_number(offset, 12) + tests::tar_number(size, 12);
}

TEST(Tar, SparseFilesOfOldGnu) {
  TarBuilder tar;
  tar.kind = TarKind::gnu;
  auto& member = tar.add("sparse", "abcxyz");
  member.type = 'S';
  member.patches = {{386, sparse_pair(1000, 3) + sparse_pair(5000, 3)}, {483, tests::tar_number(6000, 12)}};
  tar.add("after", "x");
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(entry(*evidence, "sparse").size, 6000u);
  EXPECT_TRUE(content(*evidence, "sparse") == with_holes());
  EXPECT_EQ(content(*evidence, "after"), "x");
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(Tar, SparseMapsOfOldGnuGoOnInFurtherBlocks) {
  constexpr std::uint64_t kSegments = 4 + 21 + 5;
  std::string expected(kSegments * 100 + 50, '\0'), stored, pairs;
  for (std::uint64_t i = 0; i < kSegments; ++i) {
    const std::string piece = noise(10, static_cast<std::uint32_t>(i));
    expected.replace(i * 100, 10, piece);
    stored += piece;
    pairs += sparse_pair(i * 100, 10);
  }
  TarBuilder tar;
  tar.kind = TarKind::gnu;
  auto& member = tar.add("sparse", stored);
  member.type = 'S';
  member.patches = {{386, pairs.substr(0, 4 * 24)}, {482, "\1"}, {483, tests::tar_number(expected.size(), 12)}};
  member.after_head = pairs.substr(4 * 24, 21 * 24) + std::string("\1\0\0\0\0\0\0\0", 8) + pairs.substr(25 * 24);
  member.after_head.resize(2 * 512);
  tar.add("after", "x");
  const auto evidence = opened_tar(tar.build());
  EXPECT_TRUE(content(*evidence, "sparse") == expected);
  EXPECT_EQ(content(*evidence, "after"), "x");
}

TEST(Tar, SparseFilesOfPax) {
  TarBuilder tar;
  auto& v00 = tar.add("v0.0", "abcxyz");
  v00.pax = {{"GNU.sparse.size", "6000"},  {"GNU.sparse.numblocks", "2"}, {"GNU.sparse.offset", "1000"},
             {"GNU.sparse.numbytes", "3"}, {"GNU.sparse.offset", "5000"}, {"GNU.sparse.numbytes", "3"}};
  auto& v01 = tar.add("GNUSparseFile.1/v0.1", "abcxyz");
  v01.pax = {{"GNU.sparse.size", "6000"},
             {"GNU.sparse.numblocks", "2"},
             {"GNU.sparse.name", "v0.1"},
             {"GNU.sparse.map", "1000,3,5000,3"}};
  std::string map = "2\n1000\n3\n5000\n3\n";
  map.resize(512);
  auto& v10 = tar.add("GNUSparseFile.1/v1.0", map + "abcxyz");
  v10.pax = {{"GNU.sparse.major", "1"},
             {"GNU.sparse.minor", "0"},
             {"GNU.sparse.name", "v1.0"},
             {"GNU.sparse.realsize", "6000"}};
  const auto evidence = opened_tar(tar.build());
  EXPECT_THAT(paths(*evidence), ElementsAre("v0.0", "v0.1", "v1.0"));
  for (const std::string& path : paths(*evidence)) {
    EXPECT_EQ(entry(*evidence, path).size, 6000u) << path;
    EXPECT_TRUE(content(*evidence, path) == with_holes()) << path;
    const auto source = evidence->open(evidence->find_container_path(path)).value();
    for (std::size_t offset = 990; offset < 1010; ++offset) {
      std::vector<std::uint8_t> out(7, 0xee);
      ASSERT_EQ(source->read_at(offset, out).value(), 7u);
      EXPECT_EQ(as_text(out), with_holes().substr(offset, 7)) << offset;
    }
  }
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(Tar, ALargeMemberIsReadAtRandom) {
  Limits limits;
  limits.large_member_bytes = 1000;
  TarBuilder tar;
  const std::string large = noise(100'000);
  tar.add("large", large);
  const auto evidence = opened_tar(tar.build(), limits);
  const auto source = evidence->open(1).value();
  EXPECT_EQ(source->view(), std::nullopt);
  std::vector<std::uint8_t> out(5000);
  EXPECT_EQ(source->read_at(98'000, out).value(), 2000u);
  EXPECT_EQ(as_text(out).substr(0, 2000), large.substr(98'000));
  EXPECT_EQ(source->read_at(100'000, out).value(), 0u);
  EXPECT_EQ(evidence::hash(*source).value(), crypto::sha256(as_bytes(large)));
}

// Counts what is read, and fails who asks for the size before the end was seen.
class WatchedSource final : public evidence::ByteSource {
 public:
  explicit WatchedSource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override {
    EXPECT_TRUE(end_seen) << "the size was asked for";
    return bytes_.size();
  }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    EXPECT_GE(offset, furthest) << "the listing went back";
    const std::size_t there = bytes_.size() - std::min<std::size_t>(bytes_.size(), offset);
    const std::size_t count = std::min(out.size(), there);
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(bytes_.size() - there), count, out.begin());
    end_seen = end_seen || count < out.size();
    read += count;
    furthest = offset + count;
    return count;
  }
  mutable std::uint64_t read = 0, furthest = 0;
  mutable bool end_seen = false;

 private:
  std::string bytes_;
};

TEST(Tar, TheListingGoesForwardAndReadsHeadsAlone) {
  TarBuilder tar;
  for (int i = 0; i < 5; ++i) {
    tar.add(std::to_string(i) + std::string(150, 'n'), noise(1'000'000)).pax = {{"comment", std::string(20'000, 'c')}};
    tar.hard_link("link" + std::to_string(i), std::to_string(i) + std::string(150, 'n'));
    auto& sparse = tar.add("sparse", "abcxyz");
    sparse.type = 'S';
    sparse.kind = TarKind::gnu;
    sparse.patches = {{386, sparse_pair(1000, 3)}, {482, "\1"}, {483, tests::tar_number(6000, 12)}};
    sparse.after_head = sparse_pair(5000, 3) + std::string(512 - 24, '\0');
  }
  const auto source = std::make_shared<WatchedSource>(tar.build());
  const auto container = open_tar(source, "tar", {}).value();
  EXPECT_EQ(container->take_entries().size(), 15u);
  EXPECT_LT(source->read, 500'000u);
}

TEST(Tar, InsideEveryPacking) {
  TarBuilder tar;
  tar.add("a", "content of a");
  tar.add("b", noise(300'000));
  tar.hard_link("c", "b");
  const std::string bytes = tar.build();
  for (const std::string& packed :
       {tests::pack_gzip(bytes), tests::pack_zstandard(bytes), tests::pack_xz(bytes), tests::pack_bzip2(bytes),
        tests::pack_gzip(bytes.substr(0, 700)) + tests::pack_gzip(bytes.substr(700))}) {
    const Packing packing = packing_of(as_bytes(packed)).value();
    const auto stream = open_packed_stream(evidence::make_source({packed.begin(), packed.end()}), packing, {}).value();
    const std::string format = "tar." + std::string(packing_suffix(packing));
    evidence::Evidence evidence("x", open_tar(stream, format, {}).value(), {});
    EXPECT_EQ(evidence.format(), format);
    EXPECT_THAT(paths(evidence), ElementsAre("a", "b", "c"));
    EXPECT_TRUE(content(evidence, "c") == noise(300'000));
    EXPECT_EQ(content(evidence, "a"), "content of a");
    EXPECT_THAT(problems(evidence), IsEmpty());
  }
}

TEST(Tar, AnAndroidFileSystem) {
  constexpr char kArchive[] = "android/composed_device/composed_device.tar.gz";
  EXHIBIT_NEEDS_EVIDENCE(kArchive);
  // From manifest.json beside it.
  const std::pair<const char*, const char*> expected[] = {
      {"data/data/com.android.browser/databases/webview.db",
       "281c5e8fec97470638321a6e483a2201e67fcfe5e5a802c736e438335a27e75b"},
      {"data/data/com.android.browser/databases/webviewCache.db",
       "2575e6d0b6ae677501d733e4270b661f86f2d8b4f83d4f48c6e855478809c896"},
      {"data/data/com.android.chrome/app_chrome/Default/Cookies",
       "59d1a2c835a5aba67c8e7e31ee853382fcb1b2807ffdad3b79edc53d50acc1e9"},
      {"data/data/com.android.chrome/app_chrome/Default/History",
       "c184fd5fdf72b75c26f8bb816619f04892e776ae6e2f5512f796d9807a12fbb3"},
      {"data/data/com.android.chrome/app_chrome/Default/Web Data",
       "7779fb8b6dab0d38fd41df3dacfd9f5ca96ec1ee5ecece6b9d276a786bc23812"},
      {"data/data/com.android.providers.contacts/databases/calllog.db",
       "4be578889748067d9bb4cc56bb5425f28ced13efcb8ac7b2cb67f511586a7aa7"},
      {"data/data/com.android.providers.contacts/databases/contacts2.db",
       "b37699f86515cff66f71a1a8d9b48c7392a83fc6f9fab35c6abd8f5435221591"},
      {"data/data/com.android.providers.downloads/databases/downloads.db",
       "1ed3ef1f55f58835669992a4a4a2999ac8eb444e10b646fd3d2292a1697ed5f1"},
      {"data/data/com.android.providers.telephony/databases/mmssms.db",
       "0e2cadfa9d68fb1769c01ceb5d75e4dfc4872dfdde7c6db37b75e896e31e283f"},
      {"data/data/com.google.android.apps.turbo/databases/turbo.db",
       "0ce7c2dc447e01577b92444f34d170429d0daf424a0b21bd3a179b459ebad5da"},
      {"data/data/com.google.android.apps.wellbeing/databases/app_usage",
       "51457968bcc069aee3362404325ab58f17dbf2e0c20915cbc67d7ba0a9b0180c"},
      {"data/data/com.google.android.as/databases/SimpleStorage",
       "e3964ddedd18b69a83e757850c15f4e37ee79f42b6f807943358a3ebf35fccd8"},
      {"data/data/com.sgiggle.production/files/profiles.db",
       "2f1d525a3f1d6fee6e901b94577d31d0fa132e7de4a4f9fd9c592e29aef77275"},
      {"data/data/com.sgiggle.production/files/tc.db",
       "0ea41679f5eb203daefe81c26151ad421e5ee7855cd47248f2a1ab6ab5f7d02b"},
      {"data/data/com.skype.raider/files/live#test/main.db",
       "fb52eae51d359b2ed060416dcf9725442fa0b495db32972529e9e75b34c533bb"},
      {"data/data/com.viber.voip/databases/viber_data",
       "13f5f0b5bf850948436980c7dfc62518bbe0d1d5c6eeaee8b0128341b9acd0c3"},
      {"data/data/com.whatsapp/databases/msgstore.db",
       "1425b944a2e3885fc936a7bb82f6548c5cc09523a2f61f02aa836c4ed8bbd16e"},
      {"data/data/com.whatsapp/files/key", "08c0516c5e1b4940bfa418c317dcc6f8d44706df20b65578792c2f561efcf629"},
      {"data/media/0/Android/media/com.whatsapp/WhatsApp/Databases/msgstore.db.crypt14",
       "cfff40d9154c8eaf214ae4da00c426582f1d294d239877da7700ac8ff86b7628"},
      {"data/system/abx-sample.xml", "fbcc2b7da77bf3a6c27a3a64f2f625a8d9181d8159cb77ee65092afadc9c5eb4"},
      {"data/system/locksettings.db", "d75fce3673394f093afdc6282e04ba441d6499b0c430f1a231c7f3a0f857ec00"},
      {"data/system/locksettings.db-shm", "71c90d433bdf237de4e25990821cf853710845cc7ce626675e2640a39cbe5386"},
      {"data/system/locksettings.db-wal", "432cd0704107e71878c83c19ba7d00406da9ab874ba39bd87101bf36e148020a"},
      {"data/system/usagestats/usage-history.xml", "d6c92d7e1f434742f789bf16d1aaa591ce85107480656555af2e2af73824f6f5"},
  };
  const std::string path = (tests::evidence_folder() / kArchive).string();
  Descriptor descriptor = open_read_only(-100, path.c_str(), 0);  // AT_FDCWD: the path is absolute
  const auto file = std::make_shared<ReadOnlyFile>(std::move(descriptor), std::filesystem::file_size(path));
  const auto stream = open_packed_stream(file, Packing::gzip, {}).value();
  evidence::Evidence evidence(path, open_tar(stream, "tar.gz", {}).value(), {});
  EXPECT_EQ(evidence.entries().size(), std::size(expected));
  EXPECT_THAT(problems(evidence), IsEmpty());
  for (const auto& [name, digest] : expected) {
    const auto source = evidence.open(evidence.find_container_path(name));
    ASSERT_TRUE(source) << name;
    const crypto::Sha256Digest found = evidence::hash(**source).value();
    std::string text;
    for (const std::uint8_t byte : found) {
      text += "0123456789abcdef"[byte >> 4];
      text += "0123456789abcdef"[byte & 15];
    }
    EXPECT_EQ(text, digest) << name;
  }
  EXPECT_EQ(evidence.find_device_path("app:com.whatsapp/databases/msgstore.db").size(), 1u);
  const StreamEnd end = stream->end().value();
  EXPECT_FALSE(end.is_cut || end.checksum_failed || end.damage);
}

}  // namespace
}  // namespace exhibit::containers
