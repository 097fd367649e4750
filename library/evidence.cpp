#include <algorithm>

#include "base/unicode.h"
#include "boundary.h"
#include "containers/open.h"
#include "engine/glob.h"
#include "engine/run.h"
#include "handles.h"
#include "progress.h"
#include "service_record.h"
#include "unlocking.h"

struct exhibit_reader {
  std::shared_ptr<const exhibit::evidence::Evidence> evidence;
  exhibit::evidence::SourcePtr source;
  std::string path;
};

namespace exhibit::library {

namespace {

bool has_root(std::string_view pattern) {
  constexpr std::string_view kRoots[] = {"home:", "app:", "group:", "system:", "media:", "backup:"};
  return std::ranges::any_of(kRoots, [&](std::string_view root) { return pattern.starts_with(root); });
}

class EvidenceCursor : public exhibit_cursor {
 public:
  EvidenceCursor(std::shared_ptr<const evidence::Evidence> evidence, std::string pattern, engine::Registry registry,
                 std::vector<engine::PathMatch> matches)
      : evidence_(std::move(evidence)),
        pattern_(std::move(pattern)),
        registry_(std::move(registry)),
        matches_(std::move(matches)) {}

  exhibit_status next(const exhibit_record*& record, exhibit_error**) override {
    while (number_ < evidence_->entries().size()) {
      const evidence::Entry& entry = evidence_->entry(++number_);
      if (!is_wanted(entry)) continue;
      record_ = evidence_file_record(entry, number_, parsers_of(number_));
      record = record_.get();
      return EXHIBIT_OK;
    }
    return EXHIBIT_NONE;
  }

 private:
  bool is_wanted(const evidence::Entry& entry) const {
    if (pattern_.empty()) return true;
    if (has_root(pattern_)) return engine::matches_pattern(pattern_, entry.device_path);
    const std::string anywhere = "*" + pattern_ + "*";
    return engine::matches_glob(anywhere, entry.device_path) || engine::matches_glob(anywhere, entry.container_path);
  }

  std::vector<std::string_view> parsers_of(std::uint32_t number) const {
    std::vector<std::string_view> names;
    const auto range = std::ranges::equal_range(matches_, number, {}, &engine::PathMatch::entry);
    for (const engine::PathMatch& match : range) names.emplace_back(registry_.modules()[match.module]->name);
    return names;
  }

  std::shared_ptr<const evidence::Evidence> evidence_;
  std::string pattern_;
  engine::Registry registry_;
  std::vector<engine::PathMatch> matches_;
  std::uint32_t number_ = 0;
  RecordPtr record_;
};

std::string locked_text(const containers::OpenError& cause) {
  std::string text = "is encrypted";
  if (!cause.detail.empty()) text += " (" + cause.detail + ")";
  if (cause.error.found == 0) return text + ": a password or key is needed";
  return text + ": the password or key is wrong (" + std::to_string(cause.error.found) + " tried)";
}

/// Says what the thing looks like, not only that it does not fit.
exhibit_status fail_open(const containers::OpenError& cause, const std::string& path, exhibit_error** error) {
  const bool is_unknown = cause.error.code == ErrorCode::unsupported;
  const bool is_broken = cause.error.code == ErrorCode::malformed || cause.error.code == ErrorCode::truncated;
  if (cause.error.code == ErrorCode::locked)
    return fail(error, EXHIBIT_E_LOCKED, path + ": " + locked_text(cause), path);
  if (!is_unknown && !is_broken) return fail(error, cause.error, path);
  std::string message = path + ": ";
  if (cause.detail.empty())
    message += error_text(cause.error);
  else
    message +=
        (is_unknown ? "expected a folder, an archive or a backup, found: " : "cannot be listed: ") + cause.detail;
  return fail(error, is_unknown ? EXHIBIT_E_FORMAT : EXHIBIT_E_DAMAGED, std::move(message), path);
}

exhibit_status open_entry(const exhibit_evidence& from, std::uint32_t number, std::string name, exhibit_reader** reader,
                          exhibit_error** error) {
  auto source = from.evidence->open(number);
  if (!source) return fail(error, source.error(), std::move(name));
  *reader = new exhibit_reader{from.evidence, std::move(*source), std::move(name)};
  return EXHIBIT_OK;
}

}  // namespace

}  // namespace exhibit::library

using namespace exhibit::library;  // NOLINT(google-build-using-namespace): the functions below are its face

