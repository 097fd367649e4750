// bench: containers
// A page of 4 KiB from anywhere in a file of 2 GB: a deflated member of a ZIP, and a member of a tar.gz. The first read
// unpacks all of it once; goal for each after it: 10 ms. Floors: zlib inflating the same stream once, and what half an
// interval of 1 MiB between two starting points costs at that speed.
//
//   bench_random_page [megabytes]
#include <fcntl.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "containers/open.h"
#include "measure.h"
#include "tar_builder.h"
#include "temporary_folder.h"
#include "zip_stream.h"

namespace exhibit::bench {
namespace {

constexpr int kReads = 200;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kPart = 4 << 20;

/// Deflated up to a whole byte, and nothing behind refers to it: such parts stand behind each other in any order.
std::string deflate_part(std::string_view content, int flush) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK) stop("zlib");
  std::string packed(deflateBound(&stream, content.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  (void)deflate(&stream, flush);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

/// One part of invented text, many times: the file is as long as one wants, and what a page of it holds is known.
class Phone {
 public:
  explicit Phone(std::size_t parts)
      : parts_(parts), part_(invented_text(kPart, 1)), packed_(deflate_part(part_, Z_FULL_FLUSH)) {
    write_zip();
    write_tar();
  }

  std::string zip() const { return (folder_.path() / "phone.zip").string(); }
  std::string tar() const { return (folder_.path() / "phone.tar.gz").string(); }
  std::uint64_t size() const { return std::uint64_t{parts_} * kPart; }
  const std::string& part() const { return part_; }
  const ZipPlace& place() const { return place_; }

 private:
  std::uint32_t crc_behind(std::uint32_t crc) const {
    const auto one = tests::crc_of(part_);
    for (std::size_t n = 0; n < parts_; ++n)
      crc = static_cast<std::uint32_t>(crc32_combine(crc, one, static_cast<z_off_t>(kPart)));
    return crc;
  }

  void write_zip() {
    const std::string end = deflate_part("", Z_FINISH);
    ZipStream zip(this->zip());
    place_ = zip.begin(
        "private/var/mobile/Library/large.db",
        {.packed = parts_ * packed_.size() + end.size(), .unpacked = size(), .method = 8, .crc = crc_behind(0)});
    for (std::size_t n = 0; n < parts_; ++n) zip.put(packed_);
    zip.put(end);
    if (!zip.end()) stop("no archive");
  }

  void write_tar() const {
    tests::TarMemberSpec member;
    member.name = "private/var/mobile/Library/large.db";
    member.size = size();
    const std::string head = tests::TarBuilder::head(member);
    const std::string zeros(2 * tests::kTarBlock, '\0');
    std::ofstream out(tar(), std::ios::binary);
    out << std::string("\x1f\x8b\x08\0\0\0\0\0\0\3", 10) << deflate_part(head, Z_FULL_FLUSH);
    for (std::size_t n = 0; n < parts_; ++n) out << packed_;
    std::string trailer;
    const uLong crc =
        crc32_combine(crc_behind(tests::crc_of(head)), tests::crc_of(zeros), static_cast<z_off_t>(zeros.size()));
    tests::put_number(trailer, crc, 4);
    tests::put_number(trailer, head.size() + size() + zeros.size(), 4);
    out << deflate_part(zeros, Z_FINISH) << trailer;
    if (!out.flush()) stop("no archive");
  }

  tests::TemporaryFolder folder_;
  std::size_t parts_;
  std::string part_, packed_;
  ZipPlace place_;
};

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void inflate_once(const Phone& phone) {
  const int file = ::open(phone.zip().c_str(), O_RDONLY | O_CLOEXEC);
  std::vector<Bytef> packed(64 << 10), unpacked(256 << 10);
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) stop("zlib");
  auto at = static_cast<off_t>(phone.place().start);
  for (int result = Z_OK; result != Z_STREAM_END;) {
    if (stream.avail_in == 0) {
      const ssize_t count = pread(file, packed.data(), packed.size(), at);
      if (count <= 0) stop("not read");
      at += count;
      stream.next_in = packed.data();
      stream.avail_in = static_cast<uInt>(count);
    }
    stream.next_out = unpacked.data();
    stream.avail_out = static_cast<uInt>(unpacked.size());
    result = inflate(&stream, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END) stop("not inflated");
  }
  inflateEnd(&stream);
  close(file);
}

void read_pages(const Phone& phone, const std::string& path, double floor_s) {
  std::unique_ptr<evidence::Evidence> evidence;
  evidence::SourcePtr source;
  std::vector<std::uint8_t> page(kPage);
  std::mt19937_64 random(1);
  const auto read = [&](std::uint64_t offset) {
    const auto count = source->read_at(offset, page);
    if (!count || *count != kPage || std::memcmp(page.data(), phone.part().data() + offset % kPart, kPage) != 0)
      stop("a page that is not what was written");
  };
  const double first = seconds_of([&] {
    auto opened = containers::open(path);
    if (!opened) stop("not opened");
    evidence = std::move(*opened);
    const auto file = evidence->open(evidence->find_container_path("private/var/mobile/Library/large.db"));
    if (!file || (*file)->size() != phone.size()) stop("no member");
    source = *file;
    read(phone.size() - kPage);
  });
  double sum = 0, worst = 0;
  for (int n = 0; n < kReads; ++n) {
    const std::uint64_t offset = random() % (phone.size() / kPage) * kPage;
    const double spent = seconds_of([&] { read(offset); });
    sum += spent;
    worst = std::max(worst, spent);
  }
  std::printf("    first page %.2f s (%.2f times the floor), then %.2f ms on average, %.2f ms at worst   goal 10 ms\n",
              first, first / floor_s, sum / kReads * 1e3, worst * 1e3);
}

int run(std::size_t megabytes) {
  const Phone phone(std::max<std::size_t>(1, megabytes * 1'000'000 / kPart));
  std::printf("%.0f MB unpacked, %.0f MB packed\n", static_cast<double>(phone.size()) / 1e6,
              static_cast<double>(phone.place().packed) / 1e6);
  const Cost floor = cost_of([&] { inflate_once(phone); });
  print_cost("floor: zlib inflates it once", floor, "");
  std::printf("    half a MiB at that speed: %.2f ms\n",
              floor.wall_s / static_cast<double>(phone.size()) * (1 << 19) * 1e3);
  print_cost("member of a ZIP", cost_of([&] { read_pages(phone, phone.zip(), floor.wall_s); }), "");
  print_cost("member of a tar.gz", cost_of([&] { read_pages(phone, phone.tar(), floor.wall_s); }), "");
  return 0;
}

}  // namespace
}  // namespace exhibit::bench

int main(int count, char** arguments) {
  const int megabytes = count > 1 ? std::atoi(arguments[1]) : 2000;
  if (megabytes < 17 || megabytes > 4000) return 2;
  return exhibit::bench::run(static_cast<std::size_t>(megabytes));
}
