// PBKDF2 calls HMAC millions of times on a message of one block. The EVP interface pays dispatch and copies of contexts
// for each; the plain compression function, deprecated in OpenSSL 3 and still there, does not: measured with 3.0, twice
// the speed of PKCS5_PBKDF2_HMAC with either hash. It is used in this file alone.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto/key_derivation.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace exhibit::crypto {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::uint64_t kRoundsPerLook = 4096;    // a millisecond or so, to see that somebody cancelled
constexpr std::uint64_t kRoundsPerWord = 131072;  // a few times a second, to tell how far it is

struct Sha1Rounds {
  using Context = SHA_CTX;
  static constexpr std::size_t kWords = 5;
  using Words = std::array<std::uint32_t, kWords>;

  static void init(Context& c) { SHA1_Init(&c); }
  static void update(Context& c, Bytes bytes) { SHA1_Update(&c, bytes.data(), bytes.size()); }
  static void finish(Context& c, std::uint8_t* out) { SHA1_Final(out, &c); }
  static void transform(Context& c, const std::uint8_t* block) { SHA1_Transform(&c, block); }
  static Words words(const Context& c) { return {c.h0, c.h1, c.h2, c.h3, c.h4}; }
  static void set_words(Context& c, const Words& w) {
    c.h0 = w[0];
    c.h1 = w[1];
    c.h2 = w[2];
    c.h3 = w[3];
    c.h4 = w[4];
  }
};

struct Sha256Rounds {
  using Context = SHA256_CTX;
  static constexpr std::size_t kWords = 8;
  using Words = std::array<std::uint32_t, kWords>;

  static void init(Context& c) { SHA256_Init(&c); }
  static void update(Context& c, Bytes bytes) { SHA256_Update(&c, bytes.data(), bytes.size()); }
  static void finish(Context& c, std::uint8_t* out) { SHA256_Final(out, &c); }
  static void transform(Context& c, const std::uint8_t* block) { SHA256_Transform(&c, block); }
  static Words words(const Context& c) { return std::to_array(c.h); }
  static void set_words(Context& c, const Words& w) { std::ranges::copy(w, c.h); }
};

void put_u32be(std::uint8_t* out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) out[i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
}

/// HMAC (RFC 2104) with one key. All of it is wiped at the end.
template <class Hash>
class Hmac {
 public:
  static constexpr std::size_t kSize = Hash::kWords * 4;
  using Words = typename Hash::Words;

  explicit Hmac(Bytes key) {
    std::array<std::uint8_t, kBlock> padded{};
    if (key.size() > kBlock) {
      Hash::init(work_);
      Hash::update(work_, key);
      Hash::finish(work_, padded.data());
    } else {
      std::ranges::copy(key, padded.begin());
    }
    start(inner_, padded, 0x36);
    start(outer_, padded, 0x5c);
    inner_words_ = Hash::words(inner_);
    outer_words_ = Hash::words(outer_);
    OPENSSL_cleanse(padded.data(), padded.size());
    // The message of every later round: a digest, behind the block of the key, with the padding of both.
    block_[kSize] = 0x80;
    put_u32be(&block_[kBlock - 4], (kBlock + kSize) * 8);
  }
  ~Hmac() { OPENSSL_cleanse(this, sizeof(*this)); }
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;

  /// The sum of a message of two parts; next() goes on from it.
  Words first(Bytes one, Bytes two) {
    work_ = inner_;
    Hash::update(work_, one);
    Hash::update(work_, two);
    Hash::finish(work_, block_.data());
    work_ = outer_;
    Hash::update(work_, {block_.data(), kSize});
    std::array<std::uint8_t, kSize> digest;
    Hash::finish(work_, digest.data());
    std::ranges::copy(digest, block_.begin());
    return Hash::words(work_);
  }

  /// The sum of the sum before.
  Words next() {
    compress(inner_words_);
    return compress(outer_words_);
  }

