#include <filesystem>

#include "base/unicode.h"
#include "boundary.h"
#include "examination.h"
#include "handles.h"

namespace exhibit::library {

namespace {

std::string text(const char* given) { return given == nullptr ? "" : given; }

/// A case is opened again for each reading, perhaps after the host went to another folder.
std::string full_path(const std::string& path) {
  std::error_code failure;
  const auto full = std::filesystem::absolute(path, failure);
  return failure ? path : full.string();
}

bool are_utf8(const casefile::CaseFacts& facts) {
  return is_utf8(facts.number) && is_utf8(facts.examiner) && is_utf8(facts.agency) && is_utf8(facts.note);
}

exhibit_case* make_handle(const exhibit_library& library, const std::string& path, casefile::Case opened) {
  auto state = std::make_shared<CaseState>();
  state->library = library.state;
  state->path = path;
  state->full_path = path.empty() ? "" : full_path(path);
  state->opened.emplace(std::move(opened));
  return new exhibit_case{std::move(state)};
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
    if (library == nullptr || opened == nullptr || (path != nullptr && *path == '\0'))
      return fail(error, EXHIBIT_E_INVALID, "a library and a place for the case are needed");
    if (const auto status = take_options(options, chosen, "case options", error); status != EXHIBIT_OK) return status;
    const exhibit::casefile::CaseFacts facts{text(chosen.number), text(chosen.examiner), text(chosen.agency),
                                             text(chosen.note), "exhibit " EXHIBIT_VERSION};
    if (!are_utf8(facts)) return fail(error, EXHIBIT_E_INVALID, "what is told about a case is UTF-8");
    auto made = exhibit::casefile::Case::create(text(path), facts);
    if (!made) return fail(error, made.error(), text(path));
    *opened = make_handle(*library, text(path), std::move(*made));
    (*opened)->state->facts = facts;
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
    if (const auto status = take_options(options, chosen, "case options", error); status != EXHIBIT_OK) return status;
    const bool is_read_only = chosen.read_only != 0;
    auto made = exhibit::casefile::Case::open(path, is_read_only ? Access::read_only : Access::read_write);
    if (!made && made.error().code == exhibit::ErrorCode::malformed)
      return fail(error, EXHIBIT_E_FORMAT, std::string(path) + ": not a case of exhibit", path);
    if (!made) return fail(error, made.error(), path);
    *opened = make_handle(*library, path, std::move(*made));
    (*opened)->state->is_read_only = is_read_only;
    (*opened)->state->is_on_disk = true;
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
    auto status = take_options(options, chosen, "examine options", error);
    if (status == EXHIBIT_OK) status = take_options(callbacks, calls, "callbacks", error);
    if (status != EXHIBIT_OK) return status;
    std::vector<ExaminedSource> evidence;
    for (std::size_t i = 0; i < count; ++i) {
      if (sources[i] == nullptr) return fail(error, EXHIBIT_E_INVALID, "one of the sources is NULL");
      evidence.push_back({sources[i]->evidence, sources[i]->is_unlocked});
    }
    const auto state = into->state;  // also if a callback frees the handle
    if (state->is_read_only)
      return fail(error, EXHIBIT_E_INVALID, state->path + ": the case was opened for reading only", state->path);
    const WritingScope scope(state->is_writing);
    if (!scope.is_ours()) return fail(error, EXHIBIT_E_BUSY, "the case is being written", state->path);
    const std::lock_guard lock(state->mutex);
    if (state->is_lent) return fail(error, EXHIBIT_E_BUSY, "the case is being exported", state->path);
    if (const auto there = state->have_case(); !there) return fail(error, there.error(), state->path);
    return Examination(*state, std::move(evidence), chosen, calls, error).run(summary);
  });
}

void exhibit_case_free(exhibit_case* opened) { delete opened; }

}  // extern "C"
