#include "zip_salvage.h"

#include "archive.h"
#include "opened.h"

namespace exhibit::containers {
namespace {

using testing::AnyOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using tests::ZipBuilder;

Result<std::unique_ptr<evidence::Evidence>> evidence_of_heads(const std::string& bytes, const Limits& limits = {}) {
  auto container = open_zip_by_local_heads(evidence::make_source({bytes.begin(), bytes.end()}), limits);
  if (!container) return std::unexpected(container.error());
  return std::make_unique<evidence::Evidence>("cut.zip", *std::move(container), limits);
}

std::unique_ptr<evidence::Evidence> salvaged(const std::string& bytes, const Limits& limits = {}) {
  auto evidence = evidence_of_heads(bytes, limits);
  if (evidence) return *std::move(evidence);
  ADD_FAILURE() << error_text(evidence.error());
  return opened(ZipBuilder{}.build());
}

ErrorCode code_of(const evidence::Evidence& evidence, std::string_view path) {
  const auto text = read(evidence, evidence.find_container_path(path));
  if (!text) return text.error().code;
  ADD_FAILURE() << "read: " << text->substr(0, 40);
  return ErrorCode::io;
}

const evidence::Problem& problem(const evidence::Evidence& evidence, std::string_view code) {
  const auto& all = evidence.problems();
  const auto found = std::ranges::find(all, code, &evidence::Problem::code);
  static const evidence::Problem none{"none", 0, "", "", 0};
  return found == all.end() ? none : *found;
}

std::string without_directory(const std::string& zip) { return zip.substr(0, zip.find("PK\1\2")); }

// A name of its own for each way to say sizes; contents that differ, so that a mix-up shows.
ZipBuilder every_shape() {
  ZipBuilder zip;
  for (const std::uint16_t method : {kStored, kDeflated}) {
    const std::string way = method == 0 ? "stored" : "deflated";
    zip.add(way + "/told", "told " + way + noise(300)).method = method;
    auto& wide_head = zip.add(way + "/zip64", "zip64 " + way);
    wide_head.method = method;
    wide_head.local_zip64 = true;
    for (const bool is_signed : {true, false}) {
      for (const bool is_wide : {true, false}) {
        const std::string name = way + (is_signed ? "/signed" : "/bare") + (is_wide ? "_wide" : "_narrow");
        auto& member = zip.add(name, name + std::string(200, 'x') + noise(5000));
        member.method = method;
        member.descriptor = true;
        member.descriptor_signed = is_signed;
        member.descriptor_wide = is_wide;
        auto& empty = zip.add(name + "_empty", "");
        empty.method = method;
        empty.descriptor = true;
        empty.descriptor_signed = is_signed;
        empty.descriptor_wide = is_wide;
      }
    }
  }
  return zip;
}

TEST(ZipSalvage, EveryWayToSaySizesGivesWhatTheDirectoryGives) {
  const std::string whole = every_shape().build();
  const auto by_directory = opened(whole);
  for (const std::string& bytes : {whole, without_directory(whole)}) {
    const auto by_heads = salvaged(bytes);
    EXPECT_EQ(paths(*by_heads), paths(*by_directory));
    EXPECT_EQ(by_heads->entries().size(), 20u);
    for (const evidence::Entry& entry : by_directory->entries()) {
      EXPECT_EQ(content(*by_heads, entry.container_path), content(*by_directory, entry.container_path))
          << entry.container_path;
      EXPECT_EQ(by_heads->entry(by_heads->find_container_path(entry.container_path)).size, entry.size);
    }
    EXPECT_THAT(problems(*by_heads), ElementsAre("salvaged"));
    EXPECT_EQ(by_heads->problems()[0].found, "20");
    EXPECT_EQ(by_heads->format(), "zip, salvaged");
  }
}

TEST(ZipSalvage, CutAnywhereItGivesWhatIsWholeAndListsTheMemberThatWasCut) {
  ZipBuilder zip;
  zip.add("told", "told " + noise(200));
  auto& deflated = zip.add("deflated", std::string(300, 'd') + noise(100));
  deflated.descriptor = true;
  auto& stored = zip.add("stored", "stored " + noise(200));
  stored.method = 0;
  stored.descriptor = true;
  const std::string whole = zip.build();
  const auto sound = opened(whole);
  const std::map<std::string, std::string> contents = {{"told", content(*sound, "told")},
                                                       {"deflated", content(*sound, "deflated")},
                                                       {"stored", content(*sound, "stored")}};
  const std::size_t second = whole.find("PK\3\4", 1), third = whole.find("PK\3\4", second + 1);
  const std::map<std::string, std::pair<std::size_t, std::size_t>> spans = {
      {"told", {0, second}}, {"deflated", {second, third}}, {"stored", {third, whole.find("PK\1\2")}}};
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const auto evidence = evidence_of_heads(whole.substr(0, size));
    if (size < 30 + 4 + 5) {
      ASSERT_FALSE(evidence) << size;
      EXPECT_EQ(evidence.error().code, ErrorCode::malformed);
      continue;
    }
    ASSERT_TRUE(evidence) << size;
    for (const auto& [name, span] : spans) {
      const std::uint32_t number = (*evidence)->find_container_path(name);
      const std::size_t head_end = span.first + 30 + name.size() + 5;
      ASSERT_EQ(number != 0, size >= head_end) << name << " in " << size;
      if (number == 0) continue;
      const auto text = read(**evidence, number);
      if (size >= span.second) {
        ASSERT_TRUE(text) << name << " in " << size;
        EXPECT_EQ(*text, contents.at(name));
      } else {
        ASSERT_FALSE(text) << name << " in " << size;
        EXPECT_EQ(text.error().code, ErrorCode::truncated) << name << " in " << size;
        EXPECT_THAT(problems(**evidence), Contains("truncated:" + std::to_string(number)));
      }
    }
  }
}

TEST(ZipSalvage, NoFlippedByteGivesWrongContent) {
  const std::string whole = every_shape().build();
  const auto sound = opened(whole);
  std::vector<std::string> contents;
  for (const std::string& path : paths(*sound)) contents.push_back(content(*sound, path));
  for (std::size_t i = 0; i < whole.size(); i += i % 5000 < 300 ? 1 : 97) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    const auto evidence = salvaged(damaged);
    EXPECT_GE(evidence->entries().size(), 19u) << "byte " << i;
    std::size_t readable = 0;
    for (std::uint32_t number = 1; number <= evidence->entries().size(); ++number) {
      const auto text = read(*evidence, number);
      if (!text) continue;
      ++readable;
      EXPECT_THAT(contents, Contains(*text)) << "byte " << i;
    }
    EXPECT_GE(readable, 18u) << "byte " << i;
  }
}

