#include "crypto/cipher.h"

#include <algorithm>

#include "bytes_text.h"

namespace exhibit::crypto {
namespace {

// NIST SP 800-38A, F.2.6: CBC with AES-256.
constexpr char kCbcKey[] = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
constexpr char kCbcVector[] = "000102030405060708090a0b0c0d0e0f";
constexpr char kCbcText[] =
    "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda"
    "6c19078c6a9d1b";
constexpr char kCbcPlain[] =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad"
    "2b417be66c3710";

AesBlock block_of(Bytes bytes) {
  AesBlock block{};
  std::copy_n(bytes.begin(), block.size(), block.begin());
  return block;
}

TEST(Cbc, GivesTheStandardsAnswer) {
  const auto text = unhex(kCbcText);
  std::vector<std::uint8_t> plain(text.size());
  decrypt_aes256_cbc(Secret(unhex(kCbcKey)), block_of(unhex(kCbcVector)), text, plain);
  EXPECT_EQ(hex(plain), kCbcPlain);
}

TEST(Cbc, StartsInTheMiddleWithTheBlockBefore) {
  const auto text = unhex(kCbcText);
  std::vector<std::uint8_t> plain(32);
  decrypt_aes256_cbc(Secret(unhex(kCbcKey)), block_of(Bytes(text).subspan(16, 16)), Bytes(text).subspan(32), plain);
  EXPECT_EQ(hex(plain), std::string_view(kCbcPlain).substr(64));
}

TEST(Cbc, DecryptsInPlace) {
  auto text = unhex(kCbcText);
  decrypt_aes256_cbc(Secret(unhex(kCbcKey)), block_of(unhex(kCbcVector)), text, text);
  EXPECT_EQ(hex(text), kCbcPlain);
}

TEST(Cbc, OfNothingIsNothing) { decrypt_aes256_cbc(Secret(32), {}, {}, {}); }

TEST(Padding, CountsFromOneToABlock) {
  EXPECT_EQ(pkcs7_padding(unhex("aabb01")), 1u);
  EXPECT_EQ(pkcs7_padding(unhex("aa030303")), 3u);
  EXPECT_EQ(pkcs7_padding(std::vector<std::uint8_t>(16, 16)), 16u);
}

TEST(Padding, IsNoneWhereTheBytesAreOthers) {
  EXPECT_EQ(pkcs7_padding({}), 0u);
  EXPECT_EQ(pkcs7_padding(unhex("aa00")), 0u);
  EXPECT_EQ(pkcs7_padding(std::vector<std::uint8_t>(17, 17)), 0u);
  EXPECT_EQ(pkcs7_padding(unhex("020303")), 0u);
  EXPECT_EQ(pkcs7_padding(unhex("0303")), 0u) << "more than there is";
}

// RFC 3394, 4.1, 4.3 and 4.6.
TEST(KeyWrap, GivesTheStandardsAnswers) {
  const auto unwrap = [](std::string_view key, std::string_view wrapped) {
    const auto plain = unwrap_aes_key(Secret(unhex(key)), unhex(wrapped));
    return plain ? hex(plain->bytes()) : error_text(plain.error());
  };
  constexpr std::string_view kKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
  EXPECT_EQ(unwrap(kKey.substr(0, 32), "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
            "00112233445566778899aabbccddeeff");
  EXPECT_EQ(unwrap(kKey, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"), "00112233445566778899aabbccddeeff");
  EXPECT_EQ(unwrap(kKey, "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"),
            "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
}

TEST(KeyWrap, OfAnotherKeyIsLocked) {
  const auto plain = unwrap_aes_key(Secret(32), unhex("64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"));
  ASSERT_FALSE(plain.has_value());
  EXPECT_EQ(plain.error().code, ErrorCode::locked);
}

TEST(KeyWrap, RefusesWhatIsNoWrappedKey) {
  for (const std::size_t size : {0u, 8u, 16u, 25u, 39u}) {
    const auto plain = unwrap_aes_key(Secret(32), std::vector<std::uint8_t>(size));
    ASSERT_FALSE(plain.has_value()) << size;
    EXPECT_EQ(plain.error().code, ErrorCode::malformed) << size;
  }
  EXPECT_EQ(unwrap_aes_key(Secret(24), std::vector<std::uint8_t>(40)).error().code, ErrorCode::malformed);
}

// NIST's GCM specification, test case 15; the second tag and text for a nonce of 16 bytes, as WhatsApp has it, were
// worked out with another library.
constexpr char kGcmKey[] = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
constexpr char kGcmPlain[] =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba"
    "637b391aafd255";
constexpr char kGcmText[] =
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abc"
    "c9f662898015ad";
constexpr char kGcmTag[] = "b094dac5d93471bdec1a502270e3cc6c";

Result<void> decrypt_gcm(std::string_view nonce, std::string_view text, std::string_view tag,
                         std::vector<std::uint8_t>& plain) {
  const auto in = unhex(text);
  plain.assign(in.size(), 0xee);
  return decrypt_aes256_gcm(Secret(unhex(kGcmKey)), unhex(nonce), in, unhex(tag), plain);
}

TEST(Gcm, GivesTheStandardsAnswer) {
  std::vector<std::uint8_t> plain;
  EXPECT_TRUE(decrypt_gcm("cafebabefacedbaddecaf888", kGcmText, kGcmTag, plain).has_value());
  EXPECT_EQ(hex(plain), kGcmPlain);
}

TEST(Gcm, TakesANonceOfSixteenBytes) {
  std::vector<std::uint8_t> plain;
  EXPECT_TRUE(decrypt_gcm("000102030405060708090a0b0c0d0e0f",
                          "ad0bad38a94f095e991ad09739b244cc8df711ee1cefd699350da284cd0d0be39e151fb2098bedcdf7afc22978a8"
                          "a4e7468d2bbc50a4ccf1d60ac420153fd65e",
                          "ccf5f6691eff2240e5bf400062b25410", plain)
                  .has_value());
  EXPECT_EQ(hex(plain), kGcmPlain);
}

TEST(Gcm, GivesNothingOutWithoutAFittingTag) {
  for (const std::string_view tag : {"b094dac5d93471bdec1a502270e3cc6d", "00000000000000000000000000000000"}) {
    std::vector<std::uint8_t> plain;
    const auto done = decrypt_gcm("cafebabefacedbaddecaf888", kGcmText, tag, plain);
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, ErrorCode::checksum);
    EXPECT_TRUE(std::ranges::all_of(plain, [](std::uint8_t byte) { return byte == 0; }));
  }
}

TEST(Gcm, RefusesOtherSizes) {
  std::vector<std::uint8_t> plain;
  EXPECT_EQ(decrypt_gcm("", kGcmText, kGcmTag, plain).error().code, ErrorCode::malformed);
  EXPECT_EQ(decrypt_gcm(std::string(258, '0'), kGcmText, kGcmTag, plain).error().code, ErrorCode::malformed);
  EXPECT_EQ(decrypt_gcm("00", kGcmText, "b094", plain).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace exhibit::crypto
