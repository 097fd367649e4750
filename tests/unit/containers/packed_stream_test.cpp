#include "packed_stream.h"

#include <atomic>
#include <functional>
#include <random>
#include <thread>

#include "crypto/sha256.h"
#include "evidence/evidence.h"
#include "opened.h"
#include "packed_bytes.h"

namespace exhibit::containers {
namespace {

using evidence::make_source;
using StreamPtr = std::shared_ptr<const PackedStream>;

struct Kind {
  const char* name;
  Packing packing;
  std::function<std::string(const std::string&)> pack;
};

std::string zstandard_frames(const std::string& content) {
  std::string packed;
  for (std::size_t at = 0; at < content.size(); at += 1 << 20)  // a multiple of every block that a reader may take
    packed += tests::pack_zstandard(content.substr(at, 1 << 20), at % (2 << 20) == 0);
  return packed;
}

const Kind kKinds[] = {
    {"gzip", Packing::gzip, [](const std::string& content) { return tests::pack_gzip(content); }},
    {"zlib", Packing::zlib, [](const std::string& content) { return tests::pack_zlib(content); }},
    {"zstandard", Packing::zstandard, [](const std::string& content) { return tests::pack_zstandard(content); }},
    {"frames", Packing::zstandard, zstandard_frames},
    {"xz", Packing::xz, [](const std::string& content) { return tests::pack_xz(content); }},
    {"blocks", Packing::xz, [](const std::string& content) { return tests::pack_xz(content, 300'000); }},
    {"bzip2", Packing::bzip2, [](const std::string& content) { return tests::pack_bzip2(content); }},
};

Result<StreamPtr> try_open(const std::string& packed, Packing packing, const Limits& limits = {}) {
  return open_packed_stream(make_source({packed.begin(), packed.end()}), packing, limits);
}

StreamPtr open_stream(const std::string& packed, Packing packing, const Limits& limits = {}) {
  auto stream = try_open(packed, packing, limits);
  if (stream) return *std::move(stream);
  ADD_FAILURE() << error_text(stream.error());
  return try_open(tests::pack_gzip(""), Packing::gzip).value();
}

std::string read_at(const evidence::ByteSource& source, std::uint64_t offset, std::size_t size) {
  std::vector<std::uint8_t> out(size);
  const auto count = source.read_at(offset, out);
  if (!count) return "(" + error_text(count.error()) + ")";
  return std::string(as_text(out).substr(0, *count));
}

/// Read forward as a listing does: never asking for the size.
std::string read_forward(const evidence::ByteSource& source, std::size_t piece = 100'000) {
  std::string text;
  for (;;) {
    const std::string more = read_at(source, text.size(), piece);
    text += more;
    if (more.size() < piece) return text;
  }
}

// Some of it packs well, some not at all.
std::string mixed_content(std::size_t size = 5'300'000) {
  std::string text;
  for (std::uint32_t i = 0; text.size() < size; ++i) {
    text += noise(30'000, i);
    text += std::string(90'000 + i * 7, static_cast<char>('a' + i % 26));
  }
  text.resize(size);
  return text;
}

class PackedStreams : public testing::TestWithParam<Kind> {};

TEST_P(PackedStreams, AreReadForwardThenAtRandom) {
  const std::string content = mixed_content();
  const StreamPtr stream = open_stream(GetParam().pack(content), GetParam().packing);
  EXPECT_TRUE(read_forward(*stream) == content);
  std::mt19937 random(3);
  for (int i = 0; i < 60; ++i) {
    const std::size_t offset = random() % (content.size() + 10);
    const std::size_t size = random() % 5000;
    const std::string expected = offset < content.size() ? content.substr(offset, size) : "";
    ASSERT_TRUE(read_at(*stream, offset, size) == expected) << offset << " " << size;
  }
  EXPECT_EQ(stream->size(), content.size());
  const StreamEnd end = stream->end().value();
  EXPECT_FALSE(end.is_cut || end.checksum_failed || end.damage);
  EXPECT_EQ(end.trailing_bytes, 0u);
}

TEST_P(PackedStreams, AreReadAtRandomFromTheStart) {
  const std::string content = mixed_content();
  const StreamPtr stream = open_stream(GetParam().pack(content), GetParam().packing);
  std::mt19937 random(4);
  for (int i = 0; i < 40; ++i) {
    const std::size_t offset = random() % content.size();
    const std::size_t size = random() % 300'000;
    ASSERT_TRUE(read_at(*stream, offset, size) == content.substr(offset, size)) << offset << " " << size;
  }
  EXPECT_EQ(read_at(*stream, UINT64_MAX, 100), "");
  EXPECT_EQ(read_at(*stream, content.size(), 100), "");
  EXPECT_EQ(evidence::hash(*stream).value(), crypto::sha256(as_bytes(content)));
}

TEST_P(PackedStreams, AreSharedByThreads) {
  const std::string content = mixed_content(3'000'000);
  const StreamPtr stream = open_stream(GetParam().pack(content), GetParam().packing);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    threads.emplace_back([&, seed] {
      std::mt19937 random(seed);
      for (int i = 0; i < 15; ++i) {
        const std::size_t offset = random() % content.size();
        if (read_at(*stream, offset, 4096) != content.substr(offset, 4096)) ++wrong;
      }
      if (stream->size() != content.size()) ++wrong;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(PackedStreams, ACutAnywhereKeepsWhatCameOut) {
  const std::string content = mixed_content(900'000);
  const std::string packed = GetParam().pack(content);
  for (std::size_t percent = 1; percent < 100; ++percent) {
    const StreamPtr stream = open_stream(packed.substr(0, packed.size() * percent / 100), GetParam().packing);
    const std::string text = read_forward(*stream);
    ASSERT_TRUE(content.starts_with(text)) << percent;
    ASSERT_TRUE(stream->end().value().is_cut) << percent;
    ASSERT_EQ(stream->size(), text.size()) << percent;
    ASSERT_TRUE(read_at(*stream, text.size() / 2, 1000) == text.substr(text.size() / 2, 1000)) << percent;
    if (percent == 90) {
      EXPECT_GT(text.size(), content.size() / 2);
    }
  }
  for (std::size_t cut = 1; cut <= 12 && GetParam().name != std::string("frames"); ++cut) {
    const StreamPtr stream = open_stream(packed.substr(0, packed.size() - cut), GetParam().packing);
    EXPECT_TRUE(stream->end().value().is_cut) << cut;
  }
}

TEST_P(PackedStreams, AFlippedByteIsNeverSilent) {
  const std::string content = mixed_content(200'000);
  const std::string sound = GetParam().pack(content);
  std::mt19937 random(5);
  for (int i = 0; i < 100; ++i) {
    std::string packed = sound;
    packed[random() % packed.size()] ^= static_cast<char>(1 + random() % 255);
    const auto stream = try_open(packed, GetParam().packing);
    if (!stream) continue;
    const auto end = (*stream)->end();
    ASSERT_TRUE(end.has_value());
    const bool told = end->is_cut || end->checksum_failed || end->damage || end->trailing_bytes != 0;
    ASSERT_TRUE(told || read_forward(**stream) == content) << i;  // some bytes mean nothing: a time, a system
    if (end->damage) {
      std::uint8_t byte = 0;
      EXPECT_EQ((*stream)->read_at((*stream)->size(), {&byte, 1}).error().code, end->damage->code);
    }
  }
}

TEST_P(PackedStreams, WhatFollowsIsCounted) {
  const StreamPtr stream = open_stream(GetParam().pack("content") + std::string(70'000, 't'), GetParam().packing);
  EXPECT_EQ(read_forward(*stream), "content");
  const StreamEnd end = stream->end().value();
  EXPECT_EQ(end.trailing_bytes, 70'000u);
  EXPECT_FALSE(end.is_cut || end.damage);
}

TEST_P(PackedStreams, AnEmptyOneIsSound) {
  if (GetParam().name == std::string("frames")) return;
  const StreamPtr stream = open_stream(GetParam().pack(""), GetParam().packing);
  EXPECT_EQ(stream->size(), 0u);
  EXPECT_EQ(read_at(*stream, 0, 10), "");
  EXPECT_FALSE(stream->end().value().is_cut);
}

TEST_P(PackedStreams, OthersAreRefused) {
  EXPECT_EQ(try_open("no packed stream at all", GetParam().packing).error().code, ErrorCode::malformed);
}

INSTANTIATE_TEST_SUITE_P(, PackedStreams, testing::ValuesIn(kKinds),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(PackedStream, MembersBehindEachOtherAreOneStream) {
  const std::string a = mixed_content(700'000), b = "b", c = mixed_content(300'000);
  for (const Kind& kind : kKinds) {
    if (kind.packing == Packing::zlib) continue;
    const StreamPtr stream = open_stream(kind.pack(a) + kind.pack(b) + kind.pack(c), kind.packing);
    EXPECT_TRUE(read_forward(*stream) == a + b + c) << kind.name;
    EXPECT_TRUE(read_at(*stream, a.size() - 10, 100) == (a + b + c).substr(a.size() - 10, 100)) << kind.name;
    EXPECT_EQ(stream->end().value().trailing_bytes, 0u) << kind.name;
  }
}

TEST(PackedStream, ZerosBetweenXzStreamsAreNoContent) {
  const std::string zeros(8, '\0');
  const StreamPtr stream = open_stream(tests::pack_xz("one") + zeros + tests::pack_xz("two") + zeros, Packing::xz);
  EXPECT_EQ(read_forward(*stream), "onetwo");
  EXPECT_EQ(stream->end().value().trailing_bytes, 0u);
}

TEST(PackedStream, FramesToBeSkippedAreSkipped) {
  const std::string skipped("\x50\x2a\x4d\x18\4\0\0\0four", 12);
  const std::string packed = skipped + tests::pack_zstandard("one") + skipped + tests::pack_zstandard("two");
  EXPECT_EQ(packing_of(as_bytes(packed)), Packing::zstandard);
  EXPECT_EQ(read_forward(*open_stream(packed, Packing::zstandard)), "onetwo");

  std::string large("\x50\x2a\x4d\x18", 4);
  tests::put_number(large, 3'000'000, 4);
  large += noise(3'000'000);
  EXPECT_EQ(read_forward(*open_stream(large + packed, Packing::zstandard)), "onetwo");
  const StreamPtr cut = open_stream(packed + std::string("\x50\x2a\x4d\x18\xff\xff\xff\xffx", 9), Packing::zstandard);
  EXPECT_EQ(read_forward(*cut), "onetwo");
  EXPECT_TRUE(cut->end().value().is_cut);
}

TEST(PackedStream, AGzipHeadMayHoldANameAndMore) {
  std::string packed = tests::pack_gzip("content");
  std::string head("\x1f\x8b\x08\x1e\0\0\0\0\0\3", 10);  // extra field, name, comment, sum
  head += std::string("\3\0ext", 5) + std::string("name\0", 5) + std::string("comment\0", 8);
  const std::uint32_t sum = tests::crc_of(head);
  head += static_cast<char>(sum);
  head += static_cast<char>(sum >> 8);
  packed.replace(0, 10, head);
  const StreamPtr stream = open_stream(packed, Packing::gzip);
  EXPECT_EQ(read_forward(*stream), "content");
  EXPECT_FALSE(stream->end().value().checksum_failed);
  packed[12] = 'X';
  EXPECT_TRUE(open_stream(packed, Packing::gzip)->end().value().checksum_failed);
}

TEST(PackedStream, AWrongSumIsToldAndCostsNothing) {
  const auto wrong = [](std::string packed, std::size_t from_end) {
    packed[packed.size() - from_end] ^= 1;
    return packed;
  };
  const std::string more = mixed_content(200'000);
  const struct {
    std::string packed;
    Packing packing;
  } cases[] = {
      {wrong(tests::pack_gzip("sound"), 8) + tests::pack_gzip(more), Packing::gzip},  // CRC-32
      {wrong(tests::pack_gzip("sound"), 1) + tests::pack_gzip(more), Packing::gzip},  // size
      {wrong(tests::pack_zstandard("sound"), 1) + tests::pack_zstandard(more), Packing::zstandard},
      {wrong(tests::pack_xz("sound"), 13) + tests::pack_xz(more), Packing::xz},  // of the index
  };
  for (const auto& [packed, packing] : cases) {
    const StreamPtr stream = open_stream(packed, packing);
    EXPECT_TRUE(read_forward(*stream) == "sound" + more) << packing_suffix(packing);
    const StreamEnd end = stream->end().value();
    EXPECT_TRUE(end.checksum_failed) << packing_suffix(packing);
    EXPECT_FALSE(end.damage || end.is_cut) << packing_suffix(packing);
  }
  const StreamPtr zlib = open_stream(wrong(tests::pack_zlib(more), 1), Packing::zlib);
  EXPECT_TRUE(read_forward(*zlib) == more);
  EXPECT_TRUE(zlib->end().value().checksum_failed);
}

TEST(PackedStream, ABlockOfBzip2WithAWrongSumIsReadable) {
  std::string packed = tests::pack_bzip2("sound");
  packed[10] ^= 1;  // the first byte of the block's sum
  const StreamPtr stream = open_stream(packed, Packing::bzip2);
  EXPECT_EQ(read_forward(*stream), "sound");
  EXPECT_TRUE(stream->end().value().checksum_failed);
}

TEST(PackedStream, ABombIsStoppedByTheRatio) {
  Limits limits;
  limits.member_ratio = 500;
  limits.member_ratio_from = 1 << 20;
  const std::string zeros(20 << 20, '\0');
  for (const Kind& kind : kKinds) {
    if (kind.name == std::string("frames") || kind.name == std::string("blocks")) continue;
    const StreamPtr stream = open_stream(kind.pack(zeros), kind.packing, limits);
    const StreamEnd end = stream->end().value();
    ASSERT_TRUE(end.damage) << kind.name;
    EXPECT_EQ(end.damage->code, ErrorCode::limit) << kind.name;
    EXPECT_LT(stream->size(), zeros.size()) << kind.name;
    EXPECT_GE(stream->size(), limits.member_ratio_from) << kind.name;
    std::uint8_t byte = 0;
    EXPECT_EQ(stream->read_at(zeros.size() - 1, {&byte, 1}).error().code, ErrorCode::limit) << kind.name;
  }
}

TEST(PackedStream, AWindowThatIsTooLargeIsALimit) {
  // Magic, a head without content size and single segment, and a window of 2^31.
  const std::string frame("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9);
  EXPECT_EQ(open_stream(frame, Packing::zstandard)->end().value().damage->code, ErrorCode::limit);
}

TEST(PackedStream, IsKnownByItsFirstBytes) {
  for (const Kind& kind : kKinds) {
    const std::string packed = kind.pack("content");
    if (kind.packing == Packing::zlib) {
      EXPECT_EQ(packing_of(as_bytes(packed)), std::nullopt);
    } else {
      EXPECT_EQ(packing_of(as_bytes(packed)), kind.packing) << kind.name;
    }
  }
  EXPECT_EQ(packing_of(as_bytes(tests::pack_bzip2(""))), Packing::bzip2);
  EXPECT_EQ(packing_of(as_bytes("BZhello, world")), std::nullopt);
  const std::string skippable("\x50\x2a\x4d\x18\4\0\0\0xxxx\x28\xb5\x2f\xfd", 16);
  for (std::size_t size = 0; size < 16; ++size)
    EXPECT_EQ(packing_of(as_bytes(skippable.substr(0, size))), std::nullopt) << size;
  EXPECT_EQ(packing_of(as_bytes(skippable)), Packing::zstandard);
  EXPECT_EQ(packing_of({}), std::nullopt);
}

// A source that fails from a position on until it is mended.
class FailingSource final : public evidence::ByteSource {
 public:
  FailingSource(std::string bytes, std::uint64_t from) : bytes_(std::move(bytes)), from_(from) {}
  std::uint64_t size() const override { return bytes_.size(); }
  Result<std::size_t> read_at(std::uint64_t offset, std::span<std::uint8_t> out) const override {
    if (offset + out.size() > from_) return fail(ErrorCode::io, "a readable file", 5, {0, from_});
    return std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin()) - out.begin();
  }

 private:
  std::string bytes_;
  std::uint64_t from_;
};

TEST(PackedStream, WhatCannotBeReadIsNoEnd) {
  const std::string content = noise(2'000'000);
  for (const Kind& kind : kKinds) {
    const auto source = std::make_shared<FailingSource>(kind.pack(content), 1'000'000);
    const auto stream = open_packed_stream(source, kind.packing, {}).value();
    EXPECT_EQ(read_at(*stream, 1000, 100), content.substr(1000, 100)) << kind.name;
    EXPECT_EQ(stream->end().error().code, ErrorCode::io) << kind.name;
    std::uint8_t byte = 0;
    EXPECT_EQ(stream->read_at(1'900'000, {&byte, 1}).error().code, ErrorCode::io) << kind.name;
    EXPECT_EQ(read_at(*stream, 2000, 100), content.substr(2000, 100)) << kind.name;
  }
}

}  // namespace
}  // namespace exhibit::containers
