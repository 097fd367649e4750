#include "android_backup.h"

#include <fcntl.h>

#include <filesystem>
#include <map>

#include "android_backup_builder.h"
#include "android_backup_head.h"
#include "android_backup_key.h"
#include "evidence_folder.h"
#include "opened.h"
#include "read_only_file.h"
#include "tar_builder.h"

namespace exhibit::containers {
namespace {

using evidence::SecretKind;
using evidence::Secrets;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::AndroidBackupBuilder;
using tests::TarBuilder;

using Opened = Result<std::unique_ptr<evidence::Container>>;

Secrets with_password(std::string_view password) {
  Secrets secrets;
  secrets.add(SecretKind::android_backup_password, crypto::Secret(as_bytes(password)));
  return secrets;
}

Opened open_backup(const std::string& file, Secrets& secrets, const Limits& limits = {}) {
  return open_android_backup(evidence::make_source({file.begin(), file.end()}), "phone.ab",
                             {.secrets = secrets, .cancel = nullptr, .progress = {}}, limits);
}

Opened open_backup(const std::string& file) {
  Secrets none;
  return open_backup(file, none);
}

std::unique_ptr<evidence::Evidence> evidence_of(Opened container) {
  if (!container) {
    ADD_FAILURE() << error_text(container.error());
    return nullptr;
  }
  return std::make_unique<evidence::Evidence>("phone.ab", *std::move(container), Limits{});
}

TarBuilder phone() {
  TarBuilder tar;
  tar.add("apps/com.example.chat/_manifest", "1\ncom.example.chat\n");
  tar.add("apps/com.example.chat/db/chat.db", std::string(3000, 'd'));
  tar.add("apps/com.example.chat/d_sp/settings.xml", "<map/>");
  tar.add("shared/0/DCIM/n\u00e4me.jpg", "jpeg");
  tar.folder("apps/com.example.chat/f");
  return tar;
}

const std::vector<std::string> kPhonePaths = {
    "apps/com.example.chat/_manifest", "apps/com.example.chat/d_sp/settings.xml", "apps/com.example.chat/db/chat.db",
    "apps/com.example.chat/f", "shared/0/DCIM/n\u00e4me.jpg"};

TEST(AndroidBackup, IsKnownByItsFirstLine) {
  EXPECT_TRUE(is_android_backup(as_bytes("ANDROID BACKUP\n5\n")));
  EXPECT_FALSE(is_android_backup(as_bytes("ANDROID BACKUP")));
  EXPECT_FALSE(is_android_backup(as_bytes("ANDROID BACKUPS\n")));
}

TEST(AndroidBackup, OfEveryVersionGivesItsFiles) {
  for (const bool encrypted : {false, true}) {
    for (const bool compressed : {false, true}) {
      for (int version = 1; version <= 5; ++version) {
        AndroidBackupBuilder backup{.version = version, .compressed = compressed};
        if (encrypted) backup.password = "Passw0rd-dev";
        Secrets secrets = with_password("Passw0rd-dev");
        const auto evidence = evidence_of(open_backup(backup.build(phone().build()), secrets));
        ASSERT_NE(evidence, nullptr);
        EXPECT_EQ(evidence->format(), "ab");
        EXPECT_EQ(paths(*evidence), kPhonePaths);
        EXPECT_EQ(content(*evidence, "apps/com.example.chat/db/chat.db"), std::string(3000, 'd'));
        EXPECT_EQ(content(*evidence, "apps/com.example.chat/d_sp/settings.xml"), "<map/>");
        EXPECT_EQ(content(*evidence, "shared/0/DCIM/n\u00e4me.jpg"), "jpeg");
        EXPECT_THAT(problems(*evidence), IsEmpty());
        EXPECT_EQ(secrets.used(), encrypted);
      }
    }
  }
}

TEST(AndroidBackup, TellsWhereItsFilesWere) {
  auto container = open_backup(AndroidBackupBuilder{}.build(phone().build()));
  ASSERT_TRUE(container.has_value());
  std::map<std::string, std::string> places;
  for (const evidence::Entry& entry : (*container)->take_entries())
    places[std::string(entry.container_path)] = entry.device_path;
  EXPECT_EQ(places, (std::map<std::string, std::string>{
                        {"apps/com.example.chat/_manifest", ""},
                        {"apps/com.example.chat/db/chat.db", "app:com.example.chat/databases/chat.db"},
                        {"apps/com.example.chat/d_sp/settings.xml", "app:com.example.chat/shared_prefs/settings.xml"},
                        {"apps/com.example.chat/f", "app:com.example.chat/files"},
                        {"shared/0/DCIM/n\u00e4me.jpg", "media:DCIM/n\u00e4me.jpg"}}));
}

TEST(AndroidBackup, OfNothingIsEmpty) {
  const auto evidence = evidence_of(open_backup(AndroidBackupBuilder{}.build(TarBuilder{}.build())));
  ASSERT_NE(evidence, nullptr);
  EXPECT_TRUE(evidence->entries().empty());
  EXPECT_THAT(problems(*evidence), IsEmpty());
}

TEST(AndroidBackup, IsLockedWithoutTheRightPassword) {
  const std::string file = AndroidBackupBuilder{.password = "right"}.build(phone().build());
  const auto refused = [&](Secrets secrets) {
    const auto container = open_backup(file, secrets);
    EXPECT_FALSE(container.has_value());
    EXPECT_FALSE(secrets.used());
    return container ? Error{ErrorCode::io, ""} : container.error();
  };
  EXPECT_EQ(refused(Secrets()).code, ErrorCode::locked);
  EXPECT_EQ(refused(Secrets()).found, 0u) << "there was none";
  EXPECT_EQ(refused(with_password("wrong")).code, ErrorCode::locked);
  EXPECT_EQ(refused(with_password("wrong")).found, 1u);
}

TEST(AndroidBackup, AsksForItsPasswordByName) {
  const std::string file = AndroidBackupBuilder{.password = "right"}.build(phone().build());
  std::vector<std::string> asked;
  Secrets secrets([&](const evidence::SecretRequest& request) {
    EXPECT_EQ(request.kind, SecretKind::android_backup_password);
    asked.push_back(std::string(request.container) + std::to_string(request.attempt));
    return crypto::Secret(as_bytes(request.attempt == 1 ? "wrong" : "right"));
  });
  EXPECT_TRUE(open_backup(file, secrets).has_value());
  EXPECT_THAT(asked, ElementsAre("phone.ab1", "phone.ab2"));
}

TEST(AndroidBackup, AnAskedOneCanBeCancelled) {
  const std::string file = AndroidBackupBuilder{.password = "right"}.build(phone().build());
  Secrets secrets = with_password("right");
  Cancel cancel;
  cancel.request();
  const auto container = open_android_backup(evidence::make_source({file.begin(), file.end()}), "phone.ab",
                                             {.secrets = secrets, .cancel = &cancel, .progress = {}}, Limits{});
  ASSERT_FALSE(container.has_value());
  EXPECT_EQ(container.error().code, ErrorCode::cancelled);
}

TEST(AndroidBackup, TellsBytesBehindTheStream) {
  AndroidBackupBuilder backup;
  backup.trailing = "left over";
  const auto plain = evidence_of(open_backup(backup.build(phone().build())));
  ASSERT_NE(plain, nullptr);
  EXPECT_EQ(paths(*plain), kPhonePaths);
  EXPECT_THAT(problems(*plain), ElementsAre("trailing_bytes"));
}

TEST(AndroidBackup, KeepsWhatIsThereOfACutOne) {
  TarBuilder tar;
  tar.add("apps/com.example.chat/f/first", noise(5000));
  tar.add("apps/com.example.chat/f/second", noise(100'000, 2));
  for (const bool compressed : {false, true}) {
    for (const bool encrypted : {false, true}) {
      AndroidBackupBuilder backup{.compressed = compressed};
      if (encrypted) backup.password = "right";
      std::string file = backup.build(tar.build());
      file.resize(file.size() / 2);
      Secrets secrets = with_password("right");
      const auto evidence = evidence_of(open_backup(file, secrets));
      ASSERT_NE(evidence, nullptr);
      EXPECT_THAT(problems(*evidence), Contains("truncated:2")) << compressed << encrypted;
      EXPECT_EQ(content(*evidence, "apps/com.example.chat/f/first"), noise(5000));
      const auto second = read(*evidence, 2);
      ASSERT_FALSE(second.has_value());
      EXPECT_EQ(second.error().code, ErrorCode::truncated);
    }
  }
}

// A tar is whole blocks, so its padding is a block of its own.
TEST(AndroidBackup, NamesPaddingThatIsMissing) {
  const std::string whole = AndroidBackupBuilder{.compressed = false, .password = "right"}.build(phone().build());
  for (const std::string& file : {whole.substr(0, whole.size() - 16), whole.substr(0, whole.size() - 5)}) {
    Secrets secrets = with_password("right");
    const auto evidence = evidence_of(open_backup(file, secrets));
    ASSERT_NE(evidence, nullptr);
    EXPECT_EQ(paths(*evidence), kPhonePaths);
    EXPECT_THAT(problems(*evidence), ElementsAre("truncated"));
    EXPECT_EQ(evidence->problems()[0].offset, whole.size() - 16);
  }
}

TEST(AndroidBackup, ReadsALargeMemberAtRandom) {
  TarBuilder tar;
  const std::string large = noise(300'000);
  tar.add("apps/com.example.chat/f/large", large);
  for (const bool compressed : {false, true}) {
    Limits limits;
    limits.large_member_bytes = 1000;
    Secrets secrets = with_password("right");
    auto container = open_backup(AndroidBackupBuilder{.compressed = compressed, .password = "right"}.build(tar.build()),
                                 secrets, limits);
    ASSERT_TRUE(container.has_value());
    const auto source = (*container)->open(0, limits);
    ASSERT_TRUE(source.has_value());
    EXPECT_FALSE((*source)->view().has_value());
    std::uint32_t place = 1;
    for (int i = 0; i < 300; ++i) {
      place = place * 1664525 + 1013904223;
      const std::size_t offset = place % large.size(), size = place % 70'001;
      std::vector<std::uint8_t> out(size);
      const auto count = (*source)->read_at(offset, out);
      ASSERT_TRUE(count.has_value());
      ASSERT_EQ(as_text(Bytes(out).first(*count)), large.substr(offset, size)) << offset;
    }
  }
}

// Every cut gives a container with a named problem, or an error with a name. Zeros at the end of a bare tar are no
// loss.
void cut_everywhere(const std::string& whole, Secrets& secrets, std::size_t steps) {
  for (std::size_t i = 0; i < steps; ++i) {
    const std::string cut = whole.substr(0, whole.size() * i / steps);
    auto container = open_backup(cut, secrets);
    if (!container) {
      EXPECT_TRUE(container.error().code == ErrorCode::truncated || container.error().code == ErrorCode::malformed)
          << i << error_text(container.error());
      continue;
    }
    const auto evidence = evidence_of(std::move(container));
    if (whole.find_first_not_of('\0', cut.size()) != whole.npos) {
      EXPECT_FALSE(evidence->problems().empty()) << i;
    }
    for (std::uint32_t number = 1; number <= evidence->entries().size(); ++number)
      if (evidence->entry(number).type == evidence::EntryType::file) (void)read(*evidence, number);
  }
}

TEST(AndroidBackup, NamesEveryCut) {
  TarBuilder tar = phone();
  tar.add("apps/com.example.chat/f/noise", noise(20'000));
  Secrets secrets = with_password("right");
  for (const bool compressed : {false, true}) {
    cut_everywhere(AndroidBackupBuilder{.compressed = compressed}.build(tar.build()), secrets, 300);
    cut_everywhere(AndroidBackupBuilder{.compressed = compressed, .password = "right"}.build(tar.build()), secrets,
                   300);
  }
}

TEST(AndroidBackup, SurvivesEveryFlippedByte) {
  TarBuilder tar;
  tar.add("apps/com.example.chat/f/a", "some content");
  for (const bool compressed : {false, true}) {
    const std::string whole =
        AndroidBackupBuilder{.compressed = compressed, .password = "r", .rounds = 1}.build(tar.build());
    Secrets secrets = with_password("r");
    for (std::size_t i = 0; i < whole.size(); ++i) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ 0x15);
      auto container = open_backup(flipped, secrets);
      if (!container) continue;
      const evidence::Evidence evidence("phone.ab", *std::move(container), Limits{});
      for (std::uint32_t number = 1; number <= evidence.entries().size(); ++number) (void)read(evidence, number);
    }
  }
}

// Real backups. What they hold is told by the ground truth beside them.

std::string hex(Bytes bytes) { return tests::upper_hex(as_text(bytes)); }

evidence::SourcePtr real_file(const std::string& name) {
  const auto path = tests::evidence_folder() / name;
  return std::make_shared<ReadOnlyFile>(open_read_only(AT_FDCWD, path.c_str(), 0), std::filesystem::file_size(path));
}

Opened open_real(const std::string& name, Secrets& secrets) {
  return open_android_backup(real_file(name), name, {.secrets = secrets, .cancel = nullptr, .progress = {}}, Limits{});
}

/// SHA-256 of every file by its path.
std::map<std::string, std::string> sums_of(Opened container) {
  std::map<std::string, std::string> sums;
  const auto evidence = evidence_of(std::move(container));
  if (evidence == nullptr) return sums;
  EXPECT_THAT(problems(*evidence), IsEmpty());
  for (std::uint32_t number = 1; number <= evidence->entries().size(); ++number) {
    const evidence::Entry& entry = evidence->entry(number);
    if (entry.type != evidence::EntryType::file) continue;
    const auto bytes = read(*evidence, number);
    sums[std::string(entry.container_path)] = bytes ? hex(crypto::sha256(as_bytes(*bytes))) : error_text(bytes.error());
  }
  return sums;
}

TEST(RealAndroidBackup, EncryptedVersion5) {
  constexpr char kName[] = "android/adb_backup_encrypted/backup.ab";
  EXHIBIT_NEEDS_EVIDENCE(kName);
  Secrets secrets = with_password("Passw0rd-dev");
  EXPECT_EQ(
      sums_of(open_real(kName, secrets)),
      (std::map<std::string, std::string>{
          {"apps/com.viber.voip/_manifest", "E728F1133A335579302D6A47B8FE4E7270133B9DB81F14CE9D25989E4F78BAC3"},
          {"apps/com.viber.voip/db/viber_data", "13F5F0B5BF850948436980C7DFC62518BBE0D1D5C6EEAEE8B0128341B9ACD0C3"},
          {"apps/com.viber.voip/sp/com.viber.voip_preferences.xml",
           "99D15CB6BDD8CB15ED9C2C0F42DCBE25A8E7827CD9CB157665FCE332CBBF32E9"},
          {"apps/com.sgiggle.production/_manifest", "610EE46FAADFA5B134FAC24F5FBB0044FC8BC77D1384F8100A9DFB635A441467"},
          {"apps/com.sgiggle.production/f/tc.db", "0EA41679F5EB203DAEFE81C26151AD421E5EE7855CD47248F2A1AB6AB5F7D02B"},
          {"apps/com.sgiggle.production/f/profiles.db",
           "2F1D525A3F1D6FEE6E901B94577D31D0FA132E7DE4A4F9FD9C592E29AEF77275"},
          {"apps/com.android.providers.telephony/_manifest",
           "43DD979CAC4A81583B6FFCF880883BF81FCF3220C18FBFFA004338A7D98DE49F"},
          {"apps/com.android.providers.telephony/d_f/000000_sms_backup",
           "67F17B86FF5787169B799CD50283B65FFC06F8B6B0B1FC1B55E210A6E9DD247D"},
          {"apps/com.example.webapp/_manifest", "3EB24BB43C8613E1C9F5927EE0C9F63E262AD6A1BBB36A57DB7217D78BD78700"},
          {"apps/com.example.webapp/r/app_webview/Cookies",
           "59D1A2C835A5ABA67C8E7E31EE853382FCB1B2807FFDAD3B79EDC53D50ACC1E9"},
          {"apps/com.example.webapp/db/webview.db", "281C5E8FEC97470638321A6E483A2201E67FCFE5E5A802C736E438335A27E75B"},
          {"shared/0/Download/" + std::string(120, 'a') + "/n\u00e4me with spaces \U0001f4f7.txt",
           "9965BB362F6C1E74EBDAEB335BA0AAC14633BCB9A448398A0B4AA7AC3000C15B"},
          {"shared/0/DCIM/empty.jpg", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"},
      }));
  Secrets wrong = with_password("passw0rd-dev");
  EXPECT_EQ(open_real(kName, wrong).error().code, ErrorCode::locked);
}

TEST(RealAndroidBackup, PlainVersion1) {
  constexpr char kName[] = "android/mvt/adb_backup/backup.ab";
  EXHIBIT_NEEDS_EVIDENCE(kName);
  Secrets none;
  EXPECT_EQ(sums_of(open_real(kName, none)), (std::map<std::string, std::string>{
                                                 {"apps/com.android.providers.telephony/d_f/000000_sms_backup",
                                                  "67F17B86FF5787169B799CD50283B65FFC06F8B6B0B1FC1B55E210A6E9DD247D"},
                                                 {"apps/com.android.providers.telephony/d_f/000001_mms_backup",
                                                  "A28A1C58E11140FE95FE49D8898140BBB51A2F18DACD64BE7C7355B6F851AE4D"},
                                             }));
}

TEST(RealAndroidBackup, EncryptedAndNotCompressed) {
  constexpr char kName[] = "android/mvt/adb_backup/backup2.ab";
  EXHIBIT_NEEDS_EVIDENCE(kName);
  Secrets secrets = with_password("123456");
  EXPECT_EQ(sums_of(open_real(kName, secrets)),
            (std::map<std::string, std::string>{
                {"apps/com.android.providers.telephony/_manifest",
                 "BBA1EAEF0D838E73C1B4A27FB185D3EC7DE8EAB08E2A517C6E1CCF6927A9C892"},
                {"apps/com.android.providers.telephony/d_f/000000_sms_backup",
                 "67F17B86FF5787169B799CD50283B65FFC06F8B6B0B1FC1B55E210A6E9DD247D"},
            }));
}

// A head as "$ab$version*0*rounds*user salt*checksum salt*vector*master key", made for a tool that looks at the padding
// alone: its password gives 13 bytes of it behind random bytes, which are no lengths, so it opens nothing.
TEST(RealAndroidBackup, PaddingThatHoldsIsNotEnough) {
  constexpr char kName[] = "formats/crypto-vectors/vectors.json";
  EXHIBIT_NEEDS_EVIDENCE(kName);
  std::vector<std::uint8_t> buffer;
  const std::string_view text = as_text(read_all(*real_file(kName), buffer).value());
  const std::size_t start = text.find("$ab$5*0*");
  ASSERT_NE(start, text.npos);
  std::string head = "ANDROID BACKUP\n5\n1\nAES-256\n";
  std::string rest(text.substr(start + 8, text.find('"', start) - start - 8));
  std::vector<std::string> parts;
  for (std::size_t star = 0; star != rest.npos; rest.erase(0, star + 1)) {
    star = rest.find('*');
    parts.push_back(rest.substr(0, star));
    if (star == rest.npos) break;
  }
  ASSERT_EQ(parts.size(), 5u);
  for (const std::size_t part : {1u, 2u, 0u, 3u, 4u}) head += parts[part] + "\n";
  const auto parsed = read_android_backup_head(*evidence::make_source({head.begin(), head.end()}));
  ASSERT_TRUE(parsed.has_value() && parsed->lock.has_value());
  const AndroidBackupLock& lock = *parsed->lock;
  for (const std::string_view password : {"hashcat", "Hashcat", "hashcat ", "123456"}) {
    const auto key = crypto::derive_key(crypto::HashKind::sha1, as_bytes(password), lock.user_salt, lock.rounds, 32);
    std::vector<std::uint8_t> plain(lock.master_key.size());
    crypto::decrypt_aes256_cbc(*key, lock.user_vector, lock.master_key, plain);
    EXPECT_EQ(crypto::pkcs7_padding(plain), password == "hashcat" ? 13u : 0u) << password;
    EXPECT_FALSE(open_android_backup_key(lock, as_bytes(password)).value().has_value()) << password;
  }
}

TEST(RealAndroidBackup, NamesEveryCut) {
  const std::pair<const char*, const char*> backups[] = {{"android/adb_backup_encrypted/backup.ab", "Passw0rd-dev"},
                                                         {"android/mvt/adb_backup/backup.ab", ""},
                                                         {"android/mvt/adb_backup/backup2.ab", "123456"}};
  for (const auto& [name, password] : backups) {
    EXHIBIT_NEEDS_EVIDENCE(name);
    std::vector<std::uint8_t> buffer;
    Secrets secrets = with_password(password);
    cut_everywhere(std::string(as_text(read_all(*real_file(name), buffer).value())), secrets, 100);
  }
}

}  // namespace
}  // namespace exhibit::containers
