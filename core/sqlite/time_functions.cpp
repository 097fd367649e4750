// Stored numbers and texts to times, and times compared. The clocks themselves are base/time.h.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <variant>

#include "base/time.h"
#include "function_call.h"
#include "time_subtype.h"

namespace exhibit::sqlite {

namespace {

constexpr TimeReading kImpossible{Reading::impossible, {}};

/// NULL is no number to convert; anything else is an integer, a real, or nothing that a clock could show.
using Number = std::variant<std::monostate, std::int64_t, double>;

template <class T>
std::optional<T> whole_number_text(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Number number_of(sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_INTEGER:
      return sqlite3_value_int64(value);
    case SQLITE_FLOAT:
      return sqlite3_value_double(value);
    case SQLITE_TEXT: {
      const std::string_view text = text_of(value);
      if (const auto integer = whole_number_text<std::int64_t>(text)) return *integer;
      if (const auto real = whole_number_text<double>(text)) return *real;
      return {};
    }
    default:
      return {};
  }
}

/// For clocks that count in integers. A fraction of their unit is cut towards the past.
std::optional<std::int64_t> integer_of(const Number& number) {
  if (const auto* integer = std::get_if<std::int64_t>(&number)) return *integer;
  const auto* real = std::get_if<double>(&number);
  if (real == nullptr || !(std::abs(*real) < 9.2e18)) return std::nullopt;
  return static_cast<std::int64_t>(std::floor(*real));
}

std::optional<double> real_of(const Number& number) {
  if (const auto* integer = std::get_if<std::int64_t>(&number)) return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&number)) return *real;
  return std::nullopt;
}

template <TimeReading (*clock)(std::int64_t)>
TimeReading read_integer_clock(const Number& number) {
  const auto integer = integer_of(number);
  return integer ? clock(*integer) : kImpossible;
}

TimeReading read_apple(const Number& number) {
  if (const auto* integer = std::get_if<std::int64_t>(&number)) return apple_time(*integer);
  if (const auto* real = std::get_if<double>(&number)) return apple_time(*real);
  return kImpossible;
}

TimeReading read_gps(const Number& number) {
  const auto real = real_of(number);
  return real ? gps_time(*real) : kImpossible;
}

/// The stored value is shown only where it is kept: a million usual times need no text.
void give_reading(sqlite3_context* call, const TimeReading& reading, sqlite3_value* stored) {
  give_time(call, reading, keeps_stored(reading) ? shown(stored) : std::string());
}

template <TimeReading (*read)(const Number&)>
void numeric_time(sqlite3_context* call, Arguments arguments) {
  if (is_null(arguments[0])) return sqlite3_result_null(call);
  give_reading(call, read(number_of(arguments[0])), arguments[0]);
}

std::optional<Unit> unit_of(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kNames = {"s", "ms", "us", "ns"};
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<Unit>(found - kNames.begin());
}

void unix_time_in(sqlite3_context* call, Arguments arguments) {
  const auto unit = unit_of(text_of(arguments[1]));
  if (!unit) return give_error(call, "unix_time: the unit is 's', 'ms', 'us' or 'ns'");
  if (is_null(arguments[0])) return sqlite3_result_null(call);
  const Number number = number_of(arguments[0]);
  TimeReading reading = kImpossible;
  if (const auto* integer = std::get_if<std::int64_t>(&number)) reading = unix_time(*integer, *unit);
  if (const auto* real = std::get_if<double>(&number)) reading = unix_time(*real, *unit);
  give_reading(call, reading, arguments[0]);
}

/// A year may stand as a number in a column of texts, but bytes are no text.
bool is_blob(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_BLOB; }

void iso_time_of(sqlite3_context* call, Arguments arguments) {
  if (is_null(arguments[0])) return sqlite3_result_null(call);
  give_reading(call, is_blob(arguments[0]) ? kImpossible : iso_time(text_of(arguments[0])), arguments[0]);
}

void exif_time_of(sqlite3_context* call, Arguments arguments) {
  if (is_null(arguments[0])) return sqlite3_result_null(call);
  const std::string_view offset = text_of(arguments[1]);
  std::string stored = shown(arguments[0]);
  if (!offset.empty()) stored += " " + std::string(offset);
  give_time(call, is_blob(arguments[0]) ? kImpossible : exif_time(text_of(arguments[0]), offset), stored);
}

/// Seconds after the moment when the uptime was 0.
TimeReading after_anchor(const Number& number, const Moment& anchor) {
  const auto seconds = real_of(number);
  if (!seconds || !(std::abs(*seconds) < 9.2e12)) return kImpossible;
  Moment at = anchor;
  if (__builtin_add_overflow(anchor.us, std::llround(*seconds * 1e6), &at.us)) return kImpossible;
  return {Reading::moment, at};
}

