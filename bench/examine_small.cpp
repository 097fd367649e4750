// bench: casefile
// A small real extraction (84 files of an iPhone, 4 MB packed) with all parsers, from the ZIP to the sealed case.
// Goals: twice the floor, 60 MB. Floor: the same ZIP opened, every file inflated and hashed, and an empty case written.
#include <filesystem>
#include <string>

#include "casefile/writer.h"
#include "containers/open.h"
#include "engine/registry.h"
#include "engine/run.h"
#include "evidence_folder.h"
#include "measure.h"
#include "parsers/packed_modules.h"
#include "temporary_folder.h"

namespace exhibit::bench {
namespace {

constexpr int kRuns = 15;

std::unique_ptr<evidence::Evidence> open_phone() {
  const auto path = tests::evidence_folder() / "ios/ileapp/josh_ios15_ffs/josh_ios15_ffs.zip";
  auto opened = containers::open(path.string());
  if (!opened) stop("evidence not there");
  return std::move(*opened);
}

void check(bool done) {
  if (!done) stop("a case that cannot be written");
}

casefile::Case new_case(const tests::TemporaryFolder& folder) {
  const auto path = folder.path() / "small.exhibit";
  std::filesystem::remove(path);
  auto made = casefile::Case::create(path.string(), {.created_by = "bench"});
  check(made.has_value() && made->begin_run({.command = "examine"}).has_value());
  return std::move(*made);
}

void hash_all(const tests::TemporaryFolder& folder) {
  const auto phone = open_phone();
  for (std::uint32_t n = 1; n <= phone->entries().size(); ++n) {
    if (phone->entry(n).type != evidence::EntryType::file) continue;
    const auto source = phone->open(n);
    if (!source || !evidence::hash(**source)) stop("a file that cannot be read");
  }
  casefile::Case subject = new_case(folder);
  check(subject.end_run(0, true).has_value());
}

void examine(const tests::TemporaryFolder& folder, unsigned jobs) {
  engine::Registry registry;
  for (const engine::PackedModule& packed : parsers::packed_modules())
    if (!registry.add(packed.text, "built in").empty()) stop("a wrong module");
  const auto phone = open_phone();
  casefile::Case subject = new_case(folder);
  casefile::ExhibitFacts facts;
  facts.label = "B/1";
  facts.sources.push_back({.evidence = phone.get(), .path = "phone"});
  for (const auto& module : registry.modules())
    facts.parsers.push_back({module->name, module->title, "", "module", module->origin});
  auto writer = casefile::ExhibitWriter::begin(subject, facts);
  check(writer.has_value());
  engine::RunOptions options;
  options.label = facts.label;
  options.jobs = jobs;
  const auto summary = engine::run(registry.modules(), {phone.get()}, options, **writer);
  check(summary.has_value() && summary->artefacts > 0 && (*writer)->finish().has_value());
  writer->reset();
  check(subject.end_run(0, true).has_value());
}

int run() {
  const tests::TemporaryFolder folder;
  const Cost floor = least_cost(kRuns, [&] { hash_all(folder); });
  const Cost one = least_cost(kRuns, [&] { examine(folder, 1); });
  const Cost two = least_cost(kRuns, [&] { examine(folder, 2); });
  std::printf("the least of %d runs\n", kRuns);
  print_cost("floor: inflated, hashed, an empty case", floor, "");
  print_cost("examined with one worker", one, "goal: twice the floor, 60 MB");
  print_cost("examined with two workers", two, "goal: twice the floor, 60 MB");
  std::printf("%.2f times the floor\n", one.cpu_s / floor.cpu_s);
  return 0;
}

}  // namespace
}  // namespace exhibit::bench

int main() { return exhibit::bench::run(); }
