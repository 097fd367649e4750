// bench: decode
// Bytes a second through the decoders of blobs. Floors: a copy of the same bytes; for inflating, zlib alone.
#include <benchmark/benchmark.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "decode/inflate.h"
#include "decode/protobuf_wire.h"
#include "decode/tree.h"
#include "decode/typedstream.h"
#include "keyed_archive.h"
#include "property_list.h"
#include "typedstream.h"

namespace exhibit {
namespace {

constexpr int kRecords = 2000;

std::string phrase(int n) { return "the pier at nine? who has the keys, number " + std::to_string(n); }

/// Networks as iOS lists them: dictionaries of texts, numbers, dates and flags.
const std::string& plist() {
  static const std::string file = [] {
    std::string xml = "<plist version=\"1.0\"><array>";
    for (int i = 0; i < kRecords; ++i)
      xml += "<dict><key>SSID</key><string>Harbour " + std::to_string(i) + "</string><key>lastJoined</key>" +
             "<date>2023-05-01T12:34:56Z</date><key>CHANNEL</key><integer>" + std::to_string(i % 160) +
             "</integer><key>hidden</key><false/><key>note</key><string>" + phrase(i) + "</string></dict>";
    return fixtures::binary_plist(xml + "</array></plist>");
  }();
  return file;
}

const std::string& archive() {
  static const std::string file = [] {
    std::string json = "[";
    for (int i = 0; i < kRecords; ++i)
      json += std::string(i == 0 ? "" : ",") + "{\"title\":\"" + phrase(i) + "\",\"count\":" + std::to_string(i) +
              ",\"at\":{\"$class\":\"NSDate\",\"NS.time\":704624400}}";
    return fixtures::keyed_archive(json + "]");
  }();
  return file;
}

/// The body of one message of usual length.
const std::string& body() {
  static const std::string file = fixtures::typedstream(phrase(7) + ", or after the rain has stopped?");
  return file;
}

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void put_bytes(std::string& out, char field, const std::string& content) {
  out.push_back(static_cast<char>(field << 3 | 2));
  put_varint(out, content.size());
  out += content;
}

/// A list of messages, each with a text, a number and a message within.
const std::string& protobuf() {
  static const std::string file = [] {
    std::string out;
    for (int i = 0; i < kRecords; ++i) {
      std::string inner, record;
      put_bytes(inner, 1, "+447700900123");
      put_bytes(record, 1, phrase(i));
      record.push_back(2 << 3);
      put_varint(record, static_cast<std::uint64_t>(i) * 1'000'003);
      put_bytes(record, 3, inner);
      put_bytes(out, 1, record);
    }
    return out;
  }();
  return file;
}

const std::string& plain_text() {
  static const std::string text = [] {
    std::string made;
    for (int i = 0; i < kRecords * 10; ++i) made += phrase(i * 7919 % 100'003);
    return made;
  }();
  return text;
}

const std::string& compressed() {
  static const std::string file = [] {
    uLongf size = compressBound(plain_text().size());
    std::string out(size, '\0');
    compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(plain_text().data()),
             plain_text().size());
    out.resize(size);
    return out;
  }();
  return file;
}

/// `decode` tells whether it succeeded; `size` is what the rate counts.
template <class Decode>
void measure(benchmark::State& state, std::size_t size, Decode decode) {
  for (auto _ : state)
    if (!decode()) return state.SkipWithError("not decoded");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

void copy(benchmark::State& state, const std::string& bytes) {
  std::string to(bytes.size(), '\0');
  measure(state, bytes.size(), [&] {
    std::copy(bytes.begin(), bytes.end(), to.begin());
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
    return true;
  });
}

void binary_plist(benchmark::State& state) {
  measure(state, plist().size(), [] { return decode::read_plist(as_bytes(plist()), {}).has_value(); });
}
void keyed_archive(benchmark::State& state) {
  measure(state, archive().size(), [] { return decode::read_keyed_archive(as_bytes(archive()), {}).has_value(); });
}
void typedstream(benchmark::State& state) {
  measure(state, body().size(), [] { return decode::read_typedstream(as_bytes(body()), {}).has_value(); });
}

void protobuf_three_levels(benchmark::State& state) {
  measure(state, protobuf().size(), [] {
    const auto found = decode::find_fields(as_bytes(protobuf()), "1.3.1", {});
    return !found.damage && found.fields.size() == kRecords;
  });
}

void inflate(benchmark::State& state) {
  measure(state, plain_text().size(), [] {
    const auto bytes = decode::inflate_value(as_bytes(compressed()), 1 << 30);
    return bytes && bytes->size() == plain_text().size();
  });
}

void floor_copy_plist(benchmark::State& state) { copy(state, plist()); }
void floor_copy_keyed_archive(benchmark::State& state) { copy(state, archive()); }
void floor_copy_typedstream(benchmark::State& state) { copy(state, body()); }
void floor_copy_protobuf(benchmark::State& state) { copy(state, protobuf()); }

void floor_zlib(benchmark::State& state) {
  std::string to(plain_text().size(), '\0');
  measure(state, to.size(), [&] {
    uLongf size = to.size();
    return uncompress(reinterpret_cast<Bytef*>(to.data()), &size, reinterpret_cast<const Bytef*>(compressed().data()),
                      compressed().size()) == Z_OK;
  });
}

BENCHMARK(binary_plist);
BENCHMARK(floor_copy_plist);
BENCHMARK(keyed_archive);
BENCHMARK(floor_copy_keyed_archive);
BENCHMARK(typedstream);
BENCHMARK(floor_copy_typedstream);
BENCHMARK(protobuf_three_levels);
BENCHMARK(floor_copy_protobuf);
BENCHMARK(inflate);
BENCHMARK(floor_zlib);

}  // namespace
}  // namespace exhibit

BENCHMARK_MAIN();
