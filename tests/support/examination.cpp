#include "examination.h"

#include <stdexcept>

#include "casefile/export.h"
#include "casefile/writer.h"
#include "containers/open.h"
#include "parsers/packed_modules.h"

namespace exhibit::tests {
namespace {

[[noreturn]] void give_up(const std::string& what, const Error& error) {
  throw std::runtime_error(what + ": " + error_text(error));
}

template <class T>
T value_of(Result<T> result, const std::string& what) {
  if (!result) give_up(what, result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

engine::Registry load_packed() {
  engine::Registry registry;
  std::string wrong;
  for (const engine::PackedModule& module : parsers::packed_modules())
    for (const engine::Finding& finding : registry.add(module.text, "built in"))
      wrong += finding_text(std::string(module.name), finding) + "\n";
  if (!wrong.empty()) throw std::runtime_error(wrong);
  return registry;
}

std::unique_ptr<evidence::Evidence> opened(const std::filesystem::path& path, const std::string& password) {
  evidence::Secrets secrets([&](const evidence::SecretRequest& request) -> std::optional<crypto::Secret> {
    if (password.empty() || request.attempt > 1) return std::nullopt;
    return crypto::Secret(as_bytes(password));
  });
  const evidence::Unlocking unlocking{secrets, nullptr, {}};
  auto evidence = containers::open(path.string(), {.unlocking = &unlocking});
  if (!evidence) throw std::runtime_error(path.string() + " cannot be opened: " + evidence.error().detail);
  return std::move(*evidence);
}

std::vector<std::shared_ptr<const engine::Module>> chosen(const std::vector<std::string>& patterns) {
  auto modules = packed_registry().select(patterns);
  if (!modules) throw std::runtime_error("no parser is named " + modules.error());
  return std::move(*modules);
}

}  // namespace

const engine::Registry& packed_registry() {
  static const engine::Registry registry = load_packed();
  return registry;
}

Examination::Examination(const std::filesystem::path& path, const ExaminationOptions& options)
    : evidence_(opened(path, options.password)),
      modules_(chosen(options.parsers)),
      case_(value_of(casefile::Case::create("", {.created_by = "test"}), "case")) {
  run(options);
}

void Examination::run(const ExaminationOptions& options) {
  value_of(case_.begin_run({.command = "examine"}), "begin of the run");
  casefile::ExhibitFacts facts;
  facts.label = options.label;
  facts.sources.push_back({.evidence = evidence_.get(), .path = "evidence"});
  for (const auto& module : modules_) facts.parsers.push_back({module->name, module->title, "", "module", ""});
  {
    const auto writer = value_of(casefile::ExhibitWriter::begin(case_, facts), "writer");
    engine::RunOptions how;
    how.label = options.label;
    how.jobs = options.jobs;
    summary_ = value_of(engine::run(modules_, {evidence_.get()}, how, *writer), "run");
    value_of(writer->finish(), "end of the exhibit");
  }
  value_of(case_.end_run(0, true), "end of the run");
}

std::vector<std::string> Examination::lines() const {
  std::vector<std::string> lines;
  std::string pending;
  const auto take = [&](std::string_view bytes) -> Result<void> {
    for (const char c : bytes) {
      if (c != '\n') {
        pending += c;
        continue;
      }
      lines.push_back(std::move(pending));
      pending.clear();
    }
    return {};
  };
  value_of(casefile::write_jsonl(case_, {.with_history = true}, {.with_secrets = true}, take), "JSON lines");
  if (!pending.empty()) throw std::runtime_error("a line without LF: " + pending);
  return lines;
}

void Examination::write_csv(const std::filesystem::path& folder) const {
  value_of(casefile::write_csv(case_, {}, {}, folder.string()), "CSV");
}

std::vector<std::string> lines_of(const std::vector<std::string>& lines, const std::string& key) {
  std::vector<std::string> chosen;
  for (const std::string& line : lines)
    if (line.starts_with("{\"" + key + "\":")) chosen.push_back(line);
  return chosen;
}

}  // namespace exhibit::tests
