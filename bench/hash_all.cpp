// bench: engine
// The sums of all members of a ZIP, as an examination with hash_all makes them: 3,000 members, three of four deflated,
// 100 MB in all. Goals: one worker 1.5 times the floor, two workers 1.6 times as fast as one. Floor: the same bytes
// read, inflated with libdeflate and hashed with OpenSSL, one member behind the other; and in two processes, which
// share nothing: they tell what a second worker can gain on this machine, with all else that it does meanwhile.
//
//   bench_hash_all [workers]     alone, for a profiler
#include <fcntl.h>
#include <libdeflate.h>
#include <openssl/evp.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "containers/open.h"
#include "engine/run.h"
#include "measure.h"
#include "model/wire_reader.h"
#include "temporary_folder.h"
#include "zip_stream.h"

namespace exhibit::bench {
namespace {

constexpr int kRuns = 15;
constexpr std::uint32_t kMembers = 3000;

class Phone {
 public:
  Phone() : path_((folder_.path() / "phone.zip").string()) {
    ZipStream zip(path_);
    for (std::uint32_t n = 0; n < kMembers; ++n) {
      // Odd: sizes that a database can have would be looked at for one.
      const std::size_t size = (n % 40 == 0 ? 600'000 : 1000) + n * 7919 % 38'000 / 2 * 2 + 1;
      const std::string text = invented_text(size, n);
      const bool is_stored = n % 4 == 0;
      const std::string packed = is_stored ? text : tests::deflate_raw(text);
      places_.push_back(zip.begin("private/var/mobile/Media/" + std::to_string(n % 97) + "/" + std::to_string(n),
                                  {.packed = packed.size(),
                                   .unpacked = text.size(),
                                   .method = static_cast<std::uint16_t>(is_stored ? 0 : 8),
                                   .crc = tests::crc_of(text)}));
      zip.put(packed);
      bytes_ += text.size();
    }
    if (!zip.end()) stop("no archive");
  }

  const std::string& path() const { return path_; }
  const std::vector<ZipPlace>& places() const { return places_; }
  std::uint64_t bytes() const { return bytes_; }

 private:
  tests::TemporaryFolder folder_;
  std::string path_;
  std::vector<ZipPlace> places_;
  std::uint64_t bytes_ = 0;
};

/// Every member whose number has this remainder.
void hash_alone(const Phone& phone, std::size_t remainder, std::size_t divisor) {
  const int file = ::open(phone.path().c_str(), O_RDONLY | O_CLOEXEC);
  libdeflate_decompressor* inflate = libdeflate_alloc_decompressor();
  std::vector<std::uint8_t> packed, unpacked;
  std::array<std::uint8_t, 32> digest{};
  for (std::size_t n = remainder; n < phone.places().size(); n += divisor) {
    const ZipPlace& place = phone.places()[n];
    packed.resize(place.packed);
    if (pread(file, packed.data(), packed.size(), static_cast<off_t>(place.start)) !=
        static_cast<ssize_t>(packed.size()))
      stop("not read");
    unpacked.resize(place.unpacked);
    if (place.method != 0 && libdeflate_deflate_decompress(inflate, packed.data(), packed.size(), unpacked.data(),
                                                           unpacked.size(), nullptr) != LIBDEFLATE_SUCCESS)
      stop("not inflated");
    EVP_Digest(place.method != 0 ? unpacked.data() : packed.data(), place.unpacked, digest.data(), nullptr,
               EVP_sha256(), nullptr);
  }
  libdeflate_free_decompressor(inflate);
  close(file);
}

void hash_in_two(const Phone& phone) {
  const pid_t other = fork();
  if (other < 0) stop("no child process");
  hash_alone(phone, other == 0 ? 1 : 0, 2);
  if (other == 0) _exit(0);
  int status = 0;
  if (waitpid(other, &status, 0) != other || status != 0) stop("the work failed");
}

class Counting final : public engine::RunSink {
 public:
  Result<void> take(Bytes task_output) override {
    model::WireReader records(task_output);
    model::WireField record;
    while (records.next(record)) ++records_;
    return {};
  }
  std::uint64_t records() const { return records_; }

 private:
  std::uint64_t records_ = 0;
};

void examine(const Phone& phone, unsigned workers) {
  const auto opened = containers::open(phone.path());
  if (!opened) stop("not opened");
  engine::RunOptions options;
  options.label = "B/1";
  options.jobs = workers;
  options.hash_all = true;
  Counting sink;
  const auto summary = engine::run({}, {opened->get()}, options, sink);
  if (!summary || summary->files_read != kMembers || sink.records() < kMembers) stop("sums are missing");
}

struct Way {
  const char* name;
  std::function<void()> work;
  Cost least{};
};

int run(const Phone& phone) {
  std::printf("%u members, %.0f MB, the least of %d runs\n", kMembers, static_cast<double>(phone.bytes()) / 1e6, kRuns);
  Way ways[] = {{"floor: read, inflated, hashed", [&] { hash_alone(phone, 0, 1); }},
                {"floor: the same in two processes", [&] { hash_in_two(phone); }},
                {"examined with one worker", [&] { examine(phone, 1); }},
                {"examined with two workers", [&] { examine(phone, 2); }}};
  // By turns: what else the machine does changes.
  for (int run = 0; run < kRuns; ++run)
    for (Way& way : ways) {
      const Cost cost = cost_of(way.work);
      way.least = run == 0 ? cost : least_of(way.least, cost);
    }
  for (const auto& [name, work, least] : ways)
    std::printf("%-44s %8.3f s CPU %8.3f s %9.1f MB\n", name, least.cpu_s, least.wall_s, least.peak_mb);
  const auto& [floor, floor_of_two, one, two] = ways;
  std::printf("one worker: %.2f times the floor   goal 1.5\n", one.least.cpu_s / floor.least.cpu_s);
  std::printf("two workers: %.2f times as fast as one   goal 1.6, where two processes are %.2f times as fast\n",
              one.least.wall_s / two.least.wall_s, floor.least.wall_s / floor_of_two.least.wall_s);
  return 0;
}

}  // namespace
}  // namespace exhibit::bench

int main(int count, char** arguments) {
  const exhibit::bench::Phone phone;
  if (count < 2) return exhibit::bench::run(phone);
  for (int run = 0; run < 10; ++run) exhibit::bench::examine(phone, static_cast<unsigned>(std::atoi(arguments[1])));
  return 0;
}
