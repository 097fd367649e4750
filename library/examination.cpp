#include "examination.h"

#include <algorithm>

#include "base/unicode.h"
#include "model/json.h"
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

std::string json_text(std::string_view plain) {
  std::string quoted;
  model::append_json_string(quoted, plain);
  return quoted;
}

/// Gives a run up unless it came to its end, also where memory runs out on the way.
class RunScope {
 public:
  explicit RunScope(CaseState& state) : state_(state) {}
  ~RunScope() {
    if (is_over_) return;
    state_.opened->abandon_run();
    if (!state_.path.empty() && !state_.is_on_disk) state_.opened.reset();
  }
  RunScope(const RunScope&) = delete;
  RunScope& operator=(const RunScope&) = delete;
  void set_over() { is_over_ = true; }

 private:
  CaseState& state_;
  bool is_over_ = false;
};

}  // namespace

exhibit_status Examination::run(exhibit_record** summary) {
  for (const auto check : {&Examination::check_label, &Examination::check_sources, &Examination::choose_parsers})
    if (const auto status = (this->*check)(); status != EXHIBIT_OK) return status;
  fill_facts();
  if (const auto status = check_refusal(); status != EXHIBIT_OK) return status;
  RunScope scope(state_);
  if (const auto begun = state_.opened->begin_run(run_facts()); !begun) return fail(error_, begun.error(), state_.path);
  if (const auto status = write(); status != EXHIBIT_OK) return status;
  scope.set_over();
  state_.is_on_disk = !state_.path.empty();
  *summary = run_record(facts_.label, summary_).release();
  return EXHIBIT_OK;
}

exhibit_status Examination::check_label() {
  const std::string label = text(options_.exhibit);
  if (label.empty()) return fail(error_, EXHIBIT_E_INVALID, "the exhibit needs a label");
  const auto is_control = [](unsigned char letter) { return letter < 0x20 || letter == 0x7f; };
  if (!is_utf8(label) || std::ranges::any_of(label, is_control))
    return fail(error_, EXHIBIT_E_INVALID, "a label is UTF-8 without control characters");
  return EXHIBIT_OK;
}

/// One source given twice would tell everything twice.
exhibit_status Examination::check_sources() {
  for (auto one = evidence_.begin(); one != evidence_.end(); ++one)
    for (auto other = evidence_.begin(); other != one; ++other)
      if (std::ranges::equal((*one)->fingerprint(), (*other)->fingerprint()))
        return fail(error_, EXHIBIT_E_INVALID, (*one)->path() + ": the same evidence as " + (*other)->path(),
                    (*one)->path());
  return EXHIBIT_OK;
}

exhibit_status Examination::choose_parsers() {
  std::vector<std::string> patterns;
  for (const char* const* p = options_.parsers; p != nullptr && *p != nullptr; ++p) patterns.emplace_back(*p);
  auto selected = state_.library->snapshot().select(patterns);
  if (!selected) return fail(error_, EXHIBIT_E_INVALID, "no parser is named \"" + selected.error() + "\"");
  modules_ = std::move(*selected);
  return EXHIBIT_OK;
}

void Examination::fill_facts() {
  facts_.label = options_.exhibit;
  facts_.replace = options_.replace != 0;
  facts_.has_text_index = options_.no_text_index == 0;
  for (const auto& evidence : evidence_)
    facts_.sources.push_back({.evidence = evidence.get(), .path = evidence->path()});
  for (const auto& module : modules_)
    facts_.parsers.push_back({module->name, module->title, hex(module->version), "module", module->origin});
}

casefile::RunFacts Examination::run_facts() const {
  casefile::RunFacts facts;
  facts.command = options_.command == nullptr ? "examine" : options_.command;
  facts.version = EXHIBIT_VERSION;
  facts.who = text(options_.who);
  const auto at = facts.who.find('@');
  if (at != std::string::npos) facts.host = facts.who.substr(at + 1);
  facts.jobs = state_.library->threads;
  return facts;
}

exhibit_status Examination::check_refusal() {
  const auto reason = casefile::find_refusal(*state_.opened, facts_);
  if (!reason) return fail(error_, reason.error(), state_.path);
  if (facts_.replace || reason->refusal == casefile::Refusal::none) return EXHIBIT_OK;
  const std::string what = reason->refusal == casefile::Refusal::label_exists
                               ? "an exhibit \"" + reason->label + "\" is in the case already"
                               : "this evidence is in the case already, as \"" + reason->label + "\"";
  return fail(error_, EXHIBIT_E_INVALID, state_.path + ": " + what, state_.path);
}

exhibit_status Examination::write() {
  casefile::Case& subject = *state_.opened;
  const auto failed = [&](const Error& cause) { return fail(error_, cause, state_.path); };
  auto writer = casefile::ExhibitWriter::begin(subject, facts_);
  if (!writer) return failed(writer.error());
  std::vector<const evidence::Evidence*> sources;
  for (const auto& evidence : evidence_) sources.push_back(evidence.get());
  auto summary = engine::run(modules_, sources, run_options(), **writer);
  if (!summary) return failed(summary.error());
  summary_ = *summary;
  if (!teller_.tell(EXHIBIT_PHASE_RESOLVE)) return fail_cancelled();
  if (const auto finished = (*writer)->finish(); !finished) return failed(finished.error());
  const std::string detail = R"({"exhibit":)" + json_text(facts_.label) + R"(,"content_sha256":")" +
                             hex((*writer)->content_sha256()) + R"("})";
  writer->reset();
  if (!teller_.tell(EXHIBIT_PHASE_INDEX)) return fail_cancelled();
  const bool is_clean = summary_.problems == 0 && summary_.ledger_adds_up;
  if (const auto ended = subject.end_run(is_clean ? 0 : 3, true, detail); !ended) return failed(ended.error());
  return EXHIBIT_OK;
}

engine::RunOptions Examination::run_options() const {
  engine::RunOptions options;
  options.label = facts_.label;
  options.jobs = state_.library->threads;
  options.memory_limit = state_.library->memory_limit;
  options.limits = state_.library->limits;
  options.hash_all = options_.hash_all != 0;
  options.progress = [this](const engine::Progress& at) { return teller_.tell(at); };
  return options;
}

}  // namespace exhibit::library
