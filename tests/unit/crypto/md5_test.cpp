#include "crypto/md5.h"

#include "bytes_text.h"

namespace exhibit::crypto {
namespace {

// RFC 1321, A.5.
TEST(Md5, GivesTheStandardsAnswers) {
  EXPECT_EQ(hex(md5({})), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex(md5(as_bytes("message digest"))), "f96b697d7cb7938d525a2f31aaf161d0");
}

}  // namespace
}  // namespace exhibit::crypto
