// Thin C++17 over exhibit.h: a class for each handle that frees itself; a call that fails throws exhibit::Error. No new
// concept, and no part of the ABI: it compiles into the host.
#ifndef EXHIBIT_EXHIBIT_HPP
#define EXHIBIT_EXHIBIT_HPP

#include <exhibit/exhibit.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exhibit {

class Error : public std::runtime_error {
 public:
  Error(exhibit_status status, const std::string& message) : std::runtime_error(message), status_(status) {}
  exhibit_status status() const { return status_; }

 private:
  exhibit_status status_;
};

/// Calls a function of the API with a place for its error, and throws what it tells.
template <class Call>
exhibit_status check(Call call) {
  exhibit_error* error = nullptr;
  const exhibit_status status = call(&error);
  if (status >= 0) return status;
  const std::unique_ptr<exhibit_error, void (*)(exhibit_error*)> owned(error, exhibit_error_free);
  throw Error(status, error != nullptr ? exhibit_error_message(error) : exhibit_status_name(status));
}

/// Borrowed: valid as its cursor or its owner says.
class RecordView {
 public:
  explicit RecordView(const exhibit_record* record) : record_(record) {}

  std::int32_t kind() const { return exhibit_record_kind(record_); }
  explicit operator bool() const { return record_ != nullptr; }
  const exhibit_record* get() const { return record_; }

  std::optional<std::string_view> text_value(exhibit_field field) const {
    exhibit_value value;
    if (exhibit_record_get(record_, field, &value) != EXHIBIT_OK || value.data == nullptr) return std::nullopt;
    return std::string_view(value.data, value.length);
  }
  std::optional<std::int64_t> integer(exhibit_field field) const {
    exhibit_value value;
    if (exhibit_record_get(record_, field, &value) != EXHIBIT_OK) return std::nullopt;
    return value.integer;
  }
  std::optional<exhibit_value> value(exhibit_field field) const {
    exhibit_value value;
    if (exhibit_record_get(record_, field, &value) != EXHIBIT_OK) return std::nullopt;
    return value;
  }
  std::size_t count(exhibit_field field) const { return exhibit_record_count(record_, field); }
  RecordView child(exhibit_field field, std::size_t i = 0) const {
    return RecordView(exhibit_record_child(record_, field, i));
  }
  std::string_view text_at(exhibit_field field, std::size_t i) const {
    exhibit_value value;
    if (exhibit_record_get_at(record_, field, i, &value) != EXHIBIT_OK || value.data == nullptr) return {};
    return {value.data, value.length};
  }
  exhibit_field next_field(exhibit_field previous) const { return exhibit_record_next_field(record_, previous); }
  /// For people; field 0 is the one-line title. Empty if unset.
  std::string text(exhibit_field field) const {
    const char* text = nullptr;
    std::size_t length = 0;
    if (exhibit_record_text(record_, field, &text, &length) != EXHIBIT_OK) return {};
    return {text, length};
  }
  std::string json() const {
    const char* text = nullptr;
    std::size_t length = 0;
    if (exhibit_record_json(record_, &text, &length) != EXHIBIT_OK) return {};
    return {text, length};
  }

 private:
  const exhibit_record* record_;
};

/// Owned.
class Record : public RecordView {
 public:
  explicit Record(exhibit_record* record) : RecordView(record), owned_(record, exhibit_record_free) {}
  /// Keeps what a cursor lends beyond its next step.
  static Record copy_of(const RecordView& record) {
    exhibit_record* copy = exhibit_record_copy(record.get());
    if (copy == nullptr) throw std::bad_alloc();
    return Record(copy);
  }

 private:
  std::unique_ptr<exhibit_record, void (*)(exhibit_record*)> owned_;
};

class Cursor {
 public:
  explicit Cursor(exhibit_cursor* cursor) : cursor_(cursor, exhibit_cursor_free) {}
  /// The next record, or nothing at the end.
  std::optional<RecordView> next() {
    const exhibit_record* record = nullptr;
    const auto status = check([&](exhibit_error** e) { return exhibit_cursor_next(cursor_.get(), &record, e); });
    if (status == EXHIBIT_NONE) return std::nullopt;
    return RecordView(record);
  }

 private:
  std::unique_ptr<exhibit_cursor, void (*)(exhibit_cursor*)> cursor_;
};

/// Where a secret goes.
class Answer {
 public:
  explicit Answer(exhibit_answer* answer) : answer_(answer) {}
  /// Copied; the caller wipes its own.
  void give(std::string_view secret) {
    const exhibit_status status = exhibit_answer_secret(answer_, secret.data(), secret.size());
    if (status != EXHIBIT_OK) throw Error(status, "the secret was not taken");
  }

 private:
  exhibit_answer* answer_;
};

/// What a long call tells its host. An exception that a callback throws cancels the call and is thrown again by it.
class Callbacks {
 public:
  std::function<bool(const exhibit_progress&)> progress;               ///< false cancels
  std::function<bool(std::string_view)> write;                         ///< false cancels
  std::function<bool(const exhibit_secret_request&, Answer&)> secret;  ///< false gives up
  std::function<void(std::int32_t level, std::string_view)> log;
  std::int32_t log_level = 0;  ///< the least important that is told; 0: EXHIBIT_LOG_INFO

