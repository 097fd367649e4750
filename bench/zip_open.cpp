// bench: containers
// Opening a ZIP of as many members as a phone's full file system has (474,145, names of 135 bytes on average, as in one
// iPhone), up to entries with device paths. Floor: reading the bytes of its central directory.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "containers/open.h"
#include "zip_builder.h"

namespace exhibit {
namespace {

constexpr int kMembers = 474'145;

std::string uuid(std::mt19937& random) {
  std::string text = "00000000-0000-4000-8000-000000000000";
  for (char& c : text) {
    if (c == '0') c = "0123456789ABCDEF"[random() % 16];
  }
  return text;
}

std::string end_records(std::uint64_t directory, std::uint64_t size) {
  std::string end = "PK\6\6";
  tests::put_number(end, 44, 8);
  tests::put_number(end, 45 | 45 << 16, 4);
  tests::put_number(end, 0, 8);
  for (const std::uint64_t value : {std::uint64_t{kMembers}, std::uint64_t{kMembers}, size, directory})
    tests::put_number(end, value, 8);
  end += "PK\6\7";
  tests::put_number(end, 0, 4);
  tests::put_number(end, directory + size, 8);
  tests::put_number(end, 1, 4);
  end += "PK\5\6";
  tests::put_number(end, 0, 4);
  tests::put_number(end, UINT64_MAX, 8);
  tests::put_number(end, UINT64_MAX, 4);
  tests::put_number(end, 0, 2);
  return end;
}

// Folders with files in the order in which a disk lists them: folder by folder, files unsorted.
void write_zip(const std::filesystem::path& path) {
  std::mt19937 random(1);
  std::string central;
  std::ofstream out(path, std::ios::binary);
  std::uint32_t offset = 0, made = 0;
  while (made < kMembers) {
    const std::string folder = "filesystem2/mobile/Containers/Data/Application/" + uuid(random) +
                               "/Library/Caches/com.example." + std::to_string(random() % 900) + "/";
    for (int file = 0; file < 60 && made < kMembers; ++file, ++made) {
      std::string name = folder + uuid(random).substr(0, 8 + random() % 28);
      std::string local = "PK\3\4";
      for (const auto& [value, size] : {std::pair{20u, 2},
                                        {0u, 2},
                                        {0u, 2},
                                        {0u, 2},
                                        {0x5821u, 2},
                                        {0u, 4},
                                        {4u, 4},
                                        {4u, 4},
                                        {static_cast<unsigned>(name.size()), 2},
                                        {0u, 2}})
        tests::put_number(local, value, size);
      central += "PK\1\2";
      tests::put_number(central, 0x314, 2);
      central.append(local, 4, 26);
      tests::put_number(central, 0, 6);
      tests::put_number(central, 0100644u << 16, 4);
      tests::put_number(central, offset, 4);
      central += name;
      local += name + "data";
      out << local;
      offset += static_cast<std::uint32_t>(local.size());
    }
  }
  out << central << end_records(offset, central.size());
}

const std::string& zip_path() {
  static const std::string path = [] {
    std::string made = (std::filesystem::temp_directory_path() / "exhibit-bench-zip_open.zip").string();
    if (const pid_t child = fork(); child == 0) {
      write_zip(made);
      _exit(0);
    } else {
      waitpid(child, nullptr, 0);
    }
    return made;
  }();
  return path;
}

double megabytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stod(line.substr(field.size() + 1)) * 1024 / 1e6;
  }
  return 0;
}

void open_zip(benchmark::State& state) {
  const std::string& path = zip_path();
  double peak = 0;
  for (auto _ : state) {
    const double before = megabytes("VmRSS");
    std::ofstream("/proc/self/clear_refs") << 5;  // forgets the peak so far
    const auto evidence = containers::open(path);
    if (!evidence || (*evidence)->entries().size() != kMembers) return state.SkipWithError("not opened");
    peak = std::max(peak, megabytes("VmHWM") - before);
  }
  state.counters["peak_MB"] = peak;
}
BENCHMARK(open_zip)->Unit(benchmark::kMillisecond);

void floor_read_central_directory(benchmark::State& state) {
  const std::string& path = zip_path();
  const auto size = std::filesystem::file_size(path);
  std::vector<char> block(1 << 20);
  for (auto _ : state) {
    const int file = open(path.c_str(), O_RDONLY);
    // The directory is somewhat more than the second half: each name stands twice, once with 30 bytes, once with 46.
    for (auto at = static_cast<off_t>(size / 2); at < static_cast<off_t>(size);) {
      const ssize_t count = pread(file, block.data(), block.size(), at);
      if (count <= 0) break;
      at += count;
    }
    close(file);
    benchmark::DoNotOptimize(block.data());
  }
}
BENCHMARK(floor_read_central_directory)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace exhibit

BENCHMARK_MAIN();
