#include "crypto/key_derivation.h"

#include <algorithm>
#include <string>

#include "bytes_text.h"

namespace exhibit::crypto {
namespace {

using std::string_view_literals::operator""sv;

std::string derived(HashKind hash, std::string_view password, std::string_view salt, std::uint64_t rounds,
                    std::size_t size) {
  const auto key = derive_key(hash, as_bytes(password), as_bytes(salt), rounds, size);
  return key ? hex(key->bytes()) : error_text(key.error());
}

// RFC 6070.
TEST(DeriveKey, GivesTheStandardsAnswersWithSha1) {
  EXPECT_EQ(derived(HashKind::sha1, "password", "salt", 1, 20), "0c60c80f961f0e71f3a9b524af6012062fe037a6");
  EXPECT_EQ(derived(HashKind::sha1, "password", "salt", 2, 20), "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957");
  EXPECT_EQ(derived(HashKind::sha1, "password", "salt", 4096, 20), "4b007901b765489abead49d926f721d065a429c1");
  EXPECT_EQ(derived(HashKind::sha1, "passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 25),
            "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
  EXPECT_EQ(derived(HashKind::sha1, "pass\0word"sv, "sa\0lt"sv, 4096, 16), "56fa6aa75548099dcc37d7f03425e0c3");
}

// RFC 7914, section 11.
TEST(DeriveKey, GivesTheStandardsAnswersWithSha256) {
  EXPECT_EQ(
      derived(HashKind::sha256, "passwd", "salt", 1, 64),
      "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30b"
      "d509112041d3a19783");
  EXPECT_EQ(
      derived(HashKind::sha256, "Password", "NaCl", 80000, 64),
      "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d0"
      "78478f62b397f33c8d");
}

// Worked out with Python's hashlib: a password as long as the hash's block, one longer, a salt of several blocks.
TEST(DeriveKey, TakesLongPasswordsAndSalts) {
  std::string salt;
  for (int i = 0; i < 40; ++i) salt += "salt";
  EXPECT_EQ(derived(HashKind::sha1, std::string(64, 'k'), salt, 3, 33),
            "c0427c39e30e85f7d7a46a1926a8fc854db81e3baec082d4a2d2c7505d20cae43a");
  EXPECT_EQ(derived(HashKind::sha256, std::string(65, 'k'), "salt", 3, 33),
            "37681f3749277f6b4ddde0ffeb99b3fcf332f61ba1ee3612ed0fd921583c6cfe57");
}

TEST(DeriveKey, OfNoBytesIsEmpty) { EXPECT_EQ(derived(HashKind::sha1, "password", "salt", 1, 0), ""); }

TEST(DeriveKey, WantsRounds) {
  EXPECT_EQ(derive_key(HashKind::sha1, {}, {}, 0, 20).error().code, ErrorCode::malformed);
  EXPECT_EQ(derive_key(HashKind::sha1, {}, {}, UINT64_MAX, 40).error().code, ErrorCode::limit);
}

TEST(DeriveKey, TellsItsProgress) {
  std::vector<std::uint64_t> told;
  const auto key = derive_key(HashKind::sha1, as_bytes("p"), as_bytes("s"), 300'000, 20, nullptr,
                              [&](std::uint64_t done, std::uint64_t total) {
                                told.push_back(done);
                                EXPECT_EQ(total, 300'000u);
                              });
  ASSERT_TRUE(key.has_value());
  ASSERT_GE(told.size(), 3u);
  EXPECT_TRUE(std::ranges::is_sorted(told));
  EXPECT_EQ(told.back(), 300'000u);
}

TEST(DeriveKey, EndsSoonAfterItIsCancelled) {
  for (const HashKind hash : {HashKind::sha1, HashKind::sha256}) {
    Cancel cancel;
    const auto key = derive_key(hash, as_bytes("p"), as_bytes("s"), 4'000'000'000, 32, &cancel,
                                [&](std::uint64_t, std::uint64_t) { cancel.request(); });
    ASSERT_FALSE(key.has_value());
    EXPECT_EQ(key.error().code, ErrorCode::cancelled);
    EXPECT_LT(key.error().found, 200'000u);
  }
}

TEST(DeriveKey, DoesNotStartIfItIsCancelled) {
  Cancel cancel;
  cancel.request();
  EXPECT_EQ(derive_key(HashKind::sha1, {}, {}, 1, 20, &cancel).error().code, ErrorCode::cancelled);
}

// RFC 4231, cases 1, 2 and 6.
TEST(Hmac, GivesTheStandardsAnswers) {
  EXPECT_EQ(hex(hmac_sha256(std::vector<std::uint8_t>(20, 0x0b), as_bytes("Hi There")).bytes()),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")).bytes()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::vector<std::uint8_t>(131, 0xaa),
                            as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))
                    .bytes()),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace exhibit::crypto
