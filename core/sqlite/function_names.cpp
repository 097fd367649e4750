#include "sqlite/function_names.h"

#include <algorithm>
#include <array>

namespace exhibit::sqlite {

namespace {

constexpr auto kOwn = std::to_array<std::string_view>({
    "after",
    "apple_time",
    "before",
    "device_path",
    "dotnet_time",
    "earliest",
    "email",
    "exif_time",
    "filetime",
    "gps_time",
    "hfs_time",
    "inflate",
    "iso_time",
    "keyed_archive",
    "keyed_archive_each",
    "latest",
    "list",
    "list_rows",
    "mac",
    "map",
    "phone",
    "plist",
    "plist_each",
    "protobuf",
    "protobuf_each",
    "typedstream_runs",
    "typedstream_text",
    "unix_time",
    "uptime",
    "utf16",
    "utf8",
    "webkit_time",
});

// Left out on purpose: what reads files (readfile, load_extension), what depends on the clock or on chance (date and
// its kin, random, randomblob), what changes state or tells about it (changes, last_insert_rowid, sqlite_*), and
// zeroblob, which makes a gigabyte of one number.
constexpr auto kSqlite = std::to_array<std::string_view>({
    "abs",        "avg",          "char",        "coalesce",     "count",        "cume_dist",
    "dense_rank", "first_value",  "format",      "glob",         "group_concat", "hex",
    "iif",        "ifnull",       "instr",       "json",         "json_array",   "json_array_length",
    "json_each",  "json_extract", "json_object", "json_quote",   "json_tree",    "json_type",
    "json_valid", "lag",          "last_value",  "lead",         "length",       "like",
    "likelihood", "likely",       "lower",       "ltrim",        "max",          "min",
    "nth_value",  "ntile",        "nullif",      "percent_rank", "printf",       "quote",
    "rank",       "replace",      "round",       "row_number",   "rtrim",        "sign",
    "substr",     "substring",    "sum",         "total",        "trim",         "typeof",
    "unicode",    "unlikely",     "upper",
});

constexpr auto kTables = std::to_array<std::string_view>({
    "json_each",
    "json_tree",
    "keyed_archive_each",
    "plist_each",
    "protobuf_each",
});

constexpr auto all_names() {
  std::array<std::string_view, kOwn.size() + kSqlite.size()> names{};
  std::ranges::copy(kOwn, names.begin());
  std::ranges::copy(kSqlite, names.begin() + kOwn.size());
  std::ranges::sort(names);
  return names;
}

constexpr auto kAll = all_names();

}  // namespace

std::span<const std::string_view> function_names() { return kAll; }
std::span<const std::string_view> table_function_names() { return kTables; }
std::span<const std::string_view> own_function_names() { return kOwn; }

}  // namespace exhibit::sqlite
