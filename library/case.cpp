#include <array>

#include "boundary.h"
#include "casefile/export.h"
#include "casefile/writer.h"
#include "engine/run.h"
#include "handles.h"
#include "query.h"
#include "service_record.h"

namespace exhibit::library {

namespace {

std::string text(const char* given) { return given == nullptr ? "" : given; }

std::string hex(Bytes bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string digits;
  for (const std::uint8_t byte : bytes) {
    digits += kHex[byte >> 4];
    digits += kHex[byte & 0xf];
  }
  return digits;
}

/// One writer at a time: a second one is refused, also from a callback of the first.
class WritingScope {
 public:
  explicit WritingScope(std::atomic<bool>& is_writing)
      : is_writing_(is_writing), is_ours_(!is_writing.exchange(true)) {}
  ~WritingScope() {
    if (is_ours_) is_writing_ = false;
  }
  WritingScope(const WritingScope&) = delete;
  WritingScope& operator=(const WritingScope&) = delete;
  bool is_ours() const { return is_ours_; }

 private:
  std::atomic<bool>& is_writing_;
  bool is_ours_;
};

/// Tells the host where a call stands, and hears whether it should go on.
class ProgressTeller {
 public:
  explicit ProgressTeller(const exhibit_callbacks& callbacks) : callbacks_(callbacks) {}

  bool tell(std::int32_t phase, const engine::Progress& at = {}) const {
    if (callbacks_.progress == nullptr) return true;
    const std::string item(at.item);
    const exhibit_progress progress{
        sizeof(exhibit_progress), phase, at.done, at.total, at.artefacts, at.problems, item.c_str()};
    return callbacks_.progress(&progress, callbacks_.user_data) == 0;
  }

  bool tell(const engine::Progress& at) const {
    static constexpr std::array kPhases = {EXHIBIT_PHASE_MATCH, EXHIBIT_PHASE_PARSE, EXHIBIT_PHASE_UNREAD,
                                           EXHIBIT_PHASE_HASH};
    return tell(kPhases[static_cast<std::size_t>(at.phase)], at);
  }

 private:
  const exhibit_callbacks& callbacks_;
};

class Examination {
 public:
  Examination(exhibit_case& into, exhibit_evidence* const* sources, std::size_t count,
              const exhibit_examine_options& options, const exhibit_callbacks& callbacks, exhibit_error** error)
      : state_(*into.state), options_(options), teller_(callbacks), error_(error) {
    for (std::size_t i = 0; i < count; ++i) evidence_.push_back(sources[i]->evidence);
  }

  exhibit_status run(exhibit_record** summary) {
    if (const auto status = choose_parsers(); status != EXHIBIT_OK) return status;
    fill_facts();
    if (const auto status = check_refusal(); status != EXHIBIT_OK) return status;
    casefile::Case& subject = state_.opened;
    if (const auto begun = subject.begin_run(run_facts()); !begun) return fail(error_, begun.error(), subject.path());
    const auto status = write();
    if (status != EXHIBIT_OK) {
      subject.abandon_run();
      return status;
    }
    *summary = run_record(facts_.label, summary_).release();
    return EXHIBIT_OK;
  }

 private:
  exhibit_status choose_parsers() {
    std::vector<std::string> patterns;
    for (const char* const* p = options_.parsers; p != nullptr && *p != nullptr; ++p) patterns.emplace_back(*p);
    auto selected = state_.library->snapshot().select(patterns);
    if (!selected) return fail(error_, EXHIBIT_E_INVALID, "no parser is named \"" + selected.error() + "\"");
    modules_ = std::move(*selected);
    return EXHIBIT_OK;
  }

  void fill_facts() {
    facts_.label = options_.exhibit;
    facts_.replace = options_.replace != 0;
    facts_.has_text_index = options_.no_text_index == 0;
    for (const auto& evidence : evidence_)
      facts_.sources.push_back({.evidence = evidence.get(), .path = evidence->path()});
    for (const auto& module : modules_)
      facts_.parsers.push_back({module->name, module->title, hex(module->version), "module", module->origin});
  }

  casefile::RunFacts run_facts() const {
    casefile::RunFacts facts;
    facts.command = options_.command == nullptr ? "examine" : options_.command;
    facts.version = EXHIBIT_VERSION;
    facts.who = text(options_.who);
    facts.host = facts.who.substr(std::min(facts.who.size(), facts.who.find('@') + 1));
    facts.jobs = state_.library->threads;
    return facts;
  }

