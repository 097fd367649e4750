// Keybags built with OpenSSL in the test, and the vectors of two password recovery tools.
#include "keybag.h"

#include "backup_builder.h"
#include "evidence_folder.h"
#include "ground_truth.h"

namespace exhibit::containers {
namespace {

using tests::BackupCrypto;
using tests::KeybagBuilder;

crypto::Secret secret(std::string_view text) { return crypto::Secret(as_bytes(text)); }

/// Opens it; for keybags that must be read.
Keybag read(const std::string& list) {
  auto keybag = Keybag::read(as_bytes(list));
  if (keybag) return *std::move(keybag);
  ADD_FAILURE() << error_text(keybag.error());
  return Keybag::read(as_bytes(KeybagBuilder().build("x"))).value();
}

bool opens(Keybag& keybag, std::string_view password) {
  const auto opened = keybag.unlock(secret(password), nullptr, {});
  if (!opened) ADD_FAILURE() << error_text(opened.error());
  return opened && *opened;
}

ErrorCode error_of(const std::string& list) {
  const auto keybag = Keybag::read(as_bytes(list));
  EXPECT_FALSE(keybag.has_value());
  return keybag ? ErrorCode::io : keybag.error().code;
}

TEST(Keybag, OpensWithItsPasswordAndNoOther) {
  Keybag keybag = read(KeybagBuilder().build("caf\xc3\xa9 17"));
  EXPECT_FALSE(opens(keybag, "cafe 17"));
  EXPECT_FALSE(opens(keybag, ""));
  EXPECT_EQ(keybag.open_count(), 0u);
  EXPECT_FALSE(keybag.has_class(3));
  EXPECT_TRUE(opens(keybag, "caf\xc3\xa9 17"));
  EXPECT_EQ(keybag.open_count(), 11u);
  EXPECT_EQ(keybag.key_count(), 11u);
}

TEST(Keybag, OldFormHasOneDerivation) {
  KeybagBuilder builder;
  builder.has_first = false;
  Keybag keybag = read(builder.build("1234"));
  EXPECT_FALSE(opens(keybag, "1235"));
  EXPECT_TRUE(opens(keybag, "1234"));
}

TEST(Keybag, UnwrapsAFilesKeyWithItsClass) {
  Keybag keybag = read(KeybagBuilder().build("p"));
  ASSERT_TRUE(opens(keybag, "p"));
  const std::string key = BackupCrypto::key("a file");
  const std::string wrapped = BackupCrypto::wrap(KeybagBuilder::class_key(7), key);
  const auto unwrapped = keybag.unwrap(7, as_bytes(wrapped));
  ASSERT_TRUE(unwrapped.has_value());
  EXPECT_EQ(as_text(unwrapped->bytes()), key);
  EXPECT_EQ(keybag.unwrap(6, as_bytes(wrapped)).error().code, ErrorCode::locked);   // another class's key
  EXPECT_EQ(keybag.unwrap(12, as_bytes(wrapped)).error().code, ErrorCode::locked);  // no such class
  EXPECT_EQ(keybag.unwrap(7, as_bytes(wrapped).first(39)).error().code, ErrorCode::malformed);
}

TEST(Keybag, OneDamagedClassKeyCostsThatClass) {
  const KeybagBuilder builder;
  std::string list = builder.build("p");
  list.back() = static_cast<char>(list.back() ^ 1);  // class 11 comes last
  Keybag keybag = read(list);
  EXPECT_TRUE(opens(keybag, "p"));
  EXPECT_EQ(keybag.open_count(), 10u);
  EXPECT_EQ(keybag.key_count(), 11u);
  EXPECT_FALSE(keybag.has_class(11));
}

TEST(Keybag, KeysOfTheDeviceAreNotTried) {
  const KeybagBuilder builder;
  const std::string wrapped = BackupCrypto::wrap(builder.password_key("p"), KeybagBuilder::class_key(1));
  EXPECT_EQ(error_of(builder.head() + KeybagBuilder::class_entry(1, wrapped, 3)), ErrorCode::unsupported);
  EXPECT_EQ(error_of(builder.head() + KeybagBuilder::class_entry(1, wrapped, 1)), ErrorCode::unsupported);
  EXPECT_EQ(error_of(builder.head()), ErrorCode::unsupported);
  Keybag keybag =
      read(builder.head() + KeybagBuilder::class_entry(1, wrapped, 3) + KeybagBuilder::class_entry(2, wrapped, 2));
  EXPECT_TRUE(opens(keybag, "p"));
  EXPECT_FALSE(keybag.has_class(1));
  EXPECT_TRUE(keybag.has_class(2));
}

TEST(Keybag, RoundsHaveALimit) {
  KeybagBuilder builder;
  const std::string entry = KeybagBuilder::class_entry(1, std::string(40, 'w'));
  builder.rounds = 100'000'000;
  builder.first_rounds = 100'000'000;
  EXPECT_TRUE(Keybag::read(as_bytes(builder.head() + entry)).has_value());
  builder.rounds = 100'000'001;
  EXPECT_EQ(error_of(builder.head() + entry), ErrorCode::limit);
  builder.rounds = 0;
  EXPECT_EQ(error_of(builder.head() + entry), ErrorCode::malformed);
  builder.rounds = 1;
  builder.first_rounds = 100'000'001;
  EXPECT_EQ(error_of(builder.head() + entry), ErrorCode::limit);
  builder.first_rounds = 0;
  EXPECT_EQ(error_of(builder.head() + entry), ErrorCode::malformed);
}

TEST(Keybag, DamagedListsAreErrors) {
  const KeybagBuilder builder;
  const std::string list = builder.build("p");
  EXPECT_EQ(error_of(list.substr(0, list.size() - 1)), ErrorCode::truncated);
  EXPECT_EQ(error_of(""), ErrorCode::malformed);
  EXPECT_EQ(error_of("SALT\xff\xff\xff\xff" + list), ErrorCode::truncated);
  EXPECT_EQ(error_of(KeybagBuilder::item("ITER", "12345") + list), ErrorCode::malformed);
  EXPECT_EQ(error_of(builder.head() + KeybagBuilder::class_entry(1, "short")), ErrorCode::malformed);
}

TEST(Keybag, TellsProgressOfBothDerivationsAndIsCancelled) {
  KeybagBuilder builder;
  builder.rounds = 400'000;
  builder.first_rounds = 100'000;
  const std::string list = builder.head() + KeybagBuilder::class_entry(1, std::string(40, 'w'));
  Keybag keybag = read(list);
  std::uint64_t last = 0, most = 0;
  bool ascends = true;
  (void)keybag.unlock(secret("p"), nullptr, [&](std::uint64_t done, std::uint64_t total) {
    ascends = ascends && done >= last && done <= total;
    last = done;
    most = total;
  });
  EXPECT_TRUE(ascends);
  EXPECT_GT(last, 100'000u);
  EXPECT_EQ(most, 500'000u);
  Cancel cancel;
  cancel.request();
  EXPECT_EQ(keybag.unlock(secret("p"), &cancel, {}).error().code, ErrorCode::cancelled);
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return bytes;
}

/// "$itunes_backup$*version*wrapped*rounds*salt*first rounds*first salt"
std::string keybag_of_vector(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == '*') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  KeybagBuilder builder;
  builder.rounds = static_cast<std::uint32_t>(std::stoul(parts[3]));
  builder.salt = from_hex(parts[4]);
  builder.has_first = parts[1] == "10";
  if (builder.has_first) {
    builder.first_rounds = static_cast<std::uint32_t>(std::stoul(parts[5]));
    builder.first_salt = from_hex(parts[6]);
  }
  return builder.head() + KeybagBuilder::class_entry(1, from_hex(parts[2]));
}

TEST(Keybag, PublishedVectorsOpenWithTheirPasswordAndNoOther) {
  constexpr char kVectors[] = "formats/crypto-vectors/vectors.json";
  EXHIBIT_NEEDS_EVIDENCE(kVectors);
  const tests::GroundTruth truth(kVectors);
  const auto vectors = truth.rows("$.itunes_backup_keybag.vectors[*]");
  ASSERT_EQ(vectors.size(), 3u);
  for (const decode::NodeId vector : vectors) {
    const std::string source = truth.text(vector, "source");
    Keybag keybag = read(keybag_of_vector(truth.text(vector, "hash")));
    EXPECT_FALSE(opens(keybag, "hashcat1")) << source;
    EXPECT_TRUE(opens(keybag, truth.text(vector, "password"))) << source;
  }
}

}  // namespace
}  // namespace exhibit::containers
