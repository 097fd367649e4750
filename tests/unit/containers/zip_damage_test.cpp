#include "opened.h"
#include "zip.h"

namespace exhibit::containers {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using tests::ZipBuilder;

Error error_of(const std::string& bytes, const Limits& limits = {}) {
  const auto evidence = opened(bytes, limits);
  const auto text = read(*evidence, 1);
  if (!text) return text.error();
  ADD_FAILURE() << "read: " << text->substr(0, 40);
  return {ErrorCode::io, "an error", 0, {}};
}

ZipBuilder two_members() {
  ZipBuilder zip;
  zip.add("a", std::string(3000, 'a') + noise(500));
  zip.add("b", "content of b");
  return zip;
}

TEST(ZipDamage, EveryTruncationIsAnErrorOrListsWhatIsThere) {
  ZipBuilder zip = two_members();
  zip.zip64_end = true;
  const std::string whole = zip.build();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto evidence = evidence_of_zip(whole.substr(0, size));
    ASSERT_FALSE(evidence) << "the end record is cut, at " << size;
    ASSERT_EQ(evidence.error().code, ErrorCode::malformed);
  }
}

TEST(ZipDamage, NoFlippedByteGivesWrongContent) {
  ZipBuilder zip = two_members();
  const std::string whole = zip.build();
  const std::string a = std::string(3000, 'a') + noise(500);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    const auto evidence = evidence_of_zip(damaged);
    if (!evidence) continue;
    for (std::uint32_t number = 1; number <= (*evidence)->entries().size(); ++number) {
      const auto text = read(**evidence, number);
      if (!text) continue;
      EXPECT_TRUE(*text == a || *text == "content of b") << "byte " << i << ": " << text->substr(0, 20);
    }
  }
}

TEST(ZipDamage, AWrongSumNamesTheCrc) {
  ZipBuilder zip;
  zip.add("a", "content").crc = 0x12345678;
  const Error error = error_of(zip.build());
  EXPECT_EQ(error.code, ErrorCode::checksum);
  EXPECT_EQ(error.expected.view(), "the CRC-32 of the member");
  EXPECT_EQ(error.found, tests::crc_of("content"));
  EXPECT_EQ(error.where.file, 1u);
  ZipBuilder stored;
  auto& member = stored.add("a", "content");
  member.crc = 0x12345678;
  member.method = 0;
  EXPECT_EQ(error_of(stored.build()).code, ErrorCode::checksum);
}

