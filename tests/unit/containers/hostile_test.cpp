// Containers made to harm, opened as a user opens them: they cost bounded work and memory, and say what is wrong.
#include <atomic>
#include <functional>
#include <set>

#include "android_backup_builder.h"
#include "archive.h"
#include "backup_builder.h"
#include "containers/open.h"
#include "opened.h"
#include "packed_bytes.h"
#include "tar_builder.h"
#include "temporary_folder.h"

namespace exhibit::containers {
namespace {

using evidence::EntryType;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using tests::BackupBuilder;
using tests::BackupFiles;
using tests::TarBuilder;
using tests::TemporaryFolder;
using tests::ZipBuilder;

constexpr const char* kPassword = "boat at nine";

/// What open() gave, and the files that it reads from.
class Opened {
 public:
  Opened(std::shared_ptr<const TemporaryFolder> folder, const std::filesystem::path& path, const Limits& limits)
      : folder_(std::move(folder)) {
    evidence::Secrets secrets;
    for (const auto kind : {evidence::SecretKind::backup_password, evidence::SecretKind::android_backup_password})
      secrets.add(kind, crypto::Secret(as_bytes(std::string_view(kPassword))));
    const evidence::Unlocking unlocking{secrets, nullptr, {}};
    evidence_ = open(path.string(), {.limits = limits, .unlocking = &unlocking});
  }

  explicit operator bool() const { return evidence_.has_value(); }
  const evidence::Evidence& operator*() const { return **evidence_; }
  const evidence::Evidence* operator->() const { return evidence_->get(); }
  const OpenError& error() const { return evidence_.error(); }

 private:
  std::shared_ptr<const TemporaryFolder> folder_;
  std::expected<std::unique_ptr<evidence::Evidence>, OpenError> evidence_;
};

Opened open_folder_at(const std::filesystem::path& path, const Limits& limits = {}) { return {nullptr, path, limits}; }

Opened open_bytes(const std::string& bytes, const Limits& limits = {}) {
  auto folder = std::make_shared<const TemporaryFolder>();
  const auto path = folder->write("evidence", bytes);
  return {std::move(folder), path, limits};
}

Opened open_backup(const BackupFiles& files, const Limits& limits = {}) {
  auto folder = std::make_shared<const TemporaryFolder>();
  tests::write_backup(files, folder->path());
  const auto path = folder->path();
  return {std::move(folder), path, limits};
}

/// Reads a little of every file, at its start and at its end.
void touch_all(const evidence::Evidence& evidence) {
  std::vector<std::uint8_t> piece(4096);
  for (std::uint32_t number = 1; number <= evidence.entries().size(); ++number) {
    const auto source = evidence.open(number);
    if (!source) continue;
    (void)(*source)->read_at(0, piece).has_value();
    const std::uint64_t size = evidence.entry(number).size;
    (void)(*source)->read_at(size - std::min<std::uint64_t>(size, piece.size()), piece).has_value();
  }
}

/// Counts what is read of it.
class CountedSource final : public evidence::ByteSource {
 public:
  explicit CountedSource(std::string bytes) : bytes_(std::move(bytes)) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset >= bytes_.size()) return 0;
    const std::size_t count = std::min<std::uint64_t>(out.size(), bytes_.size() - offset);
    std::copy_n(bytes_.data() + offset, count, out.data());
    read_ += count;
    return count;
  }
  std::uint64_t read() const { return read_; }

 private:
  std::string bytes_;
  mutable std::atomic<std::uint64_t> read_ = 0;
};

Result<Listing> list_counted(const std::shared_ptr<CountedSource>& source, const Limits& limits = {}) {
  evidence::Secrets none;
  const evidence::Unlocking alone{none, nullptr, {}};
  std::string detail;
  return open_archive(source, "bomb", {alone, limits}, detail);
}

std::vector<std::string> codes(const Listing& listing) {
  std::vector<std::string> codes;
  for (const evidence::Problem& problem : listing.problems) codes.push_back(problem.code);
  return codes;
}

// ---------------------------------------------------------------------------------------------------------- bombs

/// The start of a tar whose one file has `size` bytes.
std::string head_of_large_file(std::uint64_t size) {
  tests::TarMemberSpec member;
  member.name = "apps/com.example.letters/f/large";
  member.size = size;
  return TarBuilder::head(member);
}

