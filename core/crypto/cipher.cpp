#include "crypto/cipher.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <new>

namespace exhibit::crypto {
namespace {

// OpenSSL counts in int.
constexpr std::size_t kLargestStep = 1u << 30;

// Fetched once: a page of a database is 4 KiB, and a look-up under locks would cost as much as its decryption. Kept
// until the process ends, since OpenSSL takes itself down at exit, in no order that we know.
const EVP_CIPHER* fetched(const char* name) {
  const EVP_CIPHER* found = EVP_CIPHER_fetch(nullptr, name, nullptr);
  if (found == nullptr) throw std::bad_alloc();
  return found;
}

// OpenSSL refuses these only where it cannot allocate. Bytes that might be wrong must not be taken for a plain text.
void require(bool done) {
  if (!done) throw std::bad_alloc();
}

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* freed) const { EVP_CIPHER_CTX_free(freed); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

Context new_context() {
  Context context(EVP_CIPHER_CTX_new());
  require(context != nullptr);
  return context;
}

void decrypt_all(EVP_CIPHER_CTX* context, Bytes in, std::span<std::uint8_t> out) {
  for (std::size_t done = 0; done < in.size();) {
    const std::size_t step = std::min(in.size() - done, kLargestStep);
    int made = 0;
    require(EVP_DecryptUpdate(context, out.data() + done, &made, in.data() + done, static_cast<int>(step)) == 1 &&
            static_cast<std::size_t>(made) == step);
    done += step;
  }
}

}  // namespace

void decrypt_aes256_cbc(const Secret& key, const AesBlock& vector, Bytes in, std::span<std::uint8_t> out) {
  assert(key.size() == 32 && in.size() % kAesBlock == 0 && out.size() >= in.size());
  static const EVP_CIPHER* const algorithm = fetched("AES-256-CBC");
  const Context context = new_context();
  require(key.size() == 32 &&
          EVP_DecryptInit_ex(context.get(), algorithm, nullptr, key.bytes().data(), vector.data()) == 1 &&
          EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1);
  decrypt_all(context.get(), in, out);
}

std::size_t pkcs7_padding(Bytes plain) {
  if (plain.empty()) return 0;
  const std::size_t count = plain.back();
  if (count == 0 || count > kAesBlock || count > plain.size()) return 0;
  const bool holds = std::ranges::all_of(plain.last(count), [count](std::uint8_t byte) { return byte == count; });
  return holds ? count : 0;
}

Result<Secret> unwrap_aes_key(const Secret& key, Bytes wrapped) {
  constexpr std::size_t kPart = 8;  // RFC 3394 works on halves of a block: the integrity value and at least two more
  if (key.size() != 16 && key.size() != 32) return fail(ErrorCode::malformed, "a key of 16 or 32 bytes", key.size());
  if (wrapped.size() % kPart != 0 || wrapped.size() < 3 * kPart || wrapped.size() > kLargestStep)
    return fail(ErrorCode::malformed, "a wrapped key of whole blocks", wrapped.size());
  static const EVP_CIPHER* const small = fetched("AES-128-WRAP");
  static const EVP_CIPHER* const large = fetched("AES-256-WRAP");
  const Context context = new_context();
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  require(EVP_DecryptInit_ex(context.get(), key.size() == 16 ? small : large, nullptr, key.bytes().data(), nullptr) ==
          1);
  Secret plain(wrapped.size() - kPart);
  int made = 0;
  if (EVP_DecryptUpdate(context.get(), plain.writable().data(), &made, wrapped.data(),
                        static_cast<int>(wrapped.size())) != 1 ||
      static_cast<std::size_t>(made) != plain.size())
    return fail(ErrorCode::locked, "the integrity value of a wrapped key");
  return plain;
}

Result<void> decrypt_aes256_gcm(const Secret& key, Bytes nonce, Bytes in, Bytes tag, std::span<std::uint8_t> out) {
  constexpr std::size_t kLongestNonce = 128;  // OpenSSL's own limit
  if (key.size() != 32) return fail(ErrorCode::malformed, "a key of 32 bytes", key.size());
  if (nonce.empty() || nonce.size() > kLongestNonce) return fail(ErrorCode::malformed, "a nonce", nonce.size());
  if (tag.size() != kAesBlock) return fail(ErrorCode::malformed, "a tag of 16 bytes", tag.size());
  if (out.size() < in.size()) return fail(ErrorCode::malformed, "room for the plain text", out.size());
  static const EVP_CIPHER* const algorithm = fetched("AES-256-GCM");
  const Context context = new_context();
  require(EVP_DecryptInit_ex(context.get(), algorithm, nullptr, nullptr, nullptr) == 1 &&
          EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_IVLEN, static_cast<int>(nonce.size()), nullptr) == 1 &&
          EVP_DecryptInit_ex(context.get(), nullptr, nullptr, key.bytes().data(), nonce.data()) == 1);
  decrypt_all(context.get(), in, out);
  AesBlock expected;
  std::ranges::copy(tag, expected.begin());
  int made = 0;
  std::uint8_t nothing = 0;
  require(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kAesBlock), expected.data()) == 1);
  if (EVP_DecryptFinal_ex(context.get(), &nothing, &made) == 1) return {};
  std::ranges::fill(out, std::uint8_t{0});  // what is not authentic is not given out
  return fail(ErrorCode::checksum, "the tag of an authentic text");
}

}  // namespace exhibit::crypto
