#include "functions.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "decoded_blobs.h"
#include "function_call.h"

namespace exhibit::sqlite {

namespace {

// A query may call a decoder many times a row: what is beyond this is counted alone.
constexpr std::size_t kNotesKept = 100;

void append_hex(std::string& text, Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
}

}  // namespace

FunctionContext::FunctionContext(const std::map<std::string, CodeMap, std::less<>>& maps, const Limits& limits,
                                 Budget& budget)
    : maps_(maps), limits_(limits), budget_(budget), decoded_(std::make_unique<DecodedBlobs>()) {}

FunctionContext::~FunctionContext() = default;

void FunctionContext::start_row() {
  unknown_codes_.clear();
  blob_notes_.clear();
  blob_note_count_ = 0;
  decoded_->start_row();
}

const CodeMap* FunctionContext::find_map(std::string_view name) const {
  const auto found = maps_.find(name);
  return found == maps_.end() ? nullptr : &found->second;
}

void FunctionContext::note_unknown_code(std::string_view map, std::string_view code) {
  const auto is_same = [&](const Query::UnknownCode& known) { return known.map == map && known.code == code; };
  if (std::ranges::any_of(unknown_codes_, is_same)) return;
  unknown_codes_.push_back({std::string(map), std::string(code)});
}

void FunctionContext::note_blob(std::string_view function, std::string text) {
  ++blob_note_count_;
  if (blob_notes_.size() < kNotesKept) blob_notes_.push_back({std::string(function), std::move(text)});
}

void FunctionContext::note_blob(std::string_view function, const Error& error) {
  note_blob(function, error_text(error));
}

int function_flags() {
  int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS | SQLITE_SUBTYPE;
#ifdef SQLITE_RESULT_SUBTYPE
  flags |= SQLITE_RESULT_SUBTYPE;
#endif
  return flags;
}

int register_scalars(sqlite3* connection, FunctionContext& context, std::span<const ScalarFunction> functions) {
  for (const ScalarFunction& function : functions) {
    const int result = sqlite3_create_function_v2(connection, function.name, function.arguments, function_flags(),
                                                  &context, function.call, nullptr, nullptr, nullptr);
    if (result != SQLITE_OK) return result;
  }
  return SQLITE_OK;
}

Bytes bytes_of(sqlite3_value* value) {
  const int type = sqlite3_value_type(value);
  if (type == SQLITE_NULL) return {};
  const void* start = type == SQLITE_BLOB ? sqlite3_value_blob(value) : sqlite3_value_text(value);
  const int size = sqlite3_value_bytes(value);
  if (start == nullptr || size <= 0) return {};
  return {static_cast<const std::uint8_t*>(start), static_cast<std::size_t>(size)};
}

std::string shown(sqlite3_value* value) {
  std::string text;
  if (sqlite3_value_type(value) == SQLITE_BLOB) {
    append_hex(text, bytes_of(value));
  } else if (sqlite3_value_type(value) == SQLITE_FLOAT) {
    // SQLite would give 15 digits, which do not tell all doubles apart.
    std::array<char, 32> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), sqlite3_value_double(value));
    text.assign(digits.data(), written.ptr);
  } else {
    text = text_of(value);
  }
  return text;
}

void give_text(sqlite3_context* call, std::string_view text) {
  // A null pointer would be NULL, but an empty text is a value.
  sqlite3_result_text64(call, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void give_blob(sqlite3_context* call, Bytes bytes) {
  if (bytes.empty()) {
    sqlite3_result_zeroblob(call, 0);
  } else {
    sqlite3_result_blob64(call, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  }
}

void give_error(sqlite3_context* call, const std::string& text) {
  sqlite3_result_error(call, text.data(), static_cast<int>(text.size()));
}

int register_functions(sqlite3* connection, FunctionContext& context) {
  for (const auto group : {register_time_functions, register_text_functions, register_blob_functions,
                           register_list_functions, register_map_function, register_each_tables}) {
    const int result = group(connection, context);
    if (result != SQLITE_OK) return result;
  }
  return SQLITE_OK;
}

}  // namespace exhibit::sqlite