TEST(ZipSalvage, ADamagedHeadCostsItsMemberAlone) {
  ZipBuilder zip;
  zip.add("a", "content of a");
  zip.add("b", "content of b " + noise(400));
  zip.add("c", "content of c");
  std::string bytes = without_directory(zip.build());
  const std::size_t b = bytes.find("PK\3\4", 1), c = bytes.find("PK\3\4", b + 1);
  bytes[b] = 0;
  const auto evidence = salvaged(bytes);
  EXPECT_THAT(paths(*evidence), ElementsAre("a", "c"));
  EXPECT_EQ(content(*evidence, "a"), "content of a");
  EXPECT_EQ(content(*evidence, "c"), "content of c");
  EXPECT_THAT(problems(*evidence), ElementsAre("salvaged", "skipped"));
  EXPECT_EQ(evidence->problems()[1].offset, b);
  EXPECT_EQ(evidence->problems()[1].found, std::to_string(c - b));
}

TEST(ZipSalvage, AHeadWhoseSizeIsWrongHidesNoOtherMember) {
  for (const std::uint16_t method : {kStored, kDeflated}) {
    ZipBuilder zip;
    zip.add("a", "content of a " + noise(50)).method = method;
    zip.add("b", "content of b");
    zip.add("c", "content of c");
    const std::string whole = without_directory(zip.build());
    for (const std::size_t byte : {18u, 19u, 21u}) {  // of the packed size
      std::string bytes = whole;
      bytes[byte] = static_cast<char>(bytes[byte] ^ 0x21);
      const auto evidence = salvaged(bytes);
      EXPECT_THAT(paths(*evidence), ElementsAre("a", "b", "c"));
      EXPECT_EQ(content(*evidence, "b"), "content of b");
      EXPECT_EQ(content(*evidence, "c"), "content of c");
      // A deflate stream shows its own end, and the sum proves it.
      if (method == kDeflated) {
        EXPECT_THAT(content(*evidence, "a"), HasSubstr("content of a "));
      } else {
        EXPECT_THAT(code_of(*evidence, "a"), AnyOf(ErrorCode::malformed, ErrorCode::truncated));
      }
    }
  }
}