TEST(Bomb, PackedTarsStopAtTheRatioAndKeepWhatCameOut) {
  // The packers know no bound of their own: 4 GiB of zeros, of which each piece is packed alone.
  const std::string zeros(32 << 20, '\0');
  const std::string head = head_of_large_file(4ull << 30);
  const auto repeat = [](const std::string& piece) {
    std::string all;
    for (int i = 0; i < 128; ++i) all += piece;
    return all;
  };
  const std::pair<const char*, std::string> kBombs[] = {
      {"zst", tests::pack_zstandard(head) + repeat(tests::pack_zstandard(zeros))},
      {"bz2", tests::pack_bzip2(head) + repeat(tests::pack_bzip2(zeros, 9))}};
  for (const auto& [name, bytes] : kBombs) {
    ASSERT_LT(bytes.size(), 1u << 20) << name;
    const auto source = std::make_shared<CountedSource>(bytes);
    const auto listing = list_counted(source);
    ASSERT_TRUE(listing) << name;
    ASSERT_EQ(listing->entries.size(), 1u) << name;
    EXPECT_THAT(codes(*listing), Contains("limit")) << name;
    EXPECT_LE(source->read(), 4 * bytes.size()) << name;
    const auto file = listing->container->open(0, {});
    ASSERT_TRUE(file) << name;
    EXPECT_FALSE((*file)->view()) << name << ": 4 GiB held in memory";
    std::uint8_t byte = 1;
    EXPECT_TRUE((*file)->read_at(1000, {&byte, 1})) << name;
    EXPECT_EQ(byte, 0) << name;
    EXPECT_EQ((*file)->read_at((4ull << 30) - 1, {&byte, 1}).error().code, ErrorCode::limit) << name;
  }
}

TEST(Bomb, DeflateStopsAtALowerRatioToo) {
  Limits limits;
  limits.member_ratio = 500;
  limits.member_ratio_from = limits.large_member_bytes = 1 << 20;
  std::string tar = head_of_large_file(64 << 20) + std::string(64 << 20, '\0');
  const std::pair<const char*, std::string> kBombs[] = {{"gz", tests::pack_gzip(tar)},
                                                        {"ab", tests::AndroidBackupBuilder{}.build(tar)}};
  for (const auto& [name, bytes] : kBombs) {
    const auto source = std::make_shared<CountedSource>(bytes);
    const auto listing = list_counted(source, limits);
    ASSERT_TRUE(listing) << name;
    EXPECT_THAT(codes(*listing), Contains("limit")) << name;
    EXPECT_LE(source->read(), 4 * bytes.size()) << name;
    const auto file = listing->container->open(0, limits);
    ASSERT_TRUE(file) << name;
    EXPECT_FALSE((*file)->view()) << name;
  }
}