TEST(ZipDamage, SizesThatLieAreErrorsOfThatMemberAlone) {
  const auto with = [](auto lie) {
    ZipBuilder zip;
    lie(zip.add("a", "content of a"));
    zip.add("b", "content of b");
    const std::string bytes = zip.build();
    EXPECT_EQ(content(*opened(bytes), "b"), "content of b");
    return error_of(bytes).code;
  };
  EXPECT_EQ(with([](auto& a) { a.unpacked_size = 11; }), ErrorCode::malformed);
  EXPECT_EQ(with([](auto& a) { a.unpacked_size = 13; }), ErrorCode::truncated);
  EXPECT_EQ(with([](auto& a) { a.unpacked_size = 60 << 20; }), ErrorCode::malformed) << "more than deflate can reach";
  EXPECT_EQ(with([](auto& a) { a.packed_size = 3; }), ErrorCode::malformed);
  EXPECT_EQ(with([](auto& a) { a.packed_size = 4'000'000'000; }), ErrorCode::truncated);
  EXPECT_EQ(with([](auto& a) { a.zip64 = true, a.packed_size = UINT64_MAX; }), ErrorCode::truncated);
  EXPECT_EQ(with([](auto& a) { a.zip64 = true, a.local_offset = UINT64_MAX; }), ErrorCode::truncated);
  EXPECT_EQ(with([](auto& a) { a.local_offset = 7; }), ErrorCode::malformed);
  EXPECT_EQ(with([](auto& a) { a.method = 0, a.unpacked_size = 13; }), ErrorCode::malformed);
}

TEST(ZipDamage, MembersOutsideTheArchiveAreReportedWhenListed) {
  ZipBuilder zip;
  zip.add("a", "A").local_offset = 1'000'000;
  zip.add("b", "B");
  EXPECT_THAT(problems(*opened(zip.build())), ElementsAre("truncated:1"));
}

TEST(ZipDamage, MembersThatShareBytesAreReported) {
  ZipBuilder zip;
  zip.add("a", std::string(100, 'x')).method = 0;
  zip.add("b", std::string(100, 'x')).method = 0;
  zip.add("c", std::string(100, 'x')).local_offset = 0;
  const auto evidence = opened(zip.build());
  EXPECT_THAT(problems(*evidence), ElementsAre("overlap:3"));
  // Out of order without sharing is no problem.
  ZipBuilder sound;
  sound.add("b", "B").local_offset = 37;
  sound.add("a", "A").local_offset = 0;
  EXPECT_THAT(problems(*opened(sound.build())), IsEmpty());
}

TEST(ZipDamage, AMemberThatUnpacksBeyondTheRatioIsReportedAndNotOpened) {
  Limits limits;
  limits.member_ratio_from = 100'000;
  limits.member_ratio = 500;
  ZipBuilder zip;
  zip.add("bomb", std::string(200'000, '0'));
  zip.add("dense", noise(200'000));
  zip.add("small", std::string(99'999, '0'));
  const std::string bytes = zip.build();
  const auto evidence = opened(bytes, limits);
  EXPECT_THAT(problems(*evidence), ElementsAre("ratio:1"));
  EXPECT_EQ(error_of(bytes, limits).code, ErrorCode::limit);
  EXPECT_EQ(content(*evidence, "small"), std::string(99'999, '0'));
  EXPECT_EQ(content(*evidence, "dense"), noise(200'000));
}

TEST(ZipDamage, EncryptedAndOtherMethodsFailWhenOpenedAndAreCounted) {
  ZipBuilder zip;
  zip.add("a", "secret").flags = 1;
  auto& aes = zip.add("b", "secret");
  aes.flags = 1;
  aes.method = 99;
  zip.add("c", "other").method = 93;
  zip.add("d", "plain");
  const auto evidence = opened(zip.build());
  EXPECT_EQ(read(*evidence, 1).error().code, ErrorCode::locked);
  EXPECT_EQ(read(*evidence, 2).error().code, ErrorCode::locked);
  EXPECT_EQ(read(*evidence, 3).error().code, ErrorCode::unsupported);
  EXPECT_EQ(read(*evidence, 3).error().found, 93u);
  EXPECT_EQ(content(*evidence, "d"), "plain");
  EXPECT_THAT(problems(*evidence), ElementsAre("locked", "unsupported"));
  EXPECT_EQ(evidence->problems()[0].found, "2");
}

TEST(ZipDamage, ACountThatDiffersIsReported) {
  ZipBuilder zip = two_members();
  zip.told_entries = 3;
  const auto evidence = opened(zip.build());
  EXPECT_EQ(evidence->entries().size(), 2u);
  EXPECT_THAT(problems(*evidence), ElementsAre("entry_count"));
  zip.zip64_end = true;
  zip.told_entries = UINT64_MAX;  // nothing may be reserved for it
  EXPECT_THAT(problems(*opened(zip.build())), ElementsAre("entry_count"));
}

TEST(ZipDamage, ABadRecordEndsTheListAndIsReported) {
  ZipBuilder zip = two_members();
  std::string bytes = zip.build();
  const std::size_t second = bytes.rfind("PK\1\2");
  bytes[second + 2] = 9;
  const auto evidence = opened(bytes);
  EXPECT_THAT(paths(*evidence), ElementsAre("a"));
  EXPECT_THAT(problems(*evidence), ElementsAre("entry_count", "malformed"));
  EXPECT_EQ(evidence->problems()[1].offset, second);
}

TEST(ZipDamage, OnePartOfSeveralIsRefusedByName) {
  ZipBuilder zip = two_members();
  zip.disk = 2;
  const auto evidence = evidence_of_zip(zip.build());
  ASSERT_FALSE(evidence);
  EXPECT_EQ(evidence.error().code, ErrorCode::unsupported);
  EXPECT_EQ(evidence.error().found, 3u);
}

TEST(ZipDamage, AnExtraFieldThatIsTooLongCostsNoMember) {
  ZipBuilder zip;
  zip.add("a", "A").extra = std::string("\x55\x54\xff\x7f\1", 5);
  zip.add("b", "B").extra = std::string("\0\0\0", 3);  // alignment
  const auto evidence = opened(zip.build());
  EXPECT_EQ(content(*evidence, "a"), "A");
  EXPECT_EQ(content(*evidence, "b"), "B");
  EXPECT_THAT(problems(*evidence), ElementsAre("extra_field"));
}

TEST(ZipDamage, MoreMembersOrLongerNamesThanTheLimitsAreReported) {
  Limits few;
  few.container_members = 1;
  EXPECT_THAT(paths(*opened(two_members().build(), few)), ElementsAre("a"));
  EXPECT_THAT(problems(*opened(two_members().build(), few)), testing::Contains("limit"));
  Limits brief;
  brief.name_bytes = 3;
  ZipBuilder zip = two_members();
  zip.add("long name", "x");
  EXPECT_THAT(paths(*opened(zip.build(), brief)), ElementsAre("a", "b"));
  EXPECT_THAT(problems(*opened(zip.build(), brief)), ElementsAre("limit"));
}

}  // namespace
}  // namespace exhibit::containers
