#include "cbc_source.h"

#include <algorithm>
#include <string>
#include <vector>

#include "android_backup_builder.h"

namespace exhibit::containers {
namespace {

constexpr std::string_view kKey = "an invented key of 32 bytes, so.";
constexpr std::string_view kVector = "a first vector..";

std::string text_of(std::size_t size) {
  std::string text(size, '\0');
  for (std::size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 7 + i / 256);
  return text;
}

/// The cipher text lies behind a head of `start` bytes.
CbcSource source_of(const std::string& plain, std::size_t start) {
  const std::string file = std::string(start, 'h') + tests::aes256_cbc(kKey, kVector, plain);
  crypto::AesBlock vector;
  std::ranges::copy(kVector, vector.begin());
  return {evidence::make_source({file.begin(), file.end()}), start, plain.size(), crypto::Secret(as_bytes(kKey)),
          vector};
}

std::string read(const CbcSource& source, std::uint64_t offset, std::size_t size) {
  std::vector<std::uint8_t> out(size);
  const auto count = source.read_at(offset, out);
  return count ? std::string(as_text(Bytes(out).first(*count))) : "(" + error_text(count.error()) + ")";
}

TEST(CbcSource, ReadsFromAndToEveryPlace) {
  const std::string plain = text_of(75);
  for (const std::size_t start : {0u, 5u}) {
    const CbcSource source = source_of(plain, start);
    EXPECT_EQ(source.size(), plain.size());
    for (std::size_t offset = 0; offset < plain.size() + 3; ++offset) {
      for (std::size_t size = 0; size < plain.size() + 3; ++size)
        ASSERT_EQ(read(source, offset, size), offset < plain.size() ? plain.substr(offset, size) : "")
            << offset << ", " << size;
    }
  }
}

TEST(CbcSource, ReadsOverManyPieces) {
  const std::string plain = text_of(300'001);
  const CbcSource source = source_of(plain, 0);
  EXPECT_EQ(read(source, 0, plain.size()), plain);
  EXPECT_EQ(read(source, 65'530, 200'000), plain.substr(65'530, 200'000));
}

TEST(CbcSource, SaysThatItsFileIsShorter) {
  crypto::AesBlock vector{};
  const CbcSource source(evidence::make_source(std::vector<std::uint8_t>(32)), 0, 48, crypto::Secret(32), vector);
  std::vector<std::uint8_t> out(48);
  const auto count = source.read_at(0, out);
  ASSERT_FALSE(count.has_value());
  EXPECT_EQ(count.error().code, ErrorCode::truncated);
}

}  // namespace
}  // namespace exhibit::containers
