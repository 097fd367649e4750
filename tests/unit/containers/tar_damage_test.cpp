// Tars that are cut, damaged or made to harm.
#include <random>

#include "opened_tar.h"
#include "packed_bytes.h"
#include "packed_stream.h"
#include "tar.h"

namespace exhibit::containers {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::TarBuilder;
using tests::TarKind;

ErrorCode open_error(const evidence::Evidence& evidence, std::string_view path) {
  const auto text = read(evidence, evidence.find_container_path(path));
  if (!text) return text.error().code;
  ADD_FAILURE() << path << " could be read";
  return ErrorCode::io;
}

// Members "0" to "5", each of some blocks.
TarBuilder six_members() {
  TarBuilder tar;
  for (int i = 0; i < 6; ++i) tar.add(std::to_string(i), noise(1500, static_cast<std::uint32_t>(i)));
  return tar;
}

TEST(TarDamage, AHeadWithAWrongSumCostsItsMember) {
  TarBuilder tar = six_members();
  std::string bytes = tar.build();
  bytes[tar.head_of(2) + 5] ^= 1;
  const auto evidence = opened_tar(bytes);
  EXPECT_THAT(paths(*evidence), ElementsAre("0", "1", "3", "4", "5"));
  EXPECT_EQ(content(*evidence, "3"), noise(1500, 3));
  ASSERT_THAT(problems(*evidence), ElementsAre("malformed"));
  EXPECT_EQ(evidence->problems()[0].offset, tar.head_of(2));
  EXPECT_EQ(evidence->problems()[0].found, "2048 bytes without one");
}

TEST(TarDamage, ZerosInALostMemberAreNoSecondProblem) {
  TarBuilder tar;
  tar.add("a", "A");
  tar.add("lost", noise(600) + std::string(1500, '\0'));
  tar.add("b", "B");
  std::string bytes = tar.build();
  bytes[tar.head_of(1)] ^= 1;
  const auto evidence = opened_tar(bytes);
  EXPECT_THAT(paths(*evidence), ElementsAre("a", "b"));
  EXPECT_THAT(problems(*evidence), ElementsAre("malformed"));
}

TEST(TarDamage, SeveralPlacesAreSeveralProblems) {
  TarBuilder tar = six_members();
  std::string bytes = tar.build();
  for (const std::size_t index : {std::size_t{1}, std::size_t{4}}) bytes.replace(tar.head_of(index), 512, noise(512));
  const auto evidence = opened_tar(bytes);
  EXPECT_THAT(paths(*evidence), ElementsAre("0", "2", "3", "5"));
  EXPECT_THAT(problems(*evidence), ElementsAre("malformed", "malformed"));
}

TEST(TarDamage, WhatIsLostAtTheStartCostsTheFirstMember) {
  TarBuilder tar = six_members();
  std::string bytes = tar.build();
  bytes.replace(0, 512, noise(512));
  EXPECT_THAT(paths(*opened_tar(bytes)), ElementsAre("1", "2", "3", "4", "5"));
}

TEST(TarDamage, BlocksThatAreGoneOrTooMany) {
  TarBuilder tar = six_members();
  std::string bytes = tar.build();
  bytes.erase(tar.head_of(2) + 512, 512);  // a block of the content of "2"
  auto evidence = opened_tar(bytes);
  EXPECT_THAT(paths(*evidence), ElementsAre("0", "1", "2", "4", "5"));
  EXPECT_THAT(problems(*evidence), ElementsAre("malformed"));

  bytes = tar.build();
  bytes.insert(tar.head_of(2), noise(1024));
  evidence = opened_tar(bytes);
  EXPECT_EQ(evidence->entries().size(), 6u);
  EXPECT_EQ(content(*evidence, "2"), noise(1500, 2));
  EXPECT_THAT(problems(*evidence), ElementsAre("malformed"));
}

TEST(TarDamage, ASectorOfZerosIsNoEnd) {
  TarBuilder tar = six_members();
  std::string bytes = tar.build();
  bytes.replace(tar.head_of(3) - 2048, 2048, std::string(2048, '\0'));  // the member before it
  auto evidence = opened_tar(bytes);
  EXPECT_THAT(paths(*evidence), ElementsAre("0", "1", "3", "4", "5"));
  ASSERT_THAT(problems(*evidence), ElementsAre("malformed"));
  EXPECT_EQ(evidence->problems()[0].offset, tar.head_of(3));

  bytes = tar.build();
  bytes.replace(tar.head_of(3), 512, std::string(512, '\0'));  // its head alone
  evidence = opened_tar(bytes);
  EXPECT_THAT(paths(*evidence), ElementsAre("0", "1", "2", "4", "5"));
  EXPECT_THAT(problems(*evidence), ElementsAre("malformed"));
}

TEST(TarDamage, AnArchiveBehindAnotherIsListed) {
  TarBuilder second;
  second.add("second", "content");
  const auto evidence = opened_tar(six_members().build() + second.build());
  EXPECT_EQ(evidence->entries().size(), 7u);
  EXPECT_EQ(content(*evidence, "second"), "content");
  EXPECT_THAT(problems(*evidence), ElementsAre("malformed"));
}

TEST(TarDamage, OtherBytesBehindTheEndAreToldAndZerosAreNot) {
  TarBuilder tar = six_members();
  const std::size_t end = tar.build().size();
  tar.trailing = noise(5000);
  auto evidence = opened_tar(tar.build());
  EXPECT_EQ(evidence->entries().size(), 6u);
  ASSERT_THAT(problems(*evidence), ElementsAre("trailing_bytes"));
  EXPECT_EQ(evidence->problems()[0].offset, end);
  tar.trailing = "few";
  EXPECT_THAT(problems(*opened_tar(tar.build())), ElementsAre("trailing_bytes"));
  tar.trailing = std::string(9000, '\0');
  EXPECT_THAT(problems(*opened_tar(tar.build())), IsEmpty());
}

TEST(TarDamage, AMissingEndIsTold) {
  TarBuilder tar = six_members();
  tar.ended = false;
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(evidence->entries().size(), 6u);
  EXPECT_EQ(content(*evidence, "5"), noise(1500, 5));
  EXPECT_THAT(problems(*evidence), ElementsAre("truncated"));
}

TEST(TarDamage, ACutMemberIsListedWithItsSize) {
  TarBuilder tar = six_members();
  for (const std::size_t kept : {std::size_t{512}, std::size_t{513}, std::size_t{2011}}) {
    const auto evidence = opened_tar(tar.build().substr(0, tar.head_of(4) + kept));
    EXPECT_THAT(paths(*evidence), ElementsAre("0", "1", "2", "3", "4"));
    EXPECT_EQ(evidence->entry(5).size, 1500u);
    EXPECT_EQ(open_error(*evidence, "4"), ErrorCode::truncated);
    EXPECT_EQ(content(*evidence, "3"), noise(1500, 3));
    EXPECT_THAT(problems(*evidence), ElementsAre("truncated:5"));
  }
  // All of the content is there, and only its padding is not.
  const auto evidence = opened_tar(tar.build().substr(0, tar.head_of(4) + 512 + 1500));
  EXPECT_EQ(content(*evidence, "4"), noise(1500, 4));
  EXPECT_THAT(problems(*evidence), ElementsAre("truncated"));
}

TEST(TarDamage, CutsAtEveryPercentKeepWhatIsWhole) {
  TarBuilder tar = six_members();
  tar.add(std::string(300, 'n'), "long").pax = {{"comment", std::string(700, 'c')}};
  tar.kind = TarKind::gnu;
  tar.add(std::string(300, 'g'), "long");
  const std::string bytes = tar.build();
  const std::string gzip = tests::pack_gzip(bytes), zstandard = tests::pack_zstandard(bytes);
  for (std::size_t percent = 1; percent < 100; ++percent) {
    const auto cut = [percent](const std::string& whole) { return whole.substr(0, whole.size() * percent / 100); };
    const auto check = [percent](const evidence::SourcePtr& source, const PackedStream* stream) {
      auto container = open_tar(source, "tar", {});
      if (!container) {
        ASSERT_EQ(container.error().code, ErrorCode::truncated) << percent;
        return;
      }
      const evidence::Evidence evidence("x", *std::move(container), {});
      const bool told = !problems(evidence).empty() || (stream != nullptr && stream->end().value().is_cut);
      ASSERT_TRUE(told) << percent;
      int unreadable = 0;
      for (const std::string& path : paths(evidence)) {
        const auto text = read(evidence, evidence.find_container_path(path));
        if (!text) ++unreadable;
        if (text && path.size() == 1) {
          ASSERT_TRUE(*text == noise(1500, static_cast<std::uint32_t>(path[0] - '0'))) << percent << " " << path;
        }
      }
      ASSERT_LE(unreadable, 1) << percent;
    };
    const std::string plain = cut(bytes);
    check(evidence::make_source({plain.begin(), plain.end()}), nullptr);
    for (const std::string& packed : {cut(gzip), cut(zstandard)}) {
      const Packing packing = packed[0] == '\x1f' ? Packing::gzip : Packing::zstandard;
      const auto stream =
          open_packed_stream(evidence::make_source({packed.begin(), packed.end()}), packing, {}).value();
      check(stream, stream.get());
    }
  }
}

TEST(TarDamage, NoFlippedByteIsLostOn) {
  TarBuilder tar = six_members();
  tar.add(std::string(300, 'n'), "long");
  tar.hard_link("link", "0");
  const std::string sound = tar.build();
  std::mt19937 random(7);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes = sound;
    const std::size_t at = random() % bytes.size();
    bytes[at] ^= static_cast<char>(1 + random() % 255);
    const auto evidence = opened_tar(bytes);
    ASSERT_GE(evidence->entries().size(), 7u) << at;
    for (std::uint32_t number = 1; number <= evidence->entries().size(); ++number)
      (void)read(*evidence, number).has_value();
  }
}

