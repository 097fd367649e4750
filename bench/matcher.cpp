// bench: engine
// Which parsers want which files of a phone: all paths of one real iPhone (474,145) against the patterns of today's
// modules, and against 700. Goals: 0.5 and 1.5 s CPU. Floors: one dependent table look-up for each byte of the device
// paths, which any automaton needs; for the assignment of device paths a copy of the paths.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "containers/open.h"
#include "engine/registry.h"
#include "engine/run.h"
#include "evidence_folder.h"
#include "parsers/packed_modules.h"

namespace exhibit {
namespace {

constexpr std::size_t kManyPatterns = 700;

class PathList final : public evidence::Container {
 public:
  explicit PathList(std::vector<evidence::Entry> entries) : entries_(std::move(entries)) {}
  std::string_view format() const override { return "list"; }
  std::vector<evidence::Entry> take_entries() override { return entries_; }
  Result<evidence::SourcePtr> open(std::size_t, const Limits&) const override {
    return fail(ErrorCode::unsupported, "a path to be matched, not read");
  }

 private:
  std::vector<evidence::Entry> entries_;
};

std::string first_column(std::string_view line) {
  if (!line.starts_with('"')) return std::string(line.substr(0, line.find(',')));
  std::string text;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '"' && line[++i] != '"') break;
    text += line[i];
  }
  return text;
}

struct PathsOfPhone {
  evidence::TextArena texts;
  std::vector<evidence::Entry> entries;
};

/// The list lies in a ZIP, as a CSV with the path in its first column.
PathsOfPhone read_paths() {
  const auto zip = containers::open((tests::evidence_folder() / "paths/josh-hickman-ios15.csv.zip").string());
  if (!zip) return {};
  const auto csv = (*zip)->open((*zip)->find_container_path("josh-hickman-ios15.csv"));
  if (!csv) return {};
  std::vector<std::uint8_t> buffer;
  const auto bytes = evidence::read_all(**csv, buffer);
  if (!bytes) return {};
  PathsOfPhone paths;
  std::string_view rest = as_text(*bytes);
  for (bool is_header = true; !rest.empty(); is_header = false) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!is_header && !line.empty()) paths.entries.emplace_back().container_path = paths.texts.add(first_column(line));
  }
  return paths;
}

const std::vector<evidence::Entry>& paths() {
  static const PathsOfPhone read = read_paths();
  return read.entries;
}

const evidence::Evidence& phone() {
  static const evidence::Evidence evidence("paths", std::make_unique<PathList>(paths()), Limits{});
  return evidence;
}

/// A glob over container paths, as the expectations have it, as a pattern over device paths.
std::string device_pattern(std::string_view glob) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kRoots = {
      {{"mobile/Containers/Data/Application/*/", "app:*/"},
       {"mobile/Containers/Shared/AppGroup/*/", "group:*/"},
       {"private/var/mobile/", "home:"},
       {"/mobile/", "home:"}}};
  for (const auto& [folder, root] : kRoots)
    if (const auto at = glob.find(folder); at != glob.npos && at + folder.size() < glob.size())
      return std::string(root) + std::string(glob.substr(at + folder.size()));
  while (glob.starts_with('*') || glob.starts_with('/')) glob.remove_prefix(1);
  if (glob.starts_with("Library/")) return "home:" + std::string(glob);
  return "system:**/" + std::string(glob);
}

/// Those of the expectations, then the same with another name at the end.
std::vector<std::string> many_patterns() {
  std::ifstream csv(tests::evidence_folder() / "paths/josh-hickman-ios15.expected-match-counts.csv");
  std::set<std::string> patterns;
  std::string line;
  std::getline(csv, line);
  while (std::getline(csv, line)) {
    const std::size_t artifact = line.find(',');
    const std::size_t glob = line.find(',', artifact + 1) + 1;
    const std::string text = line.substr(glob, line.rfind(',') - glob);
    if (text.find_first_of("{},\"") == text.npos && !text.ends_with('/')) patterns.insert(device_pattern(text));
  }
  std::vector<std::string> all(patterns.begin(), patterns.end());
  const std::size_t real = all.size();
  for (std::size_t i = 0; real > 0 && all.size() < kManyPatterns; ++i) {
    std::string variant = all[i % real];
    variant.insert(variant.find_last_of("/:") + 1, "v" + std::to_string(i / real + 2) + "_");
    all.push_back(std::move(variant));
  }
  return all;
}

using Modules = std::vector<std::shared_ptr<const engine::Module>>;

Modules modules_of_today() {
  engine::Registry registry;
  for (const engine::PackedModule& packed : parsers::packed_modules())
    if (!registry.add(packed.text, "built in").empty()) return {};
  return registry.modules();
}

Modules modules_of_many_patterns() {
  Modules modules;
  for (const std::string& pattern : many_patterns()) {
    auto module = std::make_shared<engine::Module>();
    module->files.push_back(pattern);
    modules.push_back(std::move(module));
  }
  return modules;
}

void match(benchmark::State& state, const Modules& modules) {
  if (paths().empty() || modules.empty()) return state.SkipWithError("no evidence, or no modules");
  const evidence::Evidence& evidence = phone();
  std::size_t patterns = 0;
  for (const auto& module : modules) patterns += module->files.size();
  std::size_t matches = 0;
  for (auto _ : state) {
    const auto found = engine::match_paths(modules, evidence);
    if (!found) return state.SkipWithError("not matched");
    matches = found->size();
  }
  state.counters["patterns"] = static_cast<double>(patterns);
  state.counters["matches"] = static_cast<double>(matches);
}

void match_registry(benchmark::State& state) { match(state, modules_of_today()); }
void match_700(benchmark::State& state) { match(state, modules_of_many_patterns()); }

/// One state of an automaton a byte: the next look-up waits for this one.
void floor_one_look_up_a_byte(benchmark::State& state) {
  std::vector<std::array<std::uint8_t, 256>> table(256);
  for (std::size_t s = 0; s < table.size(); ++s)
    for (std::size_t byte = 0; byte < 256; ++byte) table[s][byte] = static_cast<std::uint8_t>(s * 31 + byte * 17 + 7);
  std::size_t bytes = 0;
  for (auto _ : state) {
    std::uint8_t at = 0;
    bytes = 0;
    for (const evidence::Entry& entry : phone().entries()) {
      for (const char c : entry.device_path) at = table[at][static_cast<std::uint8_t>(c)];
      bytes += entry.device_path.size();
    }
    benchmark::DoNotOptimize(at);
  }
  state.counters["MB"] = static_cast<double>(bytes) / 1e6;
}

void assign_device_paths(benchmark::State& state) {
  std::vector<evidence::Entry> entries = paths();
  for (auto _ : state) {
    evidence::TextArena texts;
    evidence::assign_device_paths(entries, texts);
    benchmark::DoNotOptimize(entries.data());
  }
}

void floor_copy_paths(benchmark::State& state) {
  for (auto _ : state) {
    evidence::TextArena texts;
    for (const evidence::Entry& entry : paths()) benchmark::DoNotOptimize(texts.add(entry.container_path));
  }
}

BENCHMARK(match_registry)->Unit(benchmark::kMillisecond);
BENCHMARK(match_700)->Unit(benchmark::kMillisecond);
BENCHMARK(floor_one_look_up_a_byte)->Unit(benchmark::kMillisecond);
BENCHMARK(assign_device_paths)->Unit(benchmark::kMillisecond);
BENCHMARK(floor_copy_paths)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace exhibit

BENCHMARK_MAIN();