extern "C" {

exhibit_status exhibit_evidence_open(exhibit_library* library, const char* path,
                                     const exhibit_evidence_options* options, const exhibit_callbacks* callbacks,
                                     exhibit_evidence** evidence, exhibit_error** error) {
  if (evidence != nullptr) *evidence = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    if (library == nullptr || path == nullptr || evidence == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a library, a path and a place for the evidence are needed");
    exhibit_evidence_options chosen;
    exhibit_callbacks calls;
    auto status = take_options(options, chosen, "evidence options", error);
    if (status == EXHIBIT_OK) status = take_options(callbacks, calls, "callbacks", error);
    if (status != EXHIBIT_OK) return status;
    if (!ProgressTeller(calls).tell(EXHIBIT_PHASE_OPEN, {.item = path}))
      return fail(error, EXHIBIT_E_CANCELLED, "cancelled");
    const auto state = library->state;  // also if a callback frees the handle
    HostUnlocking unlocking(*state, calls, path);
    auto opened = exhibit::containers::open(
        path, {.limits = state->limits,
               .unlocking = unlocking.get(),
               .progress = [&](std::uint64_t done, std::uint64_t total) { unlocking.tell_opening(done, total); },
               .salvage = chosen.salvage != 0});
    if (unlocking.is_cancelled()) return fail(error, EXHIBIT_E_CANCELLED, "cancelled");
    if (!opened) return fail_open(opened.error(), path, error);
    unlocking.keep_what_fitted();
    *evidence = new exhibit_evidence{state, std::move(*opened), unlocking.used_a_secret()};
    return EXHIBIT_OK;
  });
}

exhibit_status exhibit_evidence_describe(exhibit_evidence* evidence, exhibit_record** record, exhibit_error** error) {
  if (record != nullptr) *record = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    if (evidence == nullptr || record == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "an evidence and a place for the record are needed");
    *record = container_record(*evidence->evidence, evidence->is_unlocked).release();
    return EXHIBIT_OK;
  });
}

exhibit_status exhibit_evidence_list(exhibit_evidence* evidence, const char* pattern, exhibit_cursor** cursor,
                                     exhibit_error** error) {
  if (cursor != nullptr) *cursor = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    if (evidence == nullptr || cursor == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "an evidence and a place for the cursor are needed");
    exhibit::engine::Registry registry = evidence->library->snapshot();
    auto matches = exhibit::engine::match_paths(registry.modules(), *evidence->evidence);
    if (!matches) return fail(error, matches.error(), evidence->evidence->path());
    *cursor = new EvidenceCursor(evidence->evidence, pattern == nullptr ? "" : pattern, std::move(registry),
                                 std::move(*matches));
    return EXHIBIT_OK;
  });
}

void exhibit_evidence_free(exhibit_evidence* evidence) { delete evidence; }

exhibit_status exhibit_evidence_read(exhibit_evidence* evidence, const char* path, exhibit_reader** reader,
                                     exhibit_error** error) {
  if (reader != nullptr) *reader = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    if (evidence == nullptr || path == nullptr || reader == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "an evidence, a path and a place for the reader are needed");
    const auto& opened = *evidence->evidence;
    const auto numbers = opened.find_device_path(path);
    if (numbers.size() > 1)
      return fail(error, EXHIBIT_E_INVALID,
                  std::string(path) + ": several files have this device path: name one by its container path", path);
    const std::uint32_t number = numbers.empty() ? opened.find_container_path(path) : numbers.front();
    if (number == 0) return fail(error, EXHIBIT_E_NOT_FOUND, std::string(path) + ": not in the evidence", path);
    return open_entry(*evidence, number, path, reader, error);
  });
}

exhibit_status exhibit_evidence_read_entry(exhibit_evidence* evidence, uint64_t number, exhibit_reader** reader,
                                           exhibit_error** error) {
  if (reader != nullptr) *reader = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    if (evidence == nullptr || reader == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "an evidence and a place for the reader are needed");
    const auto& entries = evidence->evidence->entries();
    if (number == 0 || number > entries.size())
      return fail(
          error, EXHIBIT_E_NOT_FOUND,
          "entry " + std::to_string(number) + " of " + std::to_string(entries.size()) + ": not in the evidence");
    return open_entry(*evidence, static_cast<std::uint32_t>(number),
                      exhibit::escape_invalid_utf8(entries[number - 1].container_path), reader, error);
  });
}

uint64_t exhibit_reader_size(const exhibit_reader* reader) { return reader == nullptr ? 0 : reader->source->size(); }

exhibit_status exhibit_reader_read(exhibit_reader* reader, uint64_t offset, void* buffer, size_t size, size_t* got,
                                   exhibit_error** error) {
  if (got != nullptr) *got = 0;
  return guarded(error, [&]() -> exhibit_status {
    if (reader == nullptr || (buffer == nullptr && size != 0) || got == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a reader, a buffer and a place for the count are needed");
    const auto read = reader->source->read_at(offset, {static_cast<std::uint8_t*>(buffer), size});
    if (!read) return fail(error, read.error(), reader->path);
    *got = *read;
    return EXHIBIT_OK;
  });
}

void exhibit_reader_free(exhibit_reader* reader) { delete reader; }

}  // extern "C"