TEST(ZipSalvage, AZipInsideStaysTheContentOfItsMember) {
  ZipBuilder inner;
  inner.add("inner one", "1").method = 0;
  auto& described = inner.add("inner two", "2");
  described.method = 0;
  described.descriptor = true;
  const std::string inside = inner.build();
  for (const int shape : {0, 1, 2, 3, 4}) {
    ZipBuilder zip;
    auto& member = zip.add("inner.zip", inside);
    member.method = 0;
    member.descriptor = shape != 0;
    member.descriptor_signed = shape < 3;
    member.descriptor_wide = shape % 2 == 0;
    zip.add("after", "after");
    const std::string whole = zip.build();
    const auto evidence = salvaged(whole.substr(0, whole.rfind("inner.zip") - 46));
    EXPECT_THAT(paths(*evidence), ElementsAre("after", "inner.zip")) << shape;
    EXPECT_EQ(content(*evidence, "inner.zip"), inside) << shape;
    EXPECT_THAT(problems(*evidence), ElementsAre("salvaged")) << shape;
  }
}

TEST(ZipSalvage, OfAZipInsideThatWasCutNothingBecomesAMember) {
  ZipBuilder inner;
  inner.add("inner one", "1").method = 0;
  ZipBuilder zip;
  zip.add("inner.zip", inner.build()).method = 0;
  const auto evidence = salvaged(zip.build().substr(0, 120));
  EXPECT_THAT(paths(*evidence), ElementsAre("inner.zip"));
  EXPECT_EQ(code_of(*evidence, "inner.zip"), ErrorCode::truncated);
}

TEST(ZipSalvage, AContentWithoutItsSumStaysClosed) {
  ZipBuilder zip;
  zip.add("a", "content of a").descriptor = true;
  zip.add("b", "content of b");
  std::string bytes = without_directory(zip.build());
  const std::size_t descriptor = bytes.find("PK\7\x08");
  bytes[descriptor + 5] = static_cast<char>(bytes[descriptor + 5] ^ 1);
  const auto evidence = salvaged(bytes);
  EXPECT_EQ(code_of(*evidence, "a"), ErrorCode::checksum);
  EXPECT_EQ(content(*evidence, "b"), "content of b");
  EXPECT_THAT(problems(*evidence), ElementsAre("salvaged", "skipped", "checksum:1"));
  EXPECT_EQ(problem(*evidence, "skipped").offset, descriptor);
  EXPECT_EQ(problem(*evidence, "skipped").found, "16");
}

TEST(ZipSalvage, EncryptedAndUnknownMembersAreListed) {
  ZipBuilder zip;
  auto& locked = zip.add("locked", "secret");
  locked.flags = 1;
  locked.packed = noise(40);
  auto& described = zip.add("locked later", "secret");
  described.flags = 1;
  described.packed = noise(50);
  described.descriptor = true;
  zip.add("other", "text").method = 93;
  zip.add("plain", "plain");
  const auto evidence = salvaged(without_directory(zip.build()));
  EXPECT_THAT(paths(*evidence), ElementsAre("locked", "locked later", "other", "plain"));
  EXPECT_EQ(code_of(*evidence, "locked"), ErrorCode::locked);
  EXPECT_EQ(code_of(*evidence, "locked later"), ErrorCode::locked);
  EXPECT_EQ(code_of(*evidence, "other"), ErrorCode::unsupported);
  EXPECT_EQ(content(*evidence, "plain"), "plain");
  EXPECT_EQ(problem(*evidence, "locked").found, "2");
  EXPECT_EQ(problem(*evidence, "unsupported").found, "1");
}

TEST(ZipSalvage, NamesAndTimesAreReadAsOfADirectory) {
  ZipBuilder zip;
  zip.add("twice", "first");
  auto& timed = zip.add("twice", "second");
  timed.date = (2024 - 1980) << 9 | 5 << 5 | 6;
  timed.time = 7 << 11 | 8 << 5 | 5;
  zip.add("folder/", "").method = 0;
  auto& announced = zip.add("folder2/", "");
  announced.method = 0;
  announced.flags = 8;  // a descriptor that is not there
  zip.add("caf\x82", "code page 437");
  const auto evidence = salvaged(without_directory(zip.build()));
  EXPECT_THAT(paths(*evidence), ElementsAre("café", "folder", "folder2", "twice", "twice"));
  EXPECT_EQ(evidence->entry(2).type, evidence::EntryType::folder);
  EXPECT_EQ(evidence->entry(3).type, evidence::EntryType::folder);
  EXPECT_EQ(content(*evidence, "twice"), "second") << "the last one, as other tools show";
  EXPECT_EQ(evidence->entry(5).times.modified_us, 1714979290000000) << "2024-05-06 07:08:10";
  EXPECT_EQ(evidence->entry(5).times.zone, Zone::local);
  EXPECT_THAT(problems(*evidence), Contains(HasSubstr("duplicate_name")));
}

