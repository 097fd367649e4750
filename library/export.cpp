#include "casefile/export.h"

#include <atomic>
#include <chrono>
#include <functional>

#include "aside.h"
#include "boundary.h"
#include "case_reading.h"
#include "casefile/audit.h"
#include "casefile/summary.h"
#include "handles.h"
#include "model/json.h"
#include "progress.h"
#include "query.h"
#include "zone.h"

namespace exhibit::library {

namespace {

/// While a callback is at work within a shared reading, no run may begin on its connection.
class LentScope {
 public:
  explicit LentScope(CaseReading& reading)
      : state_(reading.state()), before_(state_.is_lent), is_shared_(reading.is_shared()) {
    if (is_shared_) state_.is_lent = true;
  }
  ~LentScope() {
    if (is_shared_) state_.is_lent = before_;
  }
  LentScope(const LentScope&) = delete;
  LentScope& operator=(const LentScope&) = delete;

 private:
  CaseState& state_;
  bool before_;
  bool is_shared_;
};

class Exporting {
 public:
  Exporting(CaseReading& reading, const exhibit_export_options& options, const exhibit_callbacks& callbacks,
            exhibit_error** error)
      : subject_(reading.subject()),
        is_shared_(reading.is_shared()),
        options_(options),
        callbacks_(callbacks),
        teller_(callbacks),
        error_(error) {}

  exhibit_status run(const casefile::Filter& filter) {
    if (const auto status = choose_zone(); status != EXHIBIT_OK) return status;
    const std::string format = options_.format == nullptr ? "" : options_.format;
    const bool is_csv = format == "csv";
    if (!is_csv && format != "jsonl" && format != "summary")
      return fail(error_, EXHIBIT_E_INVALID, "no format \"" + format + "\"; there are jsonl, csv and summary");
    if (is_csv && options_.path == nullptr)
      return fail(error_, EXHIBIT_E_INVALID, "csv is written to a folder: a path is needed");
    if (options_.path == nullptr && callbacks_.write == nullptr)
      return fail(error_, EXHIBIT_E_INVALID, "a path, or a callback that writes");
    if (!tell()) return fail(error_, EXHIBIT_E_CANCELLED, "cancelled");
    return told(aside([&] {
      if (is_csv) return csv(filter);
      const Write write = format == "jsonl"
                              ? Write([&](const casefile::Output& output) { return jsonl(filter, output); })
                              : Write([&](const casefile::Output& output) { return summary(output); });
      return options_.path == nullptr ? to_callback(write) : to_file(write);
    }));
  }

 private:
  using Write = std::function<Result<void>(const casefile::Output&)>;

  exhibit_status choose_zone() {
    if (options_.time_zone == nullptr || *options_.time_zone == '\0') return EXHIBIT_OK;
    auto found = load_zone(options_.time_zone);
    if (!found) return fail(error_, EXHIBIT_E_INVALID, found.error());
    zone_.emplace(options_.time_zone, std::move(*found));
    return EXHIBIT_OK;
  }

  exhibit_status told(const Result<void>& done) {
    return done ? EXHIBIT_OK : fail(error_, done.error(), options_.path == nullptr ? "" : options_.path);
  }

  /// The calling thread has nothing to do but to tell the host. A connection that callbacks may use too stays on it.
  Result<void> aside(const std::function<Result<void>()>& work) {
    if (is_shared_) return work();
    Aside thread([&] { return tell(); }, [&] { subject_.interrupt(); });
    aside_ = &thread;
    Result<void> done;
    thread.run([&] { done = work(); });
    aside_ = nullptr;
    return done;
  }

  Result<void> csv(const casefile::Filter& filter) {
    const casefile::CsvOptions options{.raw = options_.raw != 0, .zone = zone_ ? &*zone_ : nullptr};
    return casefile::write_csv(subject_, filter, options, options_.path);
  }

  Result<void> jsonl(const casefile::Filter& filter, const casefile::Output& output) {
    return casefile::write_jsonl(subject_, filter, {.with_secrets = options_.with_secrets != 0}, output);
  }

  Result<void> summary(const casefile::Output& output) {
    const auto numbers = casefile::summarize(subject_);
    if (!numbers) return std::unexpected(numbers.error());
    return output(casefile::summary_json(*numbers) + "\n");
  }

  Result<void> to_callback(const Write& write) {
    std::string waiting;
    auto written = write([&](std::string_view bytes) -> Result<void> {
      waiting += bytes;
      if (waiting.size() >= kHandedAtOnce)
        if (auto handed = hand(waiting); !handed) return handed;
      return count(bytes.size());
    });
    return written && !waiting.empty() ? hand(waiting) : written;
  }

  /// Only the calling thread calls the host.
  Result<void> hand(std::string& bytes) {
    bool is_taken = false;
    const auto call = [&] { is_taken = callbacks_.write(bytes.data(), bytes.size(), callbacks_.user_data) == 0; };
    if (aside_ != nullptr)
      aside_->on_caller(call);
    else
      call();
    bytes.clear();
    if (is_taken) return {};
    return exhibit::fail(ErrorCode::cancelled, "an export to its end");
  }