bool is_time(const Value& value) { return value.type == ValueType::time || value.type == ValueType::time_lost; }

void uptime(sqlite3_context* call, Arguments arguments) {
  if (is_null(arguments[0]) || is_null(arguments[1])) return sqlite3_result_null(call);
  const Value anchor = value_of(arguments[1]);
  if (!is_time(anchor)) return give_error(call, "uptime: the anchor is not the result of a time function");
  const auto reading =
      anchor.type == ValueType::time ? after_anchor(number_of(arguments[0]), anchor.moment) : kImpossible;
  give_time(call, reading, shown(arguments[0]) + " s after " + shown(arguments[1]));
}

/// True if `a` is to be taken instead of `b`. A moment wins over a value that is none.
template <bool latest>
bool wins(const Value& a, const Value& b) {
  if (a.type != b.type) return a.type == ValueType::time;
  if (a.type != ValueType::time) return false;
  return latest ? a.moment.us > b.moment.us : a.moment.us < b.moment.us;
}

template <bool latest>
constexpr const char* kExtremeError = latest ? "latest: an argument is not the result of a time function"
                                             : "earliest: an argument is not the result of a time function";

template <bool latest>
void extreme_of_arguments(sqlite3_context* call, Arguments arguments) {
  sqlite3_value* winner = nullptr;
  for (sqlite3_value* candidate : arguments) {
    if (is_null(candidate)) continue;
    if (!is_time(value_of(candidate))) return give_error(call, kExtremeError<latest>);
    if (winner == nullptr || wins<latest>(value_of(candidate), value_of(winner))) winner = candidate;
  }
  if (winner == nullptr) return sqlite3_result_null(call);
  sqlite3_result_value(call, winner);  // with its subtype
}

/// Of a group: SQLite's max() would put every text, that is every time with an offset, above every integer.
template <bool latest>
void step_extreme(sqlite3_context* call, Arguments arguments) {
  if (is_null(arguments[0])) return;
  if (!is_time(value_of(arguments[0]))) return give_error(call, kExtremeError<latest>);
  auto** winner = static_cast<sqlite3_value**>(sqlite3_aggregate_context(call, sizeof(sqlite3_value*)));
  if (winner == nullptr) return sqlite3_result_error_nomem(call);
  if (*winner != nullptr && !wins<latest>(value_of(arguments[0]), value_of(*winner))) return;
  sqlite3_value_free(*winner);
  *winner = sqlite3_value_dup(arguments[0]);
  if (*winner == nullptr) sqlite3_result_error_nomem(call);
}

void finish_extreme(sqlite3_context* call) {
  auto** winner = static_cast<sqlite3_value**>(sqlite3_aggregate_context(call, 0));
  if (winner == nullptr || *winner == nullptr) return sqlite3_result_null(call);
  sqlite3_result_value(call, *winner);
  sqlite3_value_free(*winner);
}

template <bool latest>
int register_extreme(sqlite3* connection, FunctionContext& context, const char* name) {
  const int result = sqlite3_create_function_v2(connection, name, -1, function_flags(), &context,
                                                called<extreme_of_arguments<latest>>, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return result;
  return sqlite3_create_function_v2(connection, name, 1, function_flags(), &context, nullptr,
                                    called<step_extreme<latest>>, finish_extreme, nullptr);
}

}  // namespace

int register_time_functions(sqlite3* connection, FunctionContext& context) {
  static constexpr std::array<ScalarFunction, 10> kFunctions = {{
      {"apple_time", 1, called<numeric_time<read_apple>>},
      {"unix_time", 2, called<unix_time_in>},
      {"webkit_time", 1, called<numeric_time<read_integer_clock<webkit_time>>>},
      {"filetime", 1, called<numeric_time<read_integer_clock<filetime>>>},
      {"dotnet_time", 1, called<numeric_time<read_integer_clock<dotnet_time>>>},
      {"gps_time", 1, called<numeric_time<read_gps>>},
      {"hfs_time", 1, called<numeric_time<read_integer_clock<hfs_time>>>},
      {"iso_time", 1, called<iso_time_of>},
      {"exif_time", 2, called<exif_time_of>},
      {"uptime", 2, called<uptime>},
  }};
  const int result = register_scalars(connection, context, kFunctions);
  if (result != SQLITE_OK) return result;
  const int latest = register_extreme<true>(connection, context, "latest");
  return latest != SQLITE_OK ? latest : register_extreme<false>(connection, context, "earliest");
}

}  // namespace exhibit::sqlite