  const exhibit_callbacks* c() {
    callbacks_ = EXHIBIT_CALLBACKS_INIT;
    callbacks_.user_data = this;
    if (progress) callbacks_.progress = &on_progress;
    if (write) callbacks_.write = &on_write;
    if (secret) callbacks_.secret = &on_secret;
    if (log) callbacks_.log = &on_log;
    callbacks_.log_level = log_level;
    return &callbacks_;
  }
  void rethrow() {
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

 private:
  template <class Call>
  std::int32_t guarded(Call call) noexcept {
    try {
      return call() ? 0 : 1;
    } catch (...) {
      thrown_ = std::current_exception();
      return 1;
    }
  }
  static std::int32_t on_progress(const exhibit_progress* at, void* self) {
    auto* callbacks = static_cast<Callbacks*>(self);
    return callbacks->guarded([&] { return callbacks->progress(*at); });
  }
  static std::int32_t on_write(const void* bytes, std::size_t length, void* self) {
    auto* callbacks = static_cast<Callbacks*>(self);
    return callbacks->guarded([&] { return callbacks->write({static_cast<const char*>(bytes), length}); });
  }

  static void on_log(std::int32_t level, const char* text, std::size_t length, void* self) {
    auto* callbacks = static_cast<Callbacks*>(self);
    callbacks->guarded([&] {
      callbacks->log(level, {text, length});
      return true;
    });
  }

  static std::int32_t on_secret(const exhibit_secret_request* request, exhibit_answer* answer, void* self) {
    auto* callbacks = static_cast<Callbacks*>(self);
    Answer to(answer);
    return callbacks->guarded([&] { return callbacks->secret(*request, to); });
  }

  exhibit_callbacks callbacks_ = EXHIBIT_CALLBACKS_INIT;
  std::exception_ptr thrown_;
};

/// check() for calls with callbacks. The caller owns what the call gave before it asks for what a callback threw at the
/// very end: callbacks.rethrow().
template <class Call>
exhibit_status check(Callbacks& callbacks, Call call) {
  try {
    return check(call);
  } catch (const Error&) {
    callbacks.rethrow();
    throw;
  }
}

/// Throws what is wrong with the name of a time zone.
inline void check_time_zone(const std::string& name) {
  check([&](exhibit_error** e) { return exhibit_time_zone_check(name.c_str(), e); });
}

class Library {
 public:
  explicit Library(const exhibit_library_options* options = nullptr) : library_(nullptr, exhibit_library_free) {
    exhibit_library* library = nullptr;
    check([&](exhibit_error** e) { return exhibit_library_new(options, &library, e); });
    library_.reset(library);
  }
  Cursor list(std::int32_t kind) {
    exhibit_cursor* cursor = nullptr;
    check([&](exhibit_error** e) { return exhibit_library_list(get(), kind, &cursor, e); });
    return Cursor(cursor);
  }
  void load_module(const std::string& name, std::string_view text) {
    check([&](exhibit_error** e) {
      return exhibit_library_load_module(get(), name.c_str(), text.data(), text.size(), e);
    });
  }
  Cursor check_module(const std::string& name, std::string_view text) {
    exhibit_cursor* cursor = nullptr;
    check([&](exhibit_error** e) {
      return exhibit_library_check_module(get(), name.c_str(), text.data(), text.size(), &cursor, e);
    });
    return Cursor(cursor);
  }
  exhibit_library* get() const { return library_.get(); }

 private:
  std::unique_ptr<exhibit_library, void (*)(exhibit_library*)> library_;
};

class Reader {
 public:
  explicit Reader(exhibit_reader* reader) : reader_(reader, exhibit_reader_free) {}
  std::uint64_t size() const { return exhibit_reader_size(reader_.get()); }
  std::size_t read(std::uint64_t offset, void* buffer, std::size_t size) {
    std::size_t got = 0;
    check([&](exhibit_error** e) { return exhibit_reader_read(reader_.get(), offset, buffer, size, &got, e); });
    return got;
  }