  exhibit_status check_refusal() {
    const auto reason = casefile::find_refusal(state_.opened, facts_);
    if (!reason) return fail(error_, reason.error(), state_.opened.path());
    if (facts_.replace || reason->refusal == casefile::Refusal::none) return EXHIBIT_OK;
    const std::string what = reason->refusal == casefile::Refusal::label_exists
                                 ? "an exhibit \"" + reason->label + "\" is in the case already"
                                 : "this evidence is in the case already, as \"" + reason->label + "\"";
    return fail(error_, EXHIBIT_E_INVALID, state_.opened.path() + ": " + what, state_.opened.path());
  }

  exhibit_status write() {
    casefile::Case& subject = state_.opened;
    const auto failed = [&](const Error& cause) { return fail(error_, cause, subject.path()); };
    auto writer = casefile::ExhibitWriter::begin(subject, facts_);
    if (!writer) return failed(writer.error());
    auto summary = engine::run(modules_, sources(), run_options(), **writer);
    if (!summary) return failed(summary.error());
    summary_ = *summary;
    if (!teller_.tell(EXHIBIT_PHASE_RESOLVE)) return fail(error_, EXHIBIT_E_CANCELLED, "cancelled");
    if (const auto finished = (*writer)->finish(); !finished) return failed(finished.error());
    const std::string detail = R"({"exhibit":)" + json_text(facts_.label) + R"(,"content_sha256":")" +
                               hex((*writer)->content_sha256()) + R"("})";
    writer->reset();
    if (!teller_.tell(EXHIBIT_PHASE_INDEX)) return fail(error_, EXHIBIT_E_CANCELLED, "cancelled");
    const bool is_clean = summary_.problems == 0 && summary_.ledger_adds_up;
    if (const auto ended = subject.end_run(is_clean ? 0 : 3, true, detail); !ended) return failed(ended.error());
    return EXHIBIT_OK;
  }

  static std::string json_text(std::string_view plain) {
    std::string quoted;
    model::append_json_string(quoted, plain);
    return quoted;
  }

  std::vector<const evidence::Evidence*> sources() const {
    std::vector<const evidence::Evidence*> pointers;
    for (const auto& evidence : evidence_) pointers.push_back(evidence.get());
    return pointers;
  }

  engine::RunOptions run_options() const {
    engine::RunOptions options;
    options.label = facts_.label;
    options.jobs = state_.library->threads;
    options.memory_limit = state_.library->memory_limit;
    options.limits = state_.library->limits;
    options.hash_all = options_.hash_all != 0;
    options.progress = [this](const engine::Progress& at) { return teller_.tell(at); };
    return options;
  }

  CaseState& state_;
  const exhibit_examine_options& options_;
  ProgressTeller teller_;
  exhibit_error** error_;
  std::vector<std::shared_ptr<const evidence::Evidence>> evidence_;
  std::vector<std::shared_ptr<const engine::Module>> modules_;
  casefile::ExhibitFacts facts_;
  engine::RunSummary summary_;
};

exhibit_status export_jsonl(CaseState& state, const casefile::Filter& filter, const exhibit_export_options& options,
                            const exhibit_callbacks& callbacks, exhibit_error** error) {
  const casefile::JsonLinesOptions json{.with_secrets = options.with_secrets != 0};
  if (options.path == nullptr) {
    if (callbacks.write == nullptr) return fail(error, EXHIBIT_E_INVALID, "a path, or a callback that writes");
    const auto written = casefile::write_jsonl(state.opened, filter, json, [&](std::string_view bytes) -> Result<void> {
      if (callbacks.write(bytes.data(), bytes.size(), callbacks.user_data) == 0) return {};
      return exhibit::fail(ErrorCode::cancelled, "an export to its end");
    });
    return written ? EXHIBIT_OK : fail(error, written.error());
  }
  auto file = casefile::FileOutput::create(options.path);
  if (!file) return fail(error, file.error(), options.path);
  const auto write = [&](std::string_view bytes) { return file->write(bytes); };
  if (const auto written = casefile::write_jsonl(state.opened, filter, json, write); !written)
    return fail(error, written.error(), options.path);
  const auto committed = file->commit();
  return committed ? EXHIBIT_OK : fail(error, committed.error(), options.path);
}

}  // namespace

}  // namespace exhibit::library

using namespace exhibit::library;  // NOLINT(google-build-using-namespace): the functions below are its face

