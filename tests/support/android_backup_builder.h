// Makes Android backups (.ab) of a tar's bytes: versions 1 to 5, packed or not, encrypted or not, and the damaged
// shapes a test needs. Packs with zlib and encrypts with OpenSSL's own functions, so that what a test expects does not
// come from the code under test: whoever uses it links both (ZLIB::ZLIB, OpenSSL::Crypto).
//
//   const std::string plain = AndroidBackupBuilder{.version = 5}.build(tar.build());
//   const std::string locked = AndroidBackupBuilder{.password = "Passw0rd-dev"}.build(tar.build());
#pragma once

#include <openssl/evp.h>
#include <zlib.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace exhibit::tests {

/// How the phone makes bytes of Java's chars before PBKDF2.
enum class JavaChars : std::uint8_t { utf8, low_bytes };

inline std::string zlib_packed(std::string_view content, int level = 6) {
  uLongf size = compressBound(static_cast<uLong>(content.size()));
  std::string packed(size, '\0');
  if (compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(content.data()),
                static_cast<uLong>(content.size()), level) != Z_OK)
    throw std::runtime_error("zlib");
  packed.resize(size);
  return packed;
}

/// AES-256-CBC with the padding of PKCS#7.
inline std::string aes256_cbc(std::string_view key, std::string_view vector, std::string_view plain) {
  const auto bytes = [](std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  std::string sealed(plain.size() + 16, '\0');
  auto* const out = reinterpret_cast<unsigned char*>(sealed.data());
  int first = 0, last = 0;
  EVP_CIPHER_CTX* const context = EVP_CIPHER_CTX_new();
  const bool done = EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), nullptr, bytes(key), bytes(vector)) == 1 &&
                    EVP_EncryptUpdate(context, out, &first, bytes(plain), static_cast<int>(plain.size())) == 1 &&
                    EVP_EncryptFinal_ex(context, out + first, &last) == 1;
  EVP_CIPHER_CTX_free(context);
  if (!done) throw std::runtime_error("AES");
  sealed.resize(static_cast<std::size_t>(first + last));
  return sealed;
}

inline std::string pbkdf2_sha1(std::string_view password, std::string_view salt, int rounds) {
  std::string key(32, '\0');
  if (PKCS5_PBKDF2_HMAC_SHA1(password.data(), static_cast<int>(password.size()),
                             reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()), rounds,
                             static_cast<int>(key.size()), reinterpret_cast<unsigned char*>(key.data())) != 1)
    throw std::runtime_error("PBKDF2");
  return key;
}

inline std::string upper_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string text;
  for (const char c : bytes) {
    text += kDigits[static_cast<unsigned char>(c) >> 4];
    text += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

struct AndroidBackupBuilder {
  int version = 5;
  bool compressed = true;
  std::optional<std::string> password;  ///< as the bytes that PBKDF2 gets
  int rounds = 10;                      ///< a phone has 10,000
  JavaChars checksum_chars = JavaChars::utf8;
  std::string master_key = "\x80\xff master key of an invented one";  ///< 32 bytes
  std::string trailing;                                               ///< behind the packed tar, inside the cipher

  std::string head() const {
    std::string text = "ANDROID BACKUP\n" + std::to_string(version) + "\n" + (compressed ? "1" : "0") + "\n";
    if (!password) return text + "none\n";
    text += "AES-256\n" + upper_hex(kUserSalt) + "\n" + upper_hex(kChecksumSalt) + "\n" + std::to_string(rounds) + "\n";
    return text + upper_hex(kUserVector) + "\n" + upper_hex(locked_master_key()) + "\n";
  }

  std::string build(std::string_view tar) const {
    const std::string packed = (compressed ? zlib_packed(tar) : std::string(tar)) + trailing;
    return head() + (password ? aes256_cbc(master_key, kMasterVector, packed) : packed);
  }

 private:
  static constexpr std::string_view kUserSalt = "the salt of the user, which phones make of sixty-four bytes, so.";
  static constexpr std::string_view kChecksumSalt = "another salt for the checksum, of which the length is the same..";
  static constexpr std::string_view kUserVector = "vector of a user";
  static constexpr std::string_view kMasterVector = "vector of a tar.";

  std::string locked_master_key() const {
    std::string checked;
    for (const char c : master_key) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x80 || checksum_chars == JavaChars::low_bytes) {
        checked += c;
      } else {
        checked += '\xef';
        checked += static_cast<char>(byte < 0xc0 ? 0xbe : 0xbf);
        checked += static_cast<char>(0x80 + byte % 0x40);
      }
    }
    const std::string plain = '\x10' + std::string(kMasterVector) + '\x20' + master_key + '\x20' +
                              pbkdf2_sha1(checked, kChecksumSalt, rounds);
    return aes256_cbc(pbkdf2_sha1(*password, kUserSalt, rounds), kUserVector, plain);
  }
};

}  // namespace exhibit::tests
