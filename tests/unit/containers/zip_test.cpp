#include "zip.h"

#include "base/time.h"
#include "opened.h"

namespace exhibit::containers {
namespace {

using evidence::EntryType;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::zip_extra;
using tests::ZipBuilder;

std::int64_t utc_us(std::int64_t year, std::uint32_t month, std::uint32_t day, std::uint32_t hour, std::uint32_t minute,
                    std::uint32_t second) {
  return us_from_civil({year, month, day, hour, minute, second, 0}).value();
}

TEST(Zip, ListsAndReadsStoredAndDeflatedMembers) {
  ZipBuilder zip;
  zip.add("b/deflated.txt", std::string(5000, 'd'));
  zip.add("a/stored.bin", "stored").method = 0;
  zip.add("empty", "").method = 0;
  zip.add("empty-deflated", "");
  const auto evidence = opened(zip.build());
  EXPECT_THAT(paths(*evidence), ElementsAre("a/stored.bin", "b/deflated.txt", "empty", "empty-deflated"));
  EXPECT_EQ(content(*evidence, "b/deflated.txt"), std::string(5000, 'd'));
  EXPECT_EQ(content(*evidence, "a/stored.bin"), "stored");
  EXPECT_EQ(content(*evidence, "empty"), "");
  EXPECT_EQ(content(*evidence, "empty-deflated"), "");
  EXPECT_EQ(evidence->entry(2).size, 5000u);
  EXPECT_EQ(evidence->format(), "zip");
  EXPECT_EQ(evidence->container_size(), zip.build().size());
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(Zip, AnArchiveWithoutMembersIsEvidenceWithoutEntries) {
  EXPECT_THAT(paths(*opened(ZipBuilder{}.build())), IsEmpty());
  ZipBuilder wide;
  wide.zip64_end = true;
  EXPECT_THAT(paths(*opened(wide.build())), IsEmpty());
}

TEST(Zip, ReadsZip64FieldsDescriptorsCommentsAndPrependedBytes) {
  for (const bool zip64 : {false, true}) {
    for (const bool descriptor : {false, true}) {
      for (const bool counted : {false, true}) {
        ZipBuilder zip;
        auto& member = zip.add("a", "content of a");
        member.zip64 = zip64;
        member.descriptor = descriptor;
        zip.add("b", "content of b").zip64 = zip64;
        zip.zip64_end = zip64;
        zip.comment.assign(60'000, 'c').append("PK\5\6");  // looks like an end record, too short for one
        zip.prepended.assign(70'000, 'p');
        zip.offsets_count_prepended = counted;
        const auto evidence = opened(zip.build());
        EXPECT_EQ(content(*evidence, "a"), "content of a") << zip64 << descriptor << counted;
        EXPECT_EQ(content(*evidence, "b"), "content of b") << zip64 << descriptor << counted;
        EXPECT_THAT(problems(*evidence), IsEmpty());
      }
    }
  }
}

TEST(Zip, MoreMembersThanSixteenBitsCount) {
  ZipBuilder zip;
  for (int i = 0; i < 66'000; ++i) zip.add(std::to_string(i), "").method = 0;
  const auto narrow = opened(zip.build());  // without ZIP64 the count wraps: tools that ignore the limit write this
  EXPECT_EQ(narrow->entries().size(), 66'000u);
  EXPECT_THAT(problems(*narrow), IsEmpty());
  zip.zip64_end = true;
  EXPECT_EQ(opened(zip.build())->entries().size(), 66'000u);
}

TEST(Zip, BytesAfterTheArchiveAreReported) {
  ZipBuilder zip;
  zip.add("a", "A");
  zip.trailing = std::string(100'000, 't');
  const auto evidence = opened(zip.build());
  EXPECT_EQ(content(*evidence, "a"), "A");
  ASSERT_THAT(problems(*evidence), ElementsAre("trailing_bytes"));
  EXPECT_EQ(evidence->problems()[0].found, "100000");
}

TEST(Zip, KeepsAllMembersOfOneName) {
  ZipBuilder zip;
  zip.add("a", "first");
  zip.add("A", "another case is another name");
  zip.add("a", "second");
  const auto evidence = opened(zip.build());
  EXPECT_THAT(paths(*evidence), ElementsAre("A", "a", "a"));
  EXPECT_EQ(content(*evidence, "a"), "second");
  EXPECT_EQ(read(*evidence, 2).value(), "first");
  EXPECT_THAT(problems(*evidence), ElementsAre("duplicate_name:3"));
}

TEST(Zip, PathsStayAsStored) {
  ZipBuilder zip;
  const std::string nul("nul\0name", 8);
  for (const std::string& name : {std::string("/abs"), std::string("./dot"), std::string("../../up"),
                                  std::string("C:/drive"), std::string("a//b"), nul, std::string("/"), std::string("")})
    zip.add(name, "content of " + name);
  const auto evidence = opened(zip.build());
  EXPECT_THAT(paths(*evidence),
              testing::UnorderedElementsAre("/abs", "./dot", "../../up", "C:/drive", "a//b", nul, "/", ""));
  EXPECT_EQ(content(*evidence, "../../up"), "content of ../../up");
  EXPECT_EQ(content(*evidence, nul), "content of " + nul);
}

TEST(Zip, BackslashesSeparateWhereTheToolMeantThem) {
  ZipBuilder windows;
  windows.add("Dump\\private\\var\\mobile\\Library\\SMS\\sms.db", "x").system = 0;
  windows.add("Dump\\empty\\", "").system = 0;
  windows.add("Dump/b", "x").system = 0;
  const auto evidence = opened(windows.build());
  EXPECT_THAT(paths(*evidence), ElementsAre("Dump/b", "Dump/empty", "Dump/private/var/mobile/Library/SMS/sms.db"));
  EXPECT_EQ(evidence->entry(2).type, EntryType::folder);
  EXPECT_EQ(evidence->entry(3).device_path, "home:Library/SMS/sms.db");

  ZipBuilder unix_names;
  unix_names.add("dir/back\\slash", "x");
  unix_names.add("back\\slash", "x");
  EXPECT_THAT(paths(*opened(unix_names.build())), ElementsAre("back\\slash", "dir/back\\slash"));

  ZipBuilder claims_unix;
  claims_unix.add("dir\\a", "x");
  claims_unix.add("dir\\b", "x");
  EXPECT_THAT(paths(*opened(claims_unix.build())), ElementsAre("dir/a", "dir/b"));
}

TEST(Zip, NamesAreDecodedByWhatIsKnownOfThem) {
  ZipBuilder zip;
  zip.add("flag-\xc3\xa9", "").flags = 1 << 11;
  zip.add("plain-\xc3\xa9", "").system = 0;
  zip.add("cp437-\x82\xe1\xff", "").system = 0;  // é ß no-break space
  zip.add("bytes-\x82", "").system = 3;
  auto& unicode = zip.add("uni-?", "");
  std::string path("\1", 1);
  tests::put_number(path, tests::crc_of("uni-?"), 4);
  unicode.extra = zip_extra(0x7075, path + "uni-\xe2\x82\xac");
  auto& stale = zip.add("renamed", "");
  stale.extra = zip_extra(0x7075, std::string("\1\0\0\0\0", 5) + "before");
  EXPECT_THAT(paths(*opened(zip.build())),
              testing::UnorderedElementsAre("flag-\xc3\xa9", "plain-\xc3\xa9", "cp437-\xc3\xa9\xc3\x9f\xc2\xa0",
                                            "bytes-\x82", "uni-\xe2\x82\xac", "renamed"));
}

TEST(Zip, TimesAreWallClocksUnlessAFieldSaysUtc) {
  ZipBuilder zip;
  auto& dos = zip.add("dos", "");
  dos.date = (2024 - 1980) << 9 | 2 << 5 | 29;
  dos.time = 13 << 11 | 59 << 5 | 29;
  auto& unix_times = zip.add("unix", "");
  unix_times.date = dos.date;
  std::string seconds("\7", 1);
  tests::put_number(seconds, 1'700'000'000, 4);
  unix_times.extra = zip_extra(0x5455, seconds);
  auto& ntfs = zip.add("ntfs", "");
  std::string ticks("\0\0\0\0\1\0\x18\0", 8);
  for (const std::uint64_t at : {133'444'736'000'000'000u, 133'444'736'010'000'000u, 133'444'735'000'000'000u})
    tests::put_number(ticks, at, 8);
  ntfs.extra = zip_extra(0x000a, ticks);
  auto& none = zip.add("none", "");
  none.date = 1 << 5 | 1;
  zip.add("wrong", "").date = 13 << 5 | 40;
  const auto evidence = opened(zip.build());
  const auto times = [&](std::string_view path) { return evidence->entry(evidence->find_container_path(path)).times; };
  EXPECT_EQ(*times("dos").modified_us, utc_us(2024, 2, 29, 13, 59, 58));
  EXPECT_EQ(times("dos").zone, Zone::local);
  EXPECT_EQ(*times("unix").modified_us, 1'700'000'000'000'000);
  EXPECT_EQ(times("unix").zone, Zone::utc);
  EXPECT_EQ(*times("ntfs").modified_us, 1'700'000'000'000'000);
  EXPECT_EQ(*times("ntfs").accessed_us, 1'700'000'001'000'000);
  EXPECT_EQ(*times("ntfs").created_us, 1'699'999'900'000'000);
  EXPECT_FALSE(times("none").modified_us);
  EXPECT_FALSE(times("wrong").modified_us);
}

TEST(Zip, TellsFoldersLinksAndOthers) {
  ZipBuilder zip;
  zip.add("slash/", "").mode = 0;
  zip.add("mode", "").mode = 0040755;
  zip.add("bare", "").mode = 0;
  zip.add("bare/file", "x");
  zip.add("link", "../target/of it").mode = 0120777;
  zip.add("pipe", "").mode = 0010644;
  auto& not_unix = zip.add("dos", "file");
  not_unix.system = 0;
  not_unix.mode = 0120777;
  const auto evidence = opened(zip.build());
  const auto type = [&](std::string_view path) { return evidence->entry(evidence->find_container_path(path)).type; };
  EXPECT_EQ(type("slash"), EntryType::folder);
  EXPECT_EQ(type("mode"), EntryType::folder);
  EXPECT_EQ(type("bare"), EntryType::folder);
  EXPECT_EQ(type("link"), EntryType::symlink);
  EXPECT_EQ(type("pipe"), EntryType::other);
  EXPECT_EQ(type("dos"), EntryType::file);
  EXPECT_EQ(content(*evidence, "link"), "../target/of it");
}

TEST(Zip, NamesAppsByTheirMetadata) {
  const std::string app = "private/var/mobile/Containers/Data/Application/694FBBC5-2E69-480A-A25B-FF8CC038BEF8/";
  ZipBuilder zip;
  zip.add(app + "Documents/a", "A");
  zip.add(app + ".com.apple.mobile_container_manager.metadata.plist", "com.example.murmur");
  const std::string bytes = zip.build();
  auto container = open_zip(evidence::make_source({bytes.begin(), bytes.end()}), {});
  const evidence::Evidence evidence("x", *std::move(container), {},
                                    [](Bytes plist) -> Result<std::string> { return std::string(as_text(plist)); });
  EXPECT_THAT(evidence.find_device_path("app:com.example.murmur/Documents/a"), ElementsAre(2));
}

}  // namespace
}  // namespace exhibit::containers