 private:
  std::unique_ptr<exhibit_reader, void (*)(exhibit_reader*)> reader_;
};

class Evidence {
 public:
  Evidence(const Library& library, const std::string& path, Callbacks callbacks = {},
           const exhibit_evidence_options* options = nullptr)
      : evidence_(nullptr, exhibit_evidence_free) {
    exhibit_evidence* evidence = nullptr;
    check(callbacks, [&](exhibit_error** e) {
      return exhibit_evidence_open(library.get(), path.c_str(), options, callbacks.c(), &evidence, e);
    });
    evidence_.reset(evidence);
    callbacks.rethrow();
  }
  Record describe() {
    exhibit_record* record = nullptr;
    check([&](exhibit_error** e) { return exhibit_evidence_describe(get(), &record, e); });
    return Record(record);
  }
  /// An empty pattern: all.
  Cursor list(const std::string& pattern = {}) {
    exhibit_cursor* cursor = nullptr;
    const char* text = pattern.empty() ? nullptr : pattern.c_str();
    check([&](exhibit_error** e) { return exhibit_evidence_list(get(), text, &cursor, e); });
    return Cursor(cursor);
  }
  Reader read(const std::string& path) {
    exhibit_reader* reader = nullptr;
    check([&](exhibit_error** e) { return exhibit_evidence_read(get(), path.c_str(), &reader, e); });
    return Reader(reader);
  }
  /// By the number of its record.
  Reader read_entry(std::uint64_t number) {
    exhibit_reader* reader = nullptr;
    check([&](exhibit_error** e) { return exhibit_evidence_read_entry(get(), number, &reader, e); });
    return Reader(reader);
  }
  exhibit_evidence* get() const { return evidence_.get(); }

 private:
  std::unique_ptr<exhibit_evidence, void (*)(exhibit_evidence*)> evidence_;
};

class Query {
 public:
  explicit Query(exhibit_query* query) : query_(query, exhibit_query_free) {
    if (query == nullptr) throw std::bad_alloc();
  }
  void where(exhibit_field field, std::int32_t comparison, std::string_view text) {
    const char* data = text.data() == nullptr ? "" : text.data();
    where(field, comparison, exhibit_value{EXHIBIT_TYPE_TEXT, 0, 0, 0, data, text.size()});
  }
  void where_kind(std::uint32_t kind) { where(0, EXHIBIT_EQUAL, exhibit_value{EXHIBIT_TYPE_UINT, 0, kind, 0, "", 0}); }
  void where_time(std::int32_t comparison, std::int64_t us) {
    where(exhibit_field_find("time"), comparison, exhibit_value{EXHIBIT_TYPE_TIME, EXHIBIT_ZONE_UTC, us, 0, "", 0});
  }
  void where(exhibit_field field, std::int32_t comparison, const exhibit_value& value) {
    exhibit_query_where(get(), field, comparison, value);
  }
  void search(std::string_view text) { exhibit_query_search(get(), text.data(), text.size()); }
  void with(std::string_view text) { exhibit_query_with(get(), text.data(), text.size()); }
  void id_prefix(const std::string& digits) { exhibit_query_id_prefix(get(), digits.c_str()); }
  void time_zone(const std::string& name) { exhibit_query_time_zone(get(), name.c_str()); }
  void deleted() { exhibit_query_deleted(get()); }
  void last(std::uint64_t n) { exhibit_query_last(get(), n); }
  Cursor run() {
    exhibit_cursor* cursor = nullptr;
    check([&](exhibit_error** e) { return exhibit_query_run(get(), &cursor, e); });
    return Cursor(cursor);
  }
  std::uint64_t count() {
    std::uint64_t n = 0;
    check([&](exhibit_error** e) { return exhibit_query_count(get(), &n, e); });
    return n;
  }
  exhibit_query* get() const { return query_.get(); }

 private:
  std::unique_ptr<exhibit_query, void (*)(exhibit_query*)> query_;
};

class Case {
 public:
  static Case create(const Library& library, const std::string& path, const exhibit_case_options* options = nullptr) {
    exhibit_case* opened = nullptr;
    const char* text = path.empty() ? nullptr : path.c_str();
    check([&](exhibit_error** e) { return exhibit_case_create(library.get(), text, options, &opened, e); });
    return Case(opened);
  }
  static Case open(const Library& library, const std::string& path, const exhibit_case_options* options = nullptr) {
    exhibit_case* opened = nullptr;
    check([&](exhibit_error** e) { return exhibit_case_open(library.get(), path.c_str(), options, &opened, e); });
    return Case(opened);
  }
  Record examine(const std::vector<const Evidence*>& sources, const exhibit_examine_options& options,
                 Callbacks callbacks = {}) {
    std::vector<exhibit_evidence*> handles;
    for (const Evidence* source : sources) handles.push_back(source->get());
    exhibit_record* summary = nullptr;
    check(callbacks, [&](exhibit_error** e) {
      return exhibit_case_examine(get(), handles.data(), handles.size(), &options, callbacks.c(), &summary, e);
    });
    Record owned(summary);
    callbacks.rethrow();
    return owned;
  }
  Query query(std::int32_t kind = 0) { return Query(exhibit_case_query(get(), kind)); }
  void export_to(const exhibit_export_options& options, const Query* query = nullptr, Callbacks callbacks = {}) {
    check(callbacks, [&](exhibit_error** e) {
      return exhibit_case_export(get(), query == nullptr ? nullptr : query->get(), &options, callbacks.c(), e);
    });
    callbacks.rethrow();
  }
  exhibit_case* get() const { return case_.get(); }

 private:
  explicit Case(exhibit_case* opened) : case_(opened, exhibit_case_free) {}
  std::unique_ptr<exhibit_case, void (*)(exhibit_case*)> case_;
};

}  // namespace exhibit

#endif