extern "C" {

exhibit_status exhibit_case_create(exhibit_library* library, const char* path, const exhibit_case_options* options,
                                   exhibit_case** opened, exhibit_error** error) {
  if (opened != nullptr) *opened = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    exhibit_case_options chosen;
    if (library == nullptr || opened == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a library and a place for the case are needed");
    if (!copy_options(options, chosen)) return fail(error, EXHIBIT_E_UNSUPPORTED, "case options of a newer version");
    const exhibit::casefile::CaseFacts facts{text(chosen.number), text(chosen.examiner), text(chosen.agency),
                                             text(chosen.note), "exhibit " EXHIBIT_VERSION};
    auto made = exhibit::casefile::Case::create(text(path), facts);
    if (!made) return fail(error, made.error(), text(path));
    *opened = new exhibit_case{std::make_shared<CaseState>(library->state, std::move(*made))};
    return EXHIBIT_OK;
  });
}

exhibit_status exhibit_case_open(exhibit_library* library, const char* path, const exhibit_case_options* options,
                                 exhibit_case** opened, exhibit_error** error) {
  using exhibit::casefile::Access;
  if (opened != nullptr) *opened = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    exhibit_case_options chosen;
    if (library == nullptr || path == nullptr || opened == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a library, a path and a place for the case are needed");
    if (!copy_options(options, chosen)) return fail(error, EXHIBIT_E_UNSUPPORTED, "case options of a newer version");
    auto made = exhibit::casefile::Case::open(path, chosen.read_only != 0 ? Access::read_only : Access::read_write);
    if (!made) return fail(error, made.error(), path);
    *opened = new exhibit_case{std::make_shared<CaseState>(library->state, std::move(*made))};
    return EXHIBIT_OK;
  });
}

exhibit_status exhibit_case_examine(exhibit_case* into, exhibit_evidence* const* sources, size_t count,
                                    const exhibit_examine_options* options, const exhibit_callbacks* callbacks,
                                    exhibit_record** summary, exhibit_error** error) {
  if (summary != nullptr) *summary = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    if (into == nullptr || sources == nullptr || count == 0 || summary == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a case, its sources and a place for the summary are needed");
    exhibit_examine_options chosen;
    exhibit_callbacks calls;
    if (!copy_options(options, chosen) || !copy_options(callbacks, calls))
      return fail(error, EXHIBIT_E_UNSUPPORTED, "examine options of a newer version");
    if (chosen.exhibit == nullptr || *chosen.exhibit == '\0')
      return fail(error, EXHIBIT_E_INVALID, "the exhibit needs a label");
    const WritingScope scope(into->state->is_writing);
    if (!scope.is_ours()) return fail(error, EXHIBIT_E_BUSY, "the case is being written");
    const std::lock_guard lock(into->state->mutex);
    return Examination(*into, sources, count, chosen, calls, error).run(summary);
  });
}

exhibit_status exhibit_case_export(exhibit_case* of, exhibit_query* query, const exhibit_export_options* options,
                                   const exhibit_callbacks* callbacks, exhibit_error** error) {
  return guarded(error, [&]() -> exhibit_status {
    exhibit_export_options chosen;
    exhibit_callbacks calls;
    if (of == nullptr || !copy_options(options, chosen) || !copy_options(callbacks, calls))
      return fail(error, EXHIBIT_E_INVALID, "a case and options of this version are needed");
    const std::string format = text(chosen.format);
    if (query != nullptr && !query->mistake.empty())
      return fail(error, EXHIBIT_E_INVALID, "expected " + query->mistake);
    const std::lock_guard lock(of->state->mutex);
    exhibit::casefile::Filter filter;
    if (query != nullptr) {
      exhibit::casefile::Artefacts artefacts(of->state->opened);
      const auto resolved = query->resolved(artefacts);
      if (!resolved) return fail(error, resolved.error(), of->state->opened.path());
      if (!*resolved) return fail(error, EXHIBIT_E_INVALID, "the case has no such app");
      filter = **resolved;
    }
    if (format == "jsonl") return export_jsonl(*of->state, filter, chosen, calls, error);
    if (format != "csv") return fail(error, EXHIBIT_E_INVALID, "no format \"" + format + "\"; there are jsonl and csv");
    if (chosen.path == nullptr) return fail(error, EXHIBIT_E_INVALID, "csv is written to a folder: a path is needed");
    const auto written = exhibit::casefile::write_csv(of->state->opened, filter, {.raw = chosen.raw != 0}, chosen.path);
    return written ? EXHIBIT_OK : fail(error, written.error(), chosen.path);
  });
}

void exhibit_case_free(exhibit_case* opened) { delete opened; }

}  // extern "C"
