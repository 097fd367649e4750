#include "crypto/md5.h"

#include <openssl/evp.h>

#include <new>

namespace exhibit::crypto {

Md5Digest md5(Bytes bytes) {
  Md5Digest digest;
  // Asked for once in a file of megabytes, so nothing is kept.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr) != 1) throw std::bad_alloc();
  return digest;
}

}  // namespace exhibit::crypto
