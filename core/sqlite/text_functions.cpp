// Addresses, paths and parts of texts, as far as their form alone tells. What is not of the form is NULL, never a
// guess.
#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/unicode.h"
#include "function_call.h"

namespace exhibit::sqlite {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Of ASCII alone: what other letters do depends on the language.
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_hex_digit(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

std::string lowered(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), lower);
  return result;
}

/// Of the separators, in the order given, the first that occurs: where it stands first, and its size.
std::pair<std::size_t, std::size_t> find_separator(std::string_view text, Arguments separators) {
  for (sqlite3_value* separator : separators) {
    const std::string_view wanted = text_of(separator);
    const std::size_t found = wanted.empty() ? std::string_view::npos : text.find(wanted);
    if (found != std::string_view::npos) return {found, wanted.size()};
  }
  return {std::string_view::npos, 0};
}

template <bool after>
void part_at_separator(sqlite3_context* call, Arguments arguments) {
  if (arguments.size() < 2)
    return give_error(call, std::string(after ? "after" : "before") + ": takes a text and one separator or more");
  const std::string_view text = text_of(arguments[0]);
  const auto [position, size] = find_separator(text, arguments.subspan(1));
  if (position == std::string_view::npos) return sqlite3_result_null(call);
  give_text(call, after ? text.substr(position + size) : text.substr(0, position));
}

std::string colons_between(std::string_view twelve_digits) {
  std::string mac;
  for (std::size_t i = 0; i < twelve_digits.size(); i += 2) {
    if (i > 0) mac += ':';
    mac += lower(twelve_digits[i]);
    mac += lower(twelve_digits[i + 1]);
  }
  return mac;
}

/// Six groups of one or two hexadecimal digits between one kind of separator: Apple drops leading zeros ("0:1a:2").
/// Or twelve digits without any. Empty if it is neither.
std::string mac_of(std::string_view text) {
  const std::size_t at = text.find_first_of(":-");
  if (at == std::string_view::npos)
    return text.size() == 12 && std::ranges::all_of(text, is_hex_digit) ? colons_between(text) : "";
  const char separator = text[at];
  std::string digits;
  for (std::size_t group = 0; group < 6; ++group) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, end);
    const bool is_last = end == text.size();
    if (part.empty() || part.size() > 2 || !std::ranges::all_of(part, is_hex_digit) || is_last != (group == 5))
      return "";
    if (part.size() == 1) digits += '0';
    digits += part;
    text.remove_prefix(is_last ? end : end + 1);
  }
  return colons_between(digits);
}

std::string mac_of_bytes(Bytes bytes) {
  std::array<char, 18> text{};
  std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2], bytes[3],
                bytes[4], bytes[5]);
  return text.data();
}

void give_unless_empty(sqlite3_context* call, const std::string& text) {
  if (text.empty()) return sqlite3_result_null(call);
  give_text(call, text);
}

void mac(sqlite3_context* call, Arguments arguments) {
  const Bytes bytes = bytes_of(arguments[0]);
  const bool is_raw = sqlite3_value_type(arguments[0]) == SQLITE_BLOB && bytes.size() == 6;
  give_unless_empty(call, is_raw ? mac_of_bytes(bytes) : mac_of(as_text(bytes)));
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// A user's number and the slash behind it.
bool take_user(std::string_view& text) {
  const std::size_t digits = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
  if (digits == 0 || digits == text.size() || text[digits] != '/') return false;
  text.remove_prefix(digits + 1);
  return true;
}

/// A path as apps store it to the names that parsers match by: home: (iOS), app: and media: (Android). Empty for
/// others.
std::string device_path_of(std::string_view text) {
  constexpr auto kHome = std::to_array<std::string_view>({"~/", "/var/mobile/", "/private/var/mobile/"});
  constexpr auto kMedia = std::to_array<std::string_view>({"/sdcard/", "/mnt/sdcard/", "/storage/sdcard0/"});
  for (const std::string_view prefix : kHome)
    if (take_prefix(text, prefix)) return "home:" + std::string(text);
  for (const std::string_view prefix : kMedia)
    if (take_prefix(text, prefix)) return "media:" + std::string(text);
  if (take_prefix(text, "/data/data/")) return "app:" + std::string(text);
  std::string_view rest = text;
  if (take_prefix(rest, "/data/user/") && take_user(rest)) return "app:" + std::string(rest);
  rest = text;
  if (take_prefix(rest, "/storage/emulated/") && take_user(rest)) return "media:" + std::string(rest);
  return "";
}

void device_path(sqlite3_context* call, Arguments arguments) {
  give_unless_empty(call, device_path_of(text_of(arguments[0])));
}

/// What people and address books put between digits, Unicode's no-break spaces, hyphens and invisible marks included.
bool is_between_digits(char32_t c) {
  return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || c == 0xa0 || c == 0x202f ||
         (c >= 0x200e && c <= 0x2015) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

/// E.164, if the text says by + or 00 that the country is in it. Empty otherwise: a country is never assumed.
std::string phone_of(std::string_view text) {
  take_prefix(text, "tel:");
  // "+44 (0)20…": the 0 is dialled only inside the country.
  if (text.find("(0)") != std::string_view::npos) return "";
  std::string number;
  std::size_t position = 0;
  while (position < text.size()) {
    const auto c = next_utf8(text, position);
    if (!c) return "";
    if ((*c >= '0' && *c <= '9') || (*c == '+' && number.empty())) {
      number += static_cast<char>(*c);
    } else if (!is_between_digits(*c)) {
      return "";
    }
  }
  if (number.starts_with("00")) number.replace(0, 2, "+");
  // E.164: at most 15 digits, and no country's code begins with 0.
  if (!number.starts_with('+') || number.size() < 8 || number.size() > 16 || number[1] == '0') return "";
  return number;
}

void phone(sqlite3_context* call, Arguments arguments) { give_unless_empty(call, phone_of(text_of(arguments[0]))); }

std::string email_of(std::string_view text) {
  std::string address = lowered(text);
  if (address.starts_with("mailto:")) address = address.substr(7, address.find('?') - 7);
  const std::size_t at = address.rfind('@');
  const bool is_address = at != std::string::npos && at > 0 && at + 1 < address.size() &&
                          address.find_first_of(" \t\r\n<>,;") == std::string::npos;
  return is_address ? address : "";
}

void email(sqlite3_context* call, Arguments arguments) { give_unless_empty(call, email_of(text_of(arguments[0]))); }

}  // namespace

int register_text_functions(sqlite3* connection, FunctionContext& context) {
  static constexpr std::array<ScalarFunction, 6> kFunctions = {{
      {"after", -1, called<part_at_separator<true>>},
      {"before", -1, called<part_at_separator<false>>},
      {"mac", 1, called<mac>},
      {"device_path", 1, called<device_path>},
      {"phone", 1, called<phone>},
      {"email", 1, called<email>},
  }};
  return register_scalars(connection, context, kFunctions);
}

}  // namespace exhibit::sqlite
