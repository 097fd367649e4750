#include "hashed_file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <exhibit/exhibit.hpp>

namespace exhibit::cli {

namespace {

void need(int done) {
  if (done != 1) throw Error(EXHIBIT_E_INTERNAL, "SHA-256 does not work here");
}

}  // namespace

void HashedFile::FreeContext::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

HashedFile::HashedFile(Descriptor descriptor) : descriptor_(std::move(descriptor)), hash_(EVP_MD_CTX_new()) {
  need(hash_ == nullptr ? 0 : EVP_DigestInit_ex(hash_.get(), EVP_sha256(), nullptr));
}

bool HashedFile::write(const char* bytes, std::size_t size) {
  need(EVP_DigestUpdate(hash_.get(), bytes, size));
  while (size != 0) {
    const ssize_t written = ::write(descriptor_.get(), bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

void HashedFile::set_modified(std::int64_t us) {
  constexpr std::int64_t kSecond = 1'000'000;
  const std::int64_t part = (us % kSecond + kSecond) % kSecond;
  const std::array<timespec, 2> times{timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
                                      timespec{.tv_sec = (us - part) / kSecond, .tv_nsec = part * 1000}};
  // A file system that cannot hold it leaves its own: the list has the evidence's.
  static_cast<void>(futimens(descriptor_.get(), times.data()));
}

bool HashedFile::close() { return ::close(descriptor_.release()) == 0; }

std::string HashedFile::sha256() {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  need(EVP_DigestFinal_ex(hash_.get(), digest.data(), &size));
  std::string digits;
  for (unsigned i = 0; i < size; ++i) {
    digits += kDigits[digest[i] >> 4];
    digits += kDigits[digest[i] & 0xf];
  }
  return digits;
}

}  // namespace exhibit::cli
