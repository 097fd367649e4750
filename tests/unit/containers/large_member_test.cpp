#include <random>
#include <thread>

#include "opened.h"

namespace exhibit::containers {
namespace {

using evidence::SourcePtr;
using tests::ZipBuilder;

// Large enough for several checkpoints; some of it packs well, some not at all.
std::string large_content() {
  std::string text;
  for (std::uint32_t i = 0; text.size() < 5'300'000; ++i) {
    text += noise(30'000, i);
    text += std::string(90'000 + i * 7, static_cast<char>('a' + i % 26));
  }
  return text;
}

Limits all_large() {
  Limits limits;
  limits.large_member_bytes = 1000;
  return limits;
}

std::string read_at(const evidence::ByteSource& source, std::uint64_t offset, std::size_t size) {
  std::vector<std::uint8_t> out(size);
  const auto count = source.read_at(offset, out);
  if (!count) return "(" + error_text(count.error()) + ")";
  return std::string(as_text(out).substr(0, *count));
}

class LargeMember : public testing::TestWithParam<std::uint16_t> {};

TEST_P(LargeMember, IsReadAtRandom) {
  const std::string content = large_content();
  ZipBuilder zip;
  zip.add("a", content).method = GetParam();
  const auto evidence = opened(zip.build(), all_large());
  const SourcePtr source = evidence->open(1).value();
  EXPECT_EQ(source->view(), std::nullopt);
  EXPECT_EQ(source->size(), content.size());
  std::mt19937 random(3);
  for (int i = 0; i < 150; ++i) {
    const std::size_t offset = random() % (content.size() + 10);
    const std::size_t size = random() % 5000;
    const std::string expected = offset < content.size() ? content.substr(offset, size) : "";
    ASSERT_TRUE(read_at(*source, offset, size) == expected) << offset << " " << size;
  }
  EXPECT_EQ(read_at(*source, content.size() - 1, 100), content.substr(content.size() - 1));
  EXPECT_EQ(read_at(*source, UINT64_MAX, 100), "");
  EXPECT_EQ(evidence::hash(*source).value(), crypto::sha256(as_bytes(content)));
}

TEST_P(LargeMember, IsSharedByThreads) {
  const std::string content = large_content();
  ZipBuilder zip;
  zip.add("a", content).method = GetParam();
  const auto evidence = opened(zip.build(), all_large());
  const SourcePtr source = evidence->open(1).value();
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      for (int i = 0; i < 30; ++i) {
        const std::size_t offset = random() % content.size();
        if (read_at(*source, offset, 4096) != content.substr(offset, 4096)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(LargeMember, AWrongSumIsAnErrorOfWhoeverReadsItWhole) {
  ZipBuilder zip;
  auto& member = zip.add("a", large_content());
  member.method = GetParam();
  member.crc = 1;
  const auto evidence = opened(zip.build(), all_large());
  EXPECT_EQ(evidence::hash(*evidence->open(1).value()).error().code, ErrorCode::checksum);
  EXPECT_EQ(read(*evidence, 1).error().code, ErrorCode::checksum);
}

INSTANTIATE_TEST_SUITE_P(, LargeMember, testing::Values(0, 8));

TEST(InflatedMember, ALyingSizeIsAnErrorOfEveryRead) {
  for (const int lie : {-1, 1, 100'000}) {
    ZipBuilder zip;
    const std::string content = large_content();
    zip.add("a", content).unpacked_size = content.size() + static_cast<std::size_t>(lie);
    const auto evidence = opened(zip.build(), all_large());
    const SourcePtr source = evidence->open(1).value();
    std::array<std::uint8_t, 10> out{};
    const ErrorCode expected = lie < 0 ? ErrorCode::malformed : ErrorCode::truncated;
    EXPECT_EQ(source->read_at(0, out).error().code, expected) << lie;
    EXPECT_EQ(source->read_at(5, out).error().code, expected) << "and again";
  }
}

TEST(InflatedMember, ACutStreamIsTruncated) {
  const std::string content = large_content();
  ZipBuilder zip;
  auto& member = zip.add("a", content);
  member.packed = tests::deflate_raw(content);
  member.packed->resize(member.packed->size() / 2);
  const auto evidence = opened(zip.build(), all_large());
  EXPECT_EQ(read(*evidence, 1).error().code, ErrorCode::truncated);
}

// One match over and over: when the input ends, zlib still holds most of the output.
TEST(InflatedMember, OutputThatOutlivesTheInputIsReadToItsEnd) {
  const std::string content(3'000'000, 'z');
  ZipBuilder zip;
  zip.add("a", content);
  const auto evidence = opened(zip.build(), all_large());
  const SourcePtr source = evidence->open(1).value();
  std::string text;
  while (text.size() < content.size()) {
    const std::string piece = read_at(*source, text.size(), 997);
    ASSERT_EQ(piece.size(), std::min<std::size_t>(997, content.size() - text.size()));
    text += piece;
  }
  EXPECT_TRUE(text == content);
}

}  // namespace
}  // namespace exhibit::containers
