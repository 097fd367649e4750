#include "examination.h"

#include <algorithm>

#include "aside.h"
#include "base/unicode.h"
#include "model/json.h"
#include "service_record.h"
#include "zone.h"

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
  RunScope(CaseState& state, std::unique_ptr<casefile::ExhibitWriter>& writer) : state_(state), writer_(writer) {}
  ~RunScope() {
    writer_.reset();  // its statements go before their connection
    if (is_over_) return;
    state_.opened->abandon_run();
    if (!state_.path.empty() && !state_.is_on_disk) state_.opened.reset();
  }
  RunScope(const RunScope&) = delete;
  RunScope& operator=(const RunScope&) = delete;
  void set_over() { is_over_ = true; }

 private:
  CaseState& state_;
  std::unique_ptr<casefile::ExhibitWriter>& writer_;
  bool is_over_ = false;
};

class CancelScope {
 public:
  CancelScope(casefile::Case& subject, const Cancel& cancel) : subject_(subject) { subject_.set_cancel(&cancel); }
  ~CancelScope() { subject_.set_cancel(nullptr); }
  CancelScope(const CancelScope&) = delete;
  CancelScope& operator=(const CancelScope&) = delete;

 private:
  casefile::Case& subject_;
};

}  // namespace

exhibit_status Examination::run(exhibit_record** summary) {
  for (const auto check : {&Examination::check_label, &Examination::check_sources, &Examination::choose_parsers,
                           &Examination::choose_zone})
    if (const auto status = (this->*check)(); status != EXHIBIT_OK) return status;
  fill_facts();
  if (const auto status = check_refusal(); status != EXHIBIT_OK) return status;
  RunScope scope(state_, writer_);
  log_begin();
  if (const auto begun = aside(EXHIBIT_PHASE_OPEN, [&] { return begin(); }); !begun)
    return fail(error_, begun.error(), state_.path);
  if (const auto status = write(); status != EXHIBIT_OK) return status;
  scope.set_over();
  teller_.log().put(LogLevel::info, facts_.label + ": " + std::to_string(summary_.artefacts) + " artefacts, " +
                                        std::to_string(summary_.problems) + " problems");
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
  for (auto one = sources_.begin(); one != sources_.end(); ++one)
    for (auto other = sources_.begin(); other != one; ++other)
      if (std::ranges::equal(one->evidence->fingerprint(), other->evidence->fingerprint()))
        return fail(error_, EXHIBIT_E_INVALID,
                    one->evidence->path() + ": the same evidence as " + other->evidence->path(), one->evidence->path());
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

exhibit_status Examination::choose_zone() {
  const std::string name = text(options_.time_zone);
  if (name.empty()) return EXHIBIT_OK;
  auto zone = load_zone(name);
  if (!zone) return fail(error_, EXHIBIT_E_INVALID, zone.error());
  local_zone_.emplace(name, std::move(*zone));
  return EXHIBIT_OK;
}

void Examination::fill_facts() {
  facts_.label = options_.exhibit;
  facts_.replace = options_.replace != 0;
  facts_.has_text_index = options_.no_text_index == 0;
  if (local_zone_) {
    facts_.zone = local_zone_->name;
    facts_.zone_from = "examiner";
  }
  for (const ExaminedSource& source : sources_)
    facts_.sources.push_back(
        {.evidence = source.evidence.get(), .path = source.evidence->path(), .is_encrypted = source.is_unlocked});
  for (const auto& module : modules_)
    facts_.parsers.push_back({module->name, module->title, hex(module->version), "module", module->origin});
}

void Examination::log_begin() {
  Log& log = teller_.log();
  for (const ExaminedSource& source : sources_)
    log.put(LogLevel::info, facts_.label + ": examines " + source.evidence->path() + ", " +
                                std::to_string(source.evidence->entries().size()) + " entries, with " +
                                std::to_string(modules_.size()) + " parsers");
}

casefile::RunFacts Examination::run_facts() const {
  casefile::RunFacts facts;
  facts.command = options_.command == nullptr ? "examine" : options_.command;
  facts.version = EXHIBIT_VERSION;
  facts.who = text(options_.who);
  const auto at = facts.who.find('@');
  if (at != std::string::npos) facts.host = facts.who.substr(at + 1);
  facts.jobs = state_.library->threads;
  if (local_zone_) facts.options = R"({"time_zone":)" + json_text(local_zone_->name) + "}";
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
  const auto failed = [&](const Error& cause) { return fail(error_, cause, state_.path); };
  std::vector<const evidence::Evidence*> sources;
  for (const ExaminedSource& source : sources_) sources.push_back(source.evidence.get());
  auto summary = engine::run(modules_, sources, run_options(), *writer_);
  if (!summary) return failed(summary.error());
  summary_ = *summary;
  if (const auto finished = aside(EXHIBIT_PHASE_RESOLVE, [&] { return writer_->finish(); }); !finished)
    return failed(finished.error());
  const std::string detail = audit_detail(writer_->content_sha256());
  writer_.reset();
  const bool is_clean = summary_.problems == 0 && summary_.ledger_adds_up;
  const auto end = [&] { return state_.opened->end_run(is_clean ? 0 : 3, true, detail); };
  if (const auto ended = aside(EXHIBIT_PHASE_INDEX, end); !ended) return failed(ended.error());
  return EXHIBIT_OK;
}

/// The run begins in a copy of the case, and what is to be replaced goes from it.
Result<void> Examination::begin() {
  if (auto begun = state_.opened->begin_run(run_facts()); !begun) return begun;
  auto writer = casefile::ExhibitWriter::begin(*state_.opened, facts_);
  if (!writer) return std::unexpected(writer.error());
  writer_ = std::move(*writer);
  return {};
}

/// Long work with the case that tells nothing by itself.
Result<void> Examination::aside(std::int32_t phase, const std::function<Result<void>()>& work) {
  const engine::Progress at{.artefacts = summary_.artefacts, .problems = summary_.problems};
  if (!teller_.tell(phase, at)) return exhibit::fail(ErrorCode::cancelled, "a run to its end");
  casefile::Case& subject = *state_.opened;
  Aside thread([&] { return teller_.tell(phase, at); }, [&] { subject.interrupt(); });
  const CancelScope scope(subject, thread.cancel());
  Result<void> done;
  thread.run([&] { done = work(); });
  // What came too late for the last phase came too late: the case has its name.
  if (done && thread.cancel().requested() && phase != EXHIBIT_PHASE_INDEX)
    return exhibit::fail(ErrorCode::cancelled, "a run to its end");
  return done;
}

/// That a secret was used is told, never the secret.
std::string Examination::audit_detail(const crypto::Sha256Digest& content_sha256) const {
  std::string detail =
      R"({"exhibit":)" + json_text(facts_.label) + R"(,"content_sha256":")" + hex(content_sha256) + '"';
  std::string unlocked;
  for (const ExaminedSource& source : sources_)
    if (source.is_unlocked) unlocked += (unlocked.empty() ? "" : ",") + json_text(source.evidence->path());
  if (!unlocked.empty()) detail += R"(,"unlocked_with_a_secret":[)" + unlocked + "]";
  if (local_zone_) detail += R"(,"time_zone":)" + json_text(local_zone_->name);
  return detail + "}";
}

engine::RunOptions Examination::run_options() const {
  engine::RunOptions options;
  options.label = facts_.label;
  options.jobs = state_.library->threads;
  options.memory_limit = state_.library->memory_limit;
  options.limits = state_.library->limits;
  options.hash_all = options_.hash_all != 0;
  options.log = &teller_.log();
  options.local_zone = local_zone_ ? &*local_zone_ : nullptr;
  options.progress = [this](const engine::Progress& at) { return teller_.tell(at); };
  return options;
}

}  // namespace exhibit::library