  Result<void> to_file(const Write& write) {
    auto file = casefile::FileOutput::create(options_.path);
    if (!file) return std::unexpected(file.error());
    const auto written = write([&](std::string_view bytes) -> Result<void> {
      if (auto done = file->write(bytes); !done) return done;
      return count(bytes.size());
    });
    return written ? file->commit() : written;
  }

  /// False: the host cancels.
  bool tell() {
    told_at_ = std::chrono::steady_clock::now();
    return teller_.tell(EXHIBIT_PHASE_EXPORT, {.done = done_});
  }

  /// After each piece of output: on a thread of its own the work only hears whether to go on.
  Result<void> count(std::size_t bytes) {
    done_ += bytes;
    const bool goes_on = aside_ != nullptr ? !aside_->cancel().requested() : !is_due() || tell();
    if (goes_on) return {};
    return exhibit::fail(ErrorCode::cancelled, "an export to its end");
  }

  bool is_due() const { return std::chrono::steady_clock::now() - told_at_ >= kTellEvery; }

  static constexpr std::size_t kHandedAtOnce = 64 * 1024;
  static constexpr auto kTellEvery = std::chrono::milliseconds(100);

  const casefile::Case& subject_;
  bool is_shared_;
  const exhibit_export_options& options_;
  const exhibit_callbacks& callbacks_;
  ProgressTeller teller_;
  exhibit_error** error_;
  std::optional<model::ShownZone> zone_;
  Aside* aside_ = nullptr;  // while the work has a thread of its own
  std::atomic<std::uint64_t> done_ = 0;
  std::chrono::steady_clock::time_point told_at_;
};

/// What a query asks of an export; an export holds artefacts and all that explains them.
exhibit_status filter_of(const exhibit_query& query, CaseReading& reading, casefile::Filter& filter,
                         exhibit_error** error) {
  if (const auto status = query.check(error); status != EXHIBIT_OK) return status;
  if (query.kind >= 200 || !query.id_prefix.empty())
    return fail(error, EXHIBIT_E_INVALID, "an export takes a query over artefacts, without an id");
  const auto resolved = query.resolved(reading.artefacts());
  if (!resolved) return fail(error, resolved.error(), reading.state().path);
  if (!*resolved) return fail(error, EXHIBIT_E_INVALID, "the case has no such app");
  filter = **resolved;
  return EXHIBIT_OK;
}

/// An export with secrets is on record before its first byte is written.
exhibit_status record_secrets(CaseState& state, const exhibit_export_options& options, exhibit_error** error) {
  if (state.is_read_only)
    return fail(error, EXHIBIT_E_INVALID,
                "secrets are exported from a case that is open for writing: its audit log records it", state.path);
  const WritingScope scope(state.is_writing);
  if (!scope.is_ours()) return fail(error, EXHIBIT_E_BUSY, "the case is being written", state.path);
  const std::lock_guard lock(state.mutex);
  if (const auto made = state.have_case(); !made) return fail(error, made.error(), state.path);
  std::string detail = R"({"with_secrets":true,"format":)";
  model::append_json_string(detail, options.format == nullptr ? "" : options.format);
  detail += "}";
  const auto added =
      casefile::add_audit_line(*state.opened, options.who == nullptr ? "" : options.who, "export", detail);
  return added ? EXHIBIT_OK : fail(error, added.error(), state.path);
}

}  // namespace

}  // namespace exhibit::library

using namespace exhibit::library;  // NOLINT(google-build-using-namespace): the functions below are its face

extern "C" {

exhibit_status exhibit_case_export(exhibit_case* of, exhibit_query* query, const exhibit_export_options* options,
                                   const exhibit_callbacks* callbacks, exhibit_error** error) {
  return guarded(error, [&]() -> exhibit_status {
    if (of == nullptr) return fail(error, EXHIBIT_E_INVALID, "a case is needed");
    exhibit_export_options chosen;
    exhibit_callbacks calls;
    auto status = take_options(options, chosen, "export options", error);
    if (status == EXHIBIT_OK) status = take_options(callbacks, calls, "callbacks", error);
    if (status != EXHIBIT_OK) return status;
    if (query != nullptr && query->state != of->state)
      return fail(error, EXHIBIT_E_INVALID, "the query is one of another case");
    if (chosen.with_secrets != 0) status = record_secrets(*of->state, chosen, error);
    if (status != EXHIBIT_OK) return status;
    std::shared_ptr<CaseReading> reading;
    CaseReading::Lock lock;
    status = CaseReading::open(of->state, reading, lock, error);
    exhibit::casefile::Filter filter;
    if (status == EXHIBIT_OK && query != nullptr) status = filter_of(*query, *reading, filter, error);
    if (status != EXHIBIT_OK) return status;
    const LentScope lent(*reading);
    return Exporting(*reading, chosen, calls, error).run(filter);
  });
}

}  // extern "C"