/// Zeros in blocks that can be repeated: each ends on a byte.
std::string deflated_zeros(int pieces) {
  const std::string piece(16 << 20, '\0');
  z_stream stream{};
  tests::require(deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
  stream.avail_in = static_cast<uInt>(piece.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  tests::require(deflate(&stream, Z_FULL_FLUSH) == Z_OK && stream.avail_in == 0);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  std::string all;
  for (int i = 0; i < pieces; ++i) all += packed;
  return all + std::string("\x03\x00", 2);
}

TEST(Bomb, AZipMemberIsNeverWholeInMemory) {
  ZipBuilder zip;
  tests::ZipMemberSpec& member = zip.add("zeros", "");
  member.packed = deflated_zeros(16);
  member.unpacked_size = 256 << 20;
  const std::string sixteen(16 << 20, '\0');
  std::uint32_t crc = 0;
  for (int i = 0; i < 16; ++i)
    crc = static_cast<std::uint32_t>(crc32_z(crc, reinterpret_cast<const Bytef*>(sixteen.data()), sixteen.size()));
  member.crc = crc;
  const std::string bytes = zip.build();
  ASSERT_LT(bytes.size(), 1u << 20);
  const auto source = std::make_shared<CountedSource>(bytes);
  const auto listing = list_counted(source);
  ASSERT_TRUE(listing);
  const auto file = listing->container->open(0, {});
  ASSERT_TRUE(file) << error_text(file.error());
  EXPECT_FALSE((*file)->view());
  std::uint8_t byte = 1;
  ASSERT_TRUE((*file)->read_at((256 << 20) - 1, {&byte, 1}));
  EXPECT_EQ(byte, 0);
  EXPECT_LE(source->read(), 4 * bytes.size());
}

TEST(Bomb, MembersThatShareBytesAreToldAndEachIsBounded) {
  ZipBuilder zip;
  zip.add("0", std::string(1 << 20, '\0'));
  for (int i = 1; i < 500; ++i) {
    tests::ZipMemberSpec& member = zip.add(std::to_string(i), "");
    member.packed_size = tests::deflate_raw(std::string(1 << 20, '\0')).size();
    member.unpacked_size = 1 << 20;
    member.local_offset = 0;
    member.crc = tests::crc_of(std::string(1 << 20, '\0'));
  }
  const auto evidence = open_bytes(zip.build());
  ASSERT_TRUE(evidence);
  EXPECT_EQ(evidence->entries().size(), 500u);
  EXPECT_EQ(std::ranges::count(problems(*evidence), "overlap", [](const std::string& x) { return x.substr(0, 7); }),
            499);
  touch_all(*evidence);
}

// ---------------------------------------------------------------------------------------------------- names, links

TEST(HostileNames, StayAsTheyAreAndLeadNowhere) {
  const std::string kNames[] = {"../../../../etc/passwd",   "/etc/passwd", "a/../../b", "./c", "a//b", "C:\\d",
                                std::string("nul\0name", 8)};
  TarBuilder tar;
  ZipBuilder zip;
  BackupBuilder backup;
  for (const std::string& name : kNames) {
    tar.add("short", "of the container").pax = {{"path", name}};
    zip.add(name, "of the container");
    backup.file("HomeDomain", name, "of the container");
  }
  const auto in_tar = open_bytes(tar.build()), in_zip = open_bytes(zip.build());
  const auto in_mbdb = open_backup(backup.mbdb());
  ASSERT_TRUE(in_tar && in_zip && in_mbdb);
  for (const Opened* opened : {&in_tar, &in_zip, &in_mbdb}) {
    const evidence::Evidence& tree = **opened;
    int files = 0;
    for (std::uint32_t number = 1; number <= tree.entries().size(); ++number) {
      const evidence::Entry& entry = tree.entry(number);
      if (entry.device_path.starts_with("backup:") || entry.type == EntryType::folder) continue;
      EXPECT_EQ(read(tree, number).value_or("unreadable"), "of the container") << entry.container_path;
      ++files;
    }
    EXPECT_EQ(files, 7) << tree.format();
  }
  for (const std::string& name : kNames) EXPECT_NE(in_zip->find_container_path(name), 0u) << name;
}

TEST(HostileLinks, AreTextAndNeverFollowed) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("/etc/passwd", folder.path() / "out");
  std::filesystem::create_symlink("..", folder.path() / "up");
  std::filesystem::create_symlink(".", folder.path() / "itself");
  TarBuilder tar;
  ZipBuilder zip;
  BackupBuilder backup;
  for (const auto& [name, target] :
       {std::pair("out", "/etc/passwd"), std::pair("up", ".."), std::pair("itself", ".")}) {
    tar.symlink(name, target);
    zip.add(name, target).mode = 0120777;
    backup.link("HomeDomain", name, target);
  }
  tar.hard_link("hard", "/etc/passwd");
  const auto check = [](const evidence::Evidence& evidence, const std::string& above) {
    EXPECT_EQ(content(evidence, above + "out"), "/etc/passwd") << evidence.format();
    EXPECT_EQ(content(evidence, above + "up"), "..") << evidence.format();
    EXPECT_EQ(content(evidence, above + "itself"), ".") << evidence.format();
    EXPECT_EQ(evidence.entry(evidence.find_container_path(above + "out")).type, EntryType::symlink);
  };
  const auto in_folder = open_folder_at(folder.path());
  check(*in_folder, "");
  EXPECT_EQ(in_folder->entries().size(), 3u);
  check(*open_bytes(zip.build()), "");
  check(*open_backup(backup.plain()), "Manifest.db!HomeDomain/");
  check(*open_backup(backup.mbdb()), "Manifest.mbdb!HomeDomain/");
  const auto in_tar = open_bytes(tar.build());
  check(*in_tar, "");
  EXPECT_EQ(in_tar->open(in_tar->find_container_path("hard")).error().code, ErrorCode::not_found);
  EXPECT_THAT(problems(*in_tar), ElementsAre(testing::StartsWith("not_found")));
}

TEST(HostileLinks, HardLinksInACircleEnd) {
  TarBuilder tar;
  tar.hard_link("a", "b");
  tar.hard_link("b", "a");
  tar.hard_link("self", "self");
  const auto evidence = open_bytes(tar.build());
  ASSERT_TRUE(evidence);
  EXPECT_THAT(problems(*evidence), Not(IsEmpty()));
  touch_all(*evidence);
}

// -------------------------------------------------------------------------------------------------------- nesting

std::string zip_with(const std::string& name, const std::string& bytes) {
  ZipBuilder zip;
  zip.add(name, bytes);
  return zip.build();
}

constexpr const char* kLandmark = "private/var/mobile/Library/SMS/sms.db";

std::string nested(int around, std::string bytes) {
  for (int i = 0; i < around; ++i) bytes = zip_with("inner.zip", bytes);
  return bytes;
}

TEST(Nesting, APhoneAtTheLimitOpensAndOneBelowIsTold) {
  const std::string phone = zip_with(kLandmark, "messages");
  const auto at_limit = open_bytes(nested(3, phone));
  ASSERT_TRUE(at_limit);
  EXPECT_THAT(problems(*at_limit), IsEmpty());
  EXPECT_EQ(content(*at_limit, std::string("inner.zip!inner.zip!inner.zip!") + kLandmark), "messages");

  const auto below = open_bytes(nested(4, phone));
  ASSERT_TRUE(below);
  ASSERT_EQ(below->problems().size(), 1u) << "nothing else says that a phone was left closed";
  const evidence::Problem& problem = below->problems()[0];
  EXPECT_EQ(problem.code, "limit");
  ASSERT_NE(problem.file, 0u);
  EXPECT_EQ(below->entry(problem.file).container_path, "inner.zip!inner.zip!inner.zip!inner.zip");
  EXPECT_THAT(below->find_device_path("home:Library/SMS/sms.db"), IsEmpty());

  const auto deep = open_bytes(nested(200, phone));
  ASSERT_TRUE(deep);
  EXPECT_THAT(deep->problems(), testing::SizeIs(1));
}

TEST(Nesting, NothingIsToldOfWhatIsNoContainer) {
  const auto evidence = open_bytes(nested(3, zip_with("notes.txt", "only some text, not packed at all")));
  ASSERT_TRUE(evidence);
  EXPECT_THAT(problems(*evidence), IsEmpty());
  EXPECT_THAT(paths(*evidence), ElementsAre("inner.zip"));
}

TEST(Nesting, AnInnerArchiveThatCannotBeOpenedIsTold) {
  const std::string zip = zip_with(kLandmark, std::string(1000, 'm'));
  const std::string tar = [] {
    TarBuilder builder;
    builder.add(kLandmark, noise(5000));
    return builder.build();
  }();
  tests::AndroidBackupBuilder locked;
  locked.password = "another";
  const std::pair<const char*, std::string> kInner[] = {
      {"malformed", zip.substr(0, zip.size() / 2)},
      {"truncated", tests::pack_gzip(tar).substr(0, 200)},
      {"locked", locked.build(tar)},
  };
  for (const auto& [code, bytes] : kInner) {
    const auto evidence = open_bytes(zip_with("inner.bin", bytes));
    ASSERT_TRUE(evidence) << code;
    ASSERT_THAT(evidence->problems(), Not(IsEmpty())) << code;
    EXPECT_EQ(evidence->problems()[0].code, code);
    EXPECT_NE(evidence->problems()[0].file, 0u) << code;
  }
}

TEST(Nesting, ManyInManyEndsAndIsTold) {
  // Each level multiplies by 200: eight million files at the bottom, all of them from 100 KB.
  std::string bytes = "thirty letters are in this text";
  for (int level = 0; level < 3; ++level) {
    ZipBuilder zip;
    for (int i = 0; i < 200; ++i) zip.add(std::to_string(i), bytes);
    bytes = zip.build();
  }
  const auto evidence = open_bytes(bytes);
  ASSERT_TRUE(evidence);
  ASSERT_THAT(problems(*evidence), Contains(testing::StartsWith("limit")));
  EXPECT_EQ(evidence->problems()[0].expected, "files inside of inner containers within the limit");
}

// ------------------------------------------------------------------------------------------------------ very many

TEST(VeryMany, EntriesBeyondTheLimitAreTold) {
  Limits limits;
  limits.container_members = 1000;
  const TemporaryFolder folder;
  TarBuilder tar;
  ZipBuilder zip;
  BackupBuilder backup;
  for (int i = 0; i < 1100; ++i) {
    const std::string name = "f" + std::to_string(i);
    tar.add(name, "");
    zip.add(name, "");
    backup.folder("HomeDomain", name);
    std::filesystem::create_directory(folder.path() / name);
  }
  const std::pair<const char*, std::function<Opened()>> kWays[] = {
      {"folder", [&] { return open_folder_at(folder.path(), limits); }},
      {"tar", [&] { return open_bytes(tar.build(), limits); }},
      {"tar.gz", [&] { return open_bytes(tests::pack_gzip(tar.build()), limits); }},
      {"zip", [&] { return open_bytes(zip.build(), limits); }},
      {"ab", [&] { return open_bytes(tests::AndroidBackupBuilder{}.build(tar.build()), limits); }},
      {"backup", [&] { return open_backup(backup.plain(), limits); }},
      {"encrypted backup", [&] { return open_backup(backup.encrypted(kPassword), limits); }},
      {"mbdb", [&] { return open_backup(backup.mbdb(), limits); }}};
  for (const auto& [name, open_it] : kWays) {
    const auto evidence = open_it();
    ASSERT_TRUE(evidence) << name;
    EXPECT_GE(evidence->entries().size(), 990u) << name;
    EXPECT_LE(evidence->entries().size(), 1010u) << name;
    EXPECT_THAT(problems(*evidence),
                Contains(testing::AnyOf(testing::StartsWith("limit"), testing::StartsWith("budget"))))
        << name;
  }
}

TEST(VeryMany, ThreeHundredThousandMembersOpen) {
  std::string tar;
  tests::TarMemberSpec member;
  for (int i = 0; i < 300'000; ++i) {
    member.name = "f" + std::to_string(i);
    tar += TarBuilder::head(member);
  }
  tar.append(1024, '\0');
  const auto evidence = open_bytes(tests::pack_gzip(tar, 1));
  ASSERT_TRUE(evidence);
  EXPECT_EQ(evidence->entries().size(), 300'000u);
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(VeryMany, BackupsBeyondTheLimitAreToldAndStayFiles) {
  TarBuilder tar;
  for (int i = 0; i < 3000; ++i) {
    tar.add(std::to_string(i) + "/Manifest.mbdb", std::string("mbdb\x05\0", 6));
    tar.add(std::to_string(i) + "/Info.plist", "");
  }
  const auto evidence = open_bytes(tests::pack_gzip(tar.build()));
  ASSERT_TRUE(evidence);
  EXPECT_EQ(evidence->entries().size(), 6000u);
  const auto limits = std::ranges::count(problems(*evidence), "limit");
  EXPECT_EQ(limits, 1);
  EXPECT_EQ(evidence->find_device_path("backup:Manifest.mbdb").size(), 1000u);
}

TEST(VeryMany, HeadsThatExtendOneMemberCostNoMemory) {
  std::string tar;
  tests::TarMemberSpec extension;
  extension.name = "x";
  extension.type = 'x';
  extension.patches = {{124, "not a number"}};
  const std::string head = TarBuilder::head(extension);
  for (int i = 0; i < 200'000; ++i) tar += head;
  TarBuilder member;
  member.add("m", "M");
  tar += member.build();
  const auto evidence = open_bytes(tests::pack_gzip(tar, 1));
  ASSERT_TRUE(evidence);
  EXPECT_EQ(content(*evidence, "m"), "M");
  EXPECT_THAT(evidence->problems(), Not(IsEmpty()));
  EXPECT_LE(evidence->problems().size(), 2000u);
}

// ----------------------------------------------------------------------------------------------------- lying sizes

TEST(LyingSizes, OfATarCostTheMemberAlone) {
  TarBuilder tar;
  tar.add("before", "sound");
  tar.add("liar", "short").size = 1ull << 40;
  tar.add("after", "hidden by the liar");
  for (const std::string& bytes : {tar.build(), tests::pack_zstandard(tar.build())}) {
    const auto evidence = open_bytes(bytes);
    ASSERT_TRUE(evidence);
    EXPECT_EQ(content(*evidence, "before"), "sound");
    EXPECT_THAT(problems(*evidence), Contains(testing::StartsWith("truncated")));
    EXPECT_FALSE(read(*evidence, evidence->find_container_path("liar")));
  }
}

TEST(LyingSizes, OfAZipAreErrorsOfTheirMember) {
  for (const std::uint64_t told : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 62}) {
    ZipBuilder zip;
    zip.add("before", "sound");
    tests::ZipMemberSpec& liar = zip.add("liar", noise(1000));
    liar.zip64 = true;
    liar.unpacked_size = told;
    tests::ZipMemberSpec& packed = zip.add("packed liar", noise(1000));
    packed.zip64 = true;
    packed.packed_size = told;
    const auto evidence = open_bytes(zip.build());
    ASSERT_TRUE(evidence);
    EXPECT_EQ(content(*evidence, "before"), "sound");
    EXPECT_FALSE(read(*evidence, evidence->find_container_path("liar"))) << told;
    EXPECT_FALSE(read(*evidence, evidence->find_container_path("packed liar"))) << told;
  }
}

TEST(LyingSizes, OfABackupAreTold) {
  for (const std::uint64_t told : {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{1} << 62}) {
    BackupBuilder backup;
    backup.file("HomeDomain", "before", "sound").file("HomeDomain", "liar", noise(1000));
    backup.last().size = told;
    for (const BackupFiles& files :
         {backup.plain(), backup.encrypted(kPassword), backup.mbdb(), backup.mbdb(kPassword)}) {
      const auto evidence = open_backup(files);
      ASSERT_TRUE(evidence) << told;
      const auto number_of = [&](std::string_view path) { return evidence->find_device_path(path).at(0); };
      EXPECT_EQ(read(*evidence, number_of("home:before")).value_or("unreadable"), "sound");
      EXPECT_EQ(read(*evidence, number_of("home:liar")).value_or("unreadable"), noise(1000)) << told;
      EXPECT_THAT(problems(*evidence), Contains(testing::StartsWith("size_differs"))) << told;
    }
  }
}

TEST(WrongSums, OfAPackedTarAreTold) {
  TarBuilder tar;
  tar.add("a", "content");
  std::string gzip = tests::pack_gzip(tar.build());
  gzip[gzip.size() - 8] ^= 1;
  std::string backup = tests::AndroidBackupBuilder{}.build(tar.build());
  backup.back() ^= 1;
  for (const std::string& bytes : {gzip, backup}) {
    const auto evidence = open_bytes(bytes);
    ASSERT_TRUE(evidence);
    EXPECT_EQ(content(*evidence, "a"), "content");
    EXPECT_THAT(problems(*evidence), ElementsAre("checksum"));
  }
}

// ------------------------------------------------------------------------------------------------------------ cuts

TarBuilder small_phone(const std::string& above = "") {
  TarBuilder tar;
  for (int i = 0; i < 8; ++i)
    tar.add(above + "file " + std::to_string(i), noise(700 + 400 * static_cast<std::size_t>(i), 40u));
  return tar;
}

/// Of files of the phone: what belongs to the container alone, and blobs that no manifest names, stay as they lie.
std::map<std::string, std::string> contents_of(const evidence::Evidence& evidence) {
  std::map<std::string, std::string> contents;
  for (std::uint32_t number = 1; number <= evidence.entries().size(); ++number) {
    const evidence::Entry& entry = evidence.entry(number);
    const auto text = read(evidence, number);
    if (text && !entry.device_path.starts_with("backup:")) contents[std::string(entry.container_path)] = *text;
  }
  return contents;
}

/// Opens what is left at every percent: an error with a code, or a problem with one; and no file has other bytes.
void cut_everywhere(const std::string& whole, const std::function<Opened(const std::string&)>& open_it,
                    const std::function<std::set<std::string>(const std::string&)>& readable = {}) {
  const auto sound = open_it(whole);
  ASSERT_TRUE(sound) << error_text(sound.error().error);
  ASSERT_THAT(problems(*sound), IsEmpty());
  const auto contents = contents_of(*sound);
  for (std::size_t percent = 0; percent < 100; ++percent) {
    SCOPED_TRACE(percent);
    const std::string cut = whole.substr(0, whole.size() * percent / 100);
    const auto evidence = open_it(cut);
    const auto expected = readable ? readable(cut) : std::set<std::string>();
    if (!evidence) {
      EXPECT_THAT(expected, IsEmpty());
      EXPECT_FALSE(error_code_name(evidence.error().error.code).empty());
      EXPECT_NE(evidence.error().error.code, ErrorCode::io);
      continue;
    }
    ASSERT_THAT(evidence->problems(), Not(IsEmpty()));
    for (const evidence::Problem& problem : evidence->problems()) EXPECT_FALSE(problem.code.empty());
    const auto found = contents_of(*evidence);
    for (const std::string& path : expected) EXPECT_TRUE(found.contains(path)) << path;
    for (const auto& [path, text] : found) {
      const auto same = contents.find(path);
      EXPECT_TRUE(same == contents.end() || text == same->second) << path;
    }
  }
}

Opened open_cut(const std::string& bytes) { return open_bytes(bytes); }

/// The members of small_phone() of which a tar of this length holds all bytes.
std::set<std::string> whole_in(std::size_t length) {
  const TarBuilder tar = small_phone();
  std::set<std::string> names;
  for (std::size_t i = 0; i < 8; ++i)
    if (tar.head_of(i) + 512 + 700 + 400 * i <= length) names.insert("file " + std::to_string(i));
  return names;
}

/// How much comes out of a gzip stream that is cut, by zlib's own function.
std::size_t inflated_length(const std::string& packed) {
  z_stream stream{};
  tests::require(inflateInit2(&stream, 31) == Z_OK);
  std::string out(1 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  (void)inflate(&stream, Z_SYNC_FLUSH);
  inflateEnd(&stream);
  return stream.total_out;
}

TEST(Cut, ATarKeepsWhatLiesBefore) {
  cut_everywhere(small_phone().build(), open_cut, [](const std::string& cut) { return whole_in(cut.size()); });
}

TEST(Cut, ATarInGzipKeepsWhatComesOut) {
  cut_everywhere(tests::pack_gzip(small_phone().build()), open_cut,
                 [](const std::string& cut) { return whole_in(inflated_length(cut)); });
}

TEST(Cut, PackedTars) {
  const std::string tar = small_phone().build();
  for (const std::string& whole : {tests::pack_zstandard(tar), tests::pack_xz(tar, 4096), tests::pack_bzip2(tar)})
    cut_everywhere(whole, open_cut);
}

TEST(Cut, AZip) {
  ZipBuilder zip;
  for (int i = 0; i < 8; ++i) zip.add("file " + std::to_string(i), noise(1000) + std::string(1000, 'z'));
  cut_everywhere(zip.build(), open_cut);
}

TEST(Cut, AndroidBackups) {
  const std::string tar = small_phone("apps/com.example.letters/f/").build();
  for (const bool is_compressed : {true, false}) {
    for (const bool is_encrypted : {true, false}) {
      tests::AndroidBackupBuilder backup;
      backup.compressed = is_compressed;
      if (is_encrypted) backup.password = kPassword;
      cut_everywhere(backup.build(tar), open_cut);
    }
  }
}

TEST(Cut, FilesOfABackup) {
  BackupBuilder backup;
  backup.folder("HomeDomain", "Library").link("HomeDomain", "now", "/var/mobile/then");
  for (int i = 0; i < 30; ++i) backup.file("HomeDomain", "Library/" + std::to_string(i), "file " + std::to_string(i));
  for (const BackupFiles& files :
       {backup.plain(), backup.encrypted(kPassword), backup.mbdb(), backup.mbdb(kPassword)}) {
    const TemporaryFolder folder;
    tests::write_backup(files, folder.path());
    for (const char* name : {"Manifest.db", "Manifest.mbdb", "Manifest.plist", "Status.plist"}) {
      if (!files.contains(name)) continue;
      SCOPED_TRACE(name);
      const auto open_it = [&](const std::string& cut) {
        folder.write(name, cut);
        return open_folder_at(folder.path());
      };
      cut_everywhere(files.at(name), open_it);
      folder.write(name, files.at(name));
    }
  }
}

}  // namespace
}  // namespace exhibit::containers