TEST(ZipSalvage, LargeMembersAreReadAtRandom) {
  Limits limits;
  limits.large_member_bytes = 1000;
  const std::string text = noise(300'000) + std::string(300'000, 'y');
  ZipBuilder zip;
  for (const std::uint16_t method : {kStored, kDeflated}) {
    auto& member = zip.add(method == 0 ? "stored" : "deflated", text);
    member.method = method;
    member.descriptor = true;
    member.descriptor_signed = false;
  }
  const auto evidence = salvaged(without_directory(zip.build()), limits);
  EXPECT_EQ(content(*evidence, "stored"), text);
  EXPECT_EQ(content(*evidence, "deflated"), text);
}

// Heads in a row, each of which says that it goes to the end: what is read to find that out must not be their product.
TEST(ZipSalvage, HostileHeadsCostNoMoreThanTheirNumber) {
  for (const std::uint16_t flags : {std::uint16_t{0}, std::uint16_t{8}}) {
    for (const std::uint16_t method : {kStored, kDeflated}) {
      std::string bytes;
      for (int i = 0; i < 20'000; ++i) {
        bytes += "PK\3\4";
        for (const std::uint16_t value : {std::uint16_t{20}, flags, method, std::uint16_t{0}, std::uint16_t{0}})
          tests::put_number(bytes, value, 2);
        tests::put_number(bytes, 1, 4);
        for (int size = 0; size < 2; ++size) tests::put_number(bytes, 0x8000, 4);
        tests::put_number(bytes, 1, 2);
        tests::put_number(bytes, 0, 2);
        bytes += "n";
        bytes += std::string(9, '\0');  // a stored block of deflate that is none: what follows is read for each
      }
      const auto evidence = salvaged(bytes);
      EXPECT_THAT(evidence->entries(), testing::Not(IsEmpty()));
    }
  }
}

TEST(ZipSalvage, TheLimitOfMembersHolds) {
  Limits limits;
  limits.container_members = 2;
  ZipBuilder zip;
  for (const char* name : {"a", "b", "c"}) zip.add(name, "text");
  const auto evidence = salvaged(without_directory(zip.build()), limits);
  EXPECT_THAT(paths(*evidence), ElementsAre("a", "b"));
  EXPECT_THAT(problems(*evidence), ElementsAre("limit", "salvaged"));
}

class OpeningTest : public testing::Test {
 protected:
  Result<Listing> open(const std::string& bytes, bool salvage) {
    detail_.clear();
    const Opening opening{unlocking_, {}, salvage};
    return open_archive(evidence::make_source({bytes.begin(), bytes.end()}), "cut.zip", opening, detail_);
  }

  evidence::Secrets secrets_;
  evidence::Unlocking unlocking_{secrets_, nullptr, {}};
  std::string detail_;
};

using ZipSalvageOpening = OpeningTest;

TEST_F(ZipSalvageOpening, OnlyWhereItIsAskedForAndNeeded) {
  const std::string whole = every_shape().build();
  const std::string cut = without_directory(whole);
  const auto refused = open(cut, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::malformed);
  EXPECT_THAT(detail_, HasSubstr("--salvage"));
  const auto read = open(cut, true);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->container->format(), "zip, salvaged");
  EXPECT_EQ(open(whole, true)->container->format(), "zip");
}

TEST_F(ZipSalvageOpening, ADirectoryThatBreaksOffIsLeft) {
  std::string bytes = every_shape().build();
  const std::size_t third = bytes.find("PK\1\2", bytes.find("PK\1\2", bytes.find("PK\1\2") + 1) + 1);
  bytes[third] = 0;
  EXPECT_THAT(open(bytes, false)->entries, SizeIs(2));
  EXPECT_THAT(open(bytes, true)->entries, SizeIs(20));
}

TEST_F(ZipSalvageOpening, AnArchiveWhoseFirstHeadIsGoneIsFound) {
  std::string bytes = without_directory(every_shape().build());
  bytes.replace(0, 4, 4, '\xee');
  EXPECT_EQ(open(bytes, false).error().code, ErrorCode::unsupported);
  EXPECT_THAT(open(bytes, true)->entries, SizeIs(19));
  EXPECT_EQ(open(std::string(3000, 'n'), true).error().code, ErrorCode::unsupported);
  EXPECT_EQ(detail_, "unknown content");
}

}  // namespace
}  // namespace exhibit::containers
