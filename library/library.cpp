#include "boundary.h"
#include "handles.h"
#include "model/model.h"
#include "parsers/packed_modules.h"
#include "service_record.h"
#include "sqlite/database.h"

namespace exhibit::library {

namespace {

/// More than any machine of today has cores; a host's mistake should not take all that the system has.
constexpr unsigned kMostThreads = 1024;

/// All fields of a message and of those nested in it. The model is no tree without end: its deepest path has six
/// levels.
void add_fields(const model::MessageInfo& message, exhibit_field place, const std::string& path, unsigned depth,
                std::vector<RecordPtr>& records) {
  constexpr unsigned kDeepest = 8;
  if (depth == kDeepest) return;
  for (const model::FieldInfo& field : message.fields) {
    const std::string name = path + "." + std::string(field.name);
    records.push_back(field_record(field, place, name));
    const bool is_time = field.message != nullptr && field.message->name == "Time";
    if (field.message != nullptr && !is_time)
      add_fields(*field.message, place << 8 | field.number, name, depth + 1, records);
  }
}

std::vector<RecordPtr> list_records(LibraryState& library, std::int32_t kind) {
  std::vector<RecordPtr> records;
  const auto kinds = model::Model::get().kinds();
  const engine::Registry registry = library.snapshot();
  switch (kind) {
    case EXHIBIT_PARSER:
      for (const auto& module : registry.modules()) records.push_back(parser_record(*module));
      break;
    case EXHIBIT_KIND:
      for (const model::MessageInfo* info : kinds) records.push_back(kind_record(*info));
      break;
    case EXHIBIT_FIELD:
      for (const model::MessageInfo* info : kinds) add_fields(*info, info->number, std::string(info->name), 1, records);
      break;
    case EXHIBIT_FORMAT:
      records.push_back(format_record("jsonl", "JSON lines: the complete export"));
      records.push_back(format_record("csv", "CSV: a folder with one file a kind"));
      records.push_back(format_record("summary", "JSON: one object with the numbers of every exhibit"));
      break;
    default:
      break;
  }
  return records;
}

bool is_listed(std::int32_t kind) {
  return kind == EXHIBIT_PARSER || kind == EXHIBIT_KIND || kind == EXHIBIT_FIELD || kind == EXHIBIT_FORMAT;
}

/// A built-in module that does not load is a bug of the build, which the tests find.
exhibit_status add_packed_modules(engine::Registry& registry, exhibit_error** error) {
  for (const engine::PackedModule& packed : parsers::packed_modules()) {
    const auto findings = registry.add(packed.text, "built in");
    if (findings.empty()) continue;
    return fail(error, EXHIBIT_E_INTERNAL, engine::finding_text(std::string(packed.name), findings.front()));
  }
  return EXHIBIT_OK;
}

}  // namespace

}  // namespace exhibit::library

using namespace exhibit::library;  // NOLINT(google-build-using-namespace): the functions below are its face

extern "C" {

exhibit_status exhibit_library_new(const exhibit_library_options* options, exhibit_library** library,
                                   exhibit_error** error) {
  if (library != nullptr) *library = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    exhibit_library_options chosen;
    if (library == nullptr) return fail(error, EXHIBIT_E_INVALID, "a place for the library is needed");
    if (const auto status = take_options(options, chosen, "library options", error); status != EXHIBIT_OK)
      return status;
    if (chosen.threads > kMostThreads)
      return fail(error, EXHIBIT_E_INVALID, "at most " + std::to_string(kMostThreads) + " threads");
    // What the lens relies on may change with SQLite's version: better no answer than a wrong one.
    if (const std::string broken = exhibit::sqlite::self_test(); !broken.empty())
      return fail(error, EXHIBIT_E_UNSUPPORTED, "the linked SQLite does not do what is needed: " + broken);
    auto state = std::make_shared<LibraryState>();
    state->threads = chosen.threads;
    state->memory_limit = chosen.memory_limit;
    if (const auto status = add_packed_modules(state->registry, error); status != EXHIBIT_OK) return status;
    *library = new exhibit_library{std::move(state)};
    return EXHIBIT_OK;
  });
}

exhibit_status exhibit_library_list(exhibit_library* library, int32_t kind, exhibit_cursor** cursor,
                                    exhibit_error** error) {
  if (cursor != nullptr) *cursor = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    if (library == nullptr || cursor == nullptr || !is_listed(kind))
      return fail(error, EXHIBIT_E_INVALID,
                  "a library, a place for the cursor, and a list of parsers, kinds, fields or formats are needed");
    *cursor = new ListCursor(list_records(*library->state, kind));
    return EXHIBIT_OK;
  });
}

exhibit_status exhibit_library_load_module(exhibit_library* library, const char* name, const char* text, size_t length,
                                           exhibit_error** error) {
  return guarded(error, [&]() -> exhibit_status {
    if (library == nullptr || name == nullptr || text == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a library, a name and a text are needed");
    const std::lock_guard lock(library->state->mutex);
    const auto findings = library->state->registry.add({text, length}, name);
    if (findings.empty()) return EXHIBIT_OK;
    return fail(error, EXHIBIT_E_FORMAT, exhibit::engine::finding_text(name, findings.front()), name);
  });
}

exhibit_status exhibit_library_check_module(exhibit_library* library, const char* name, const char* text, size_t length,
                                            exhibit_cursor** cursor, exhibit_error** error) {
  if (cursor != nullptr) *cursor = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    if (library == nullptr || name == nullptr || text == nullptr || cursor == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a library, a name, a text and a place for the cursor are needed");
    std::vector<RecordPtr> records;
    if (const auto module = exhibit::engine::load_module({text, length}, name); !module)
      for (const auto& finding : module.error()) records.push_back(finding_record(finding));
    *cursor = new ListCursor(std::move(records));
    return EXHIBIT_OK;
  });
}

void exhibit_library_free(exhibit_library* library) { delete library; }

}  // extern "C"