 private:
  static void start(typename Hash::Context& context, std::array<std::uint8_t, kBlock>& key, std::uint8_t pad) {
    for (std::uint8_t& byte : key) byte = static_cast<std::uint8_t>(byte ^ pad);
    Hash::init(context);
    Hash::update(context, key);
    for (std::uint8_t& byte : key) byte = static_cast<std::uint8_t>(byte ^ pad);
  }

  Words compress(const Words& from) {
    Hash::set_words(work_, from);
    Hash::transform(work_, block_.data());
    const Words words = Hash::words(work_);
    for (std::size_t i = 0; i < words.size(); ++i) put_u32be(&block_[i * 4], words[i]);
    return words;
  }

  typename Hash::Context inner_{}, outer_{}, work_{};
  Words inner_words_{}, outer_words_{};
  std::array<std::uint8_t, kBlock> block_{};
};

/// Where a derivation is, and who wants to know.
struct Watch {
  std::uint64_t total;
  const Cancel* cancel;
  const DerivationProgress& progress;
  std::uint64_t done = 0;

  bool goes_on() {
    ++done;
    if (done % kRoundsPerLook == 0 && cancel != nullptr && cancel->requested()) return false;
    if (progress && (done % kRoundsPerWord == 0 || done == total)) progress(done, total);
    return true;
  }
};

template <class Hash>
Result<Secret> pbkdf2(Bytes password, Bytes salt, std::uint64_t rounds, std::size_t size, const Cancel* cancel,
                      const DerivationProgress& progress) {
  constexpr std::size_t kSize = Hmac<Hash>::kSize;
  if (rounds == 0) return fail(ErrorCode::malformed, "a number of rounds", rounds);
  if (cancel != nullptr && cancel->requested()) return fail(ErrorCode::cancelled, "a derivation to its end");
  const std::uint64_t blocks = (std::uint64_t{size} + kSize - 1) / kSize;
  if (blocks > UINT32_MAX || rounds > UINT64_MAX / (blocks + 1))
    return fail(ErrorCode::limit, "a derivation that can end", rounds);
  Hmac<Hash> hmac(password);
  Watch watch{rounds * blocks, cancel, progress};
  Secret key(size);
  Secret sum(kSize);
  for (std::uint32_t i = 0; i < blocks; ++i) {
    std::array<std::uint8_t, 4> number;
    put_u32be(number.data(), i + 1);
    typename Hash::Words words = hmac.first(salt, number);
    for (std::uint64_t round = 1; watch.goes_on() && round < rounds; ++round) {
      const typename Hash::Words next = hmac.next();
      for (std::size_t w = 0; w < words.size(); ++w) words[w] ^= next[w];
    }
    if (watch.done < rounds * (i + 1)) return fail(ErrorCode::cancelled, "a derivation to its end", watch.done);
    for (std::size_t w = 0; w < words.size(); ++w) put_u32be(&sum.writable()[w * 4], words[w]);
    OPENSSL_cleanse(words.data(), sizeof(words));
    const std::size_t from = i * kSize;
    std::ranges::copy(sum.bytes().first(std::min(kSize, size - from)),
                      key.writable().begin() + static_cast<std::ptrdiff_t>(from));
  }
  return key;
}

}  // namespace

Result<Secret> derive_key(HashKind hash, Bytes password, Bytes salt, std::uint64_t rounds, std::size_t size,
                          const Cancel* cancel, const DerivationProgress& progress) {
  if (hash == HashKind::sha1) return pbkdf2<Sha1Rounds>(password, salt, rounds, size, cancel, progress);
  return pbkdf2<Sha256Rounds>(password, salt, rounds, size, cancel, progress);
}

Secret hmac_sha256(Bytes key, Bytes message) {
  Hmac<Sha256Rounds> hmac(key);
  const Sha256Rounds::Words words = hmac.first(message, {});
  Secret sum(Hmac<Sha256Rounds>::kSize);
  for (std::size_t i = 0; i < words.size(); ++i) put_u32be(&sum.writable()[i * 4], words[i]);
  return sum;
}

}  // namespace exhibit::crypto