TEST(TarDamage, WhatIsNoTarIsRefused) {
  EXPECT_EQ(evidence_of_tar("").error().code, ErrorCode::truncated);
  EXPECT_EQ(evidence_of_tar(noise(100'000)).error().code, ErrorCode::malformed);
  const auto evidence = opened_tar(std::string(10'240, '\0'));
  EXPECT_THAT(paths(*evidence), IsEmpty()) << "the tar of nothing";
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(TarDamage, LyingSizes) {
  for (const std::uint64_t lie : {std::uint64_t{1} << 40, std::uint64_t{INT64_MAX}, std::uint64_t{INT64_MAX} - 511}) {
    TarBuilder tar;
    tar.add("a", "content");
    tar.add("b", "x").size = lie;
    const auto evidence = opened_tar(tar.build());
    EXPECT_THAT(paths(*evidence), ElementsAre("a", "b"));
    EXPECT_EQ(evidence->entry(2).size, lie);
    EXPECT_EQ(open_error(*evidence, "b"), ErrorCode::truncated);
    EXPECT_THAT(problems(*evidence), ElementsAre("truncated:2"));
  }
  TarBuilder tar;
  tar.add("pax", "x").pax = {{"size", "18446744073709551615"}};
  EXPECT_THAT(problems(*opened_tar(tar.build())), ElementsAre("truncated:1"));
}

TEST(TarDamage, ASizeThatIsNoNumber) {
  TarBuilder tar;
  tar.add("a", "content").patches = {{124, "no size here"}};
  tar.add("b", "after");
  tar.add("negative", "content").patches = {{124, std::string(12, '\xff')}};
  tar.add("c", "after");
  const auto evidence = opened_tar(tar.build());
  EXPECT_THAT(paths(*evidence), ElementsAre("a", "b", "c", "negative"));
  EXPECT_EQ(content(*evidence, "b"), "after");
  EXPECT_THAT(problems(*evidence), ElementsAre("malformed", "malformed", "malformed:1", "malformed:4"));
}

TEST(TarDamage, PaxRecordsThatAreNone) {
  const std::string sound = tests::pax_record("path", "from-the-record");
  for (const std::string& damage : {std::string("no record\n"), std::string("99999 path=x\n"), std::string("5 a=b\n"),
                                    std::string("0 a=b\n"), std::string("3 =\n"), std::string("6 a b\n"),
                                    std::string("18446744073709551617 a=b\n"), std::string("7 a=bcd")}) {
    TarBuilder tar;
    auto& extended = tar.add("x", sound + damage);
    extended.type = 'x';
    tar.add("from-the-head", "content");
    const auto evidence = opened_tar(tar.build());
    EXPECT_EQ(content(*evidence, "from-the-record"), "content") << damage;
    EXPECT_THAT(problems(*evidence), ElementsAre("malformed:1")) << damage;
  }
  TarBuilder tar;
  tar.add("a", "content").pax = {{"mtime", "yesterday"}, {"size", "-7"}};
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(content(*evidence, "a"), "content");
  EXPECT_EQ(*evidence->entry(1).times.modified_us, 1'700'000'000'000'000);
  EXPECT_THAT(problems(*evidence), ElementsAre("malformed:1"));
}

TEST(TarDamage, ExtendedHeadsWithoutMember) {
  TarBuilder tar;
  tar.add("a", "A");
  tar.add("x", tests::pax_record("path", "nobody")).type = 'x';
  const auto evidence = opened_tar(tar.build());
  EXPECT_THAT(paths(*evidence), ElementsAre("a"));
  EXPECT_THAT(problems(*evidence), ElementsAre("malformed"));
}

TEST(TarDamage, TooLongExtendedHeadsArePassedOver) {
  Limits limits;
  limits.name_bytes = 200;
  TarBuilder tar;
  tar.kind = TarKind::gnu;
  tar.add(std::string(201, 'a'), "content");
  tar.add(std::string(200, 'b'), "content");
  tar.kind = TarKind::ustar;
  tar.add(std::string(201, 'c'), "content");
  tar.add("d", "content").pax = {{"path", "d2"}, {"comment", std::string(1 << 20, 'x')}};
  const auto evidence = opened_tar(tar.build(), limits);
  EXPECT_THAT(paths(*evidence), ElementsAre(std::string(100, 'a'), std::string(200, 'b'), std::string(100, 'c'), "d"));
  for (const std::string& path : paths(*evidence)) EXPECT_EQ(content(*evidence, path), "content");
  EXPECT_THAT(problems(*evidence), ElementsAre("limit:1", "malformed:3", "limit:4"));
}

TEST(TarDamage, MembersBeyondTheLimit) {
  Limits limits;
  limits.container_members = 4;
  const auto evidence = opened_tar(six_members().build(), limits);
  EXPECT_THAT(paths(*evidence), ElementsAre("0", "1", "2", "3"));
  EXPECT_THAT(problems(*evidence), ElementsAre("limit"));
}

TEST(TarDamage, ProblemsBeyondTheLimitAreCounted) {
  TarBuilder tar;
  for (int i = 0; i < 10'005; ++i) tar.hard_link(std::to_string(i), "gone");
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(evidence->problems().size(), 10'001u);
  EXPECT_EQ(evidence->problems()[0].code, "limit");
  EXPECT_EQ(evidence->problems()[0].found, "5 more");
}

std::string sparse_pair(std::uint64_t offset, std::uint64_t size) {
  return tests::tar_number(offset, 12) + tests::tar_number(size, 12);
}

TEST(TarDamage, SparseMapsThatDoNotFit) {
  for (const std::string& pairs :
       {sparse_pair(5000, 3) + sparse_pair(1000, 3), sparse_pair(1000, 3) + sparse_pair(1002, 3), sparse_pair(5999, 3),
        sparse_pair(7000, 0), sparse_pair(0, 7), sparse_pair(std::uint64_t{INT64_MAX}, 3)}) {
    TarBuilder tar;
    tar.kind = TarKind::gnu;
    auto& member = tar.add("sparse", "abcxyz");
    member.type = 'S';
    member.patches = {{386, pairs}, {483, tests::tar_number(6000, 12)}};
    tar.add("after", "x");
    const auto evidence = opened_tar(tar.build());
    EXPECT_EQ(open_error(*evidence, "sparse"), ErrorCode::malformed);
    EXPECT_EQ(content(*evidence, "after"), "x");
  }
}

TEST(TarDamage, SparseLinesThatAreNone) {
  for (const std::string& map : {std::string("x\n"), std::string("2\n1000\n3\n5000\n"), std::string("1\n1000"),
                                 std::string("99999999999999999999999\n"), std::string("\n"), std::string(600, '1')}) {
    TarBuilder tar;
    tar.add("sparse", map).pax = {
        {"GNU.sparse.major", "1"}, {"GNU.sparse.minor", "0"}, {"GNU.sparse.realsize", "6000"}};
    tar.add("after", "x");
    const auto evidence = opened_tar(tar.build());
    EXPECT_EQ(open_error(*evidence, "sparse"), ErrorCode::malformed) << map;
    EXPECT_EQ(content(*evidence, "after"), "x");
  }
  TarBuilder tar;
  tar.add("many", "2000000\n0\n0\n").pax = {{"GNU.sparse.major", "1"}, {"GNU.sparse.realsize", "6000"}};
  EXPECT_EQ(open_error(*opened_tar(tar.build()), "many"), ErrorCode::limit);
}

TEST(TarDamage, AFileOfHolesAloneIsABomb) {
  TarBuilder tar;
  tar.add("bomb", "abc").pax = {{"GNU.sparse.size", "9000000000000"}, {"GNU.sparse.map", "0,3"}};
  tar.add("small", "abc").pax = {{"GNU.sparse.size", "1000000"}, {"GNU.sparse.map", "0,3"}};
  const auto evidence = opened_tar(tar.build());
  EXPECT_EQ(open_error(*evidence, "bomb"), ErrorCode::limit);
  EXPECT_EQ(content(*evidence, "small").size(), 1'000'000u);
  EXPECT_THAT(problems(*evidence), ElementsAre("ratio:1"));
}

TEST(TarDamage, AMapOfOldGnuThatNeverEnds) {
  TarBuilder tar;
  tar.add("a", "A");
  tar.kind = TarKind::gnu;
  auto& member = tar.add("sparse", "");
  member.type = 'S';
  member.patches = {{482, "\1"}, {483, tests::tar_number(6000, 12)}};
  for (int i = 0; i < 20; ++i) member.after_head += std::string(504, '\0') + std::string("\1\0\0\0\0\0\0\0", 8);
  tar.ended = false;
  const auto evidence = opened_tar(tar.build());
  EXPECT_THAT(paths(*evidence), ElementsAre("a", "sparse"));
  EXPECT_THAT(problems(*evidence), Contains("truncated:2"));
}

}  // namespace
}  // namespace exhibit::containers
