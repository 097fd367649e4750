// Keys: IEEE 1003.1 (pax, "pax Extended Header"); LIBARCHIVE.creationtime as libarchive writes it; GNU.sparse.* from
// the manual of GNU tar, "Storing Sparse Files". A key that is repeated counts as its last record says; an empty value
// takes the key back.
#include "pax_records.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace exhibit::containers {
namespace {

template <class Number>
std::optional<Number> decimal(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Record {
  std::string_view key, value;
};

// The record at the front of `rest`, which is then behind it. The length counts the whole record.
std::optional<Record> take_record(std::string_view& rest) {
  const std::size_t blank = rest.find(' ');
  if (blank == rest.npos) return std::nullopt;
  const auto length = decimal<std::uint64_t>(rest.substr(0, blank));
  if (!length || *length > rest.size() || *length < blank + 3) return std::nullopt;
  const std::string_view record = rest.substr(0, *length);
  if (record.back() != '\n') return std::nullopt;
  const std::size_t equals = record.find('=', blank);
  if (equals == record.npos) return std::nullopt;
  rest.remove_prefix(*length);
  return Record{record.substr(blank + 1, equals - blank - 1), record.substr(equals + 1, record.size() - equals - 2)};
}

bool put_text(std::optional<std::string>& out, std::string_view value, std::uint64_t longest) {
  if (value.size() > longest) return false;
  out.reset();
  if (!value.empty()) out.emplace(value);
  return true;
}

bool put_size(std::optional<std::uint64_t>& out, std::string_view value) {
  out = decimal<std::uint64_t>(value);
  return out || value.empty();
}

bool put_time(PaxTime& out, std::string_view value) {
  const auto time = pax_time_us(value);
  if (!time && !value.empty()) return false;
  out.emplace(time);
  return true;
}

bool put_map(std::vector<std::uint64_t>& out, std::string_view value) {
  out.clear();
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const auto number = decimal<std::uint64_t>(value.substr(0, comma));
    if (!number) return false;
    out.push_back(*number);
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
  return true;
}

bool put_sparse(PaxRecords& out, std::string_view key, std::string_view value, std::uint64_t longest) {
  out.sparse = true;
  if (key == "name") return put_text(out.sparse_name, value, longest);
  if (key == "realsize" || key == "size") return put_size(out.sparse_size, value);
  if (key == "map") return put_map(out.sparse_numbers, value);
  if (key == "offset" || key == "numbytes") {  // 0.0: one record each, in turn
    const auto number = decimal<std::uint64_t>(value);
    if (number) out.sparse_numbers.push_back(*number);
    return number.has_value();
  }
  if (key == "major") {
    out.sparse_map_in_content = value == "1";
    return value == "0" || value == "1";
  }
  return true;  // minor, numblocks: the map says it better
}

bool put(PaxRecords& out, const Record& record, std::uint64_t longest) {
  constexpr std::string_view kSparse = "GNU.sparse.";
  if (record.key == "path") return put_text(out.path, record.value, longest);
  if (record.key == "linkpath") return put_text(out.link, record.value, longest);
  if (record.key == "size") return put_size(out.size, record.value);
  if (record.key == "mtime") return put_time(out.modified_us, record.value);
  if (record.key == "atime") return put_time(out.accessed_us, record.value);
  if (record.key == "ctime") return put_time(out.changed_us, record.value);
  if (record.key == "LIBARCHIVE.creationtime") return put_time(out.created_us, record.value);
  if (record.key.starts_with(kSparse)) return put_sparse(out, record.key.substr(kSparse.size()), record.value, longest);
  return true;  // owners, extended attributes, comments
}

}  // namespace

std::optional<std::int64_t> pax_time_us(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  const auto seconds = decimal<std::int64_t>(whole);
  constexpr std::int64_t kMost = INT64_MAX / 1'000'000 - 1;
  if (!seconds || *seconds > kMost || *seconds < -kMost) return std::nullopt;
  std::int64_t fraction_us = 0;
  std::int64_t unit = 100'000;
  bool more = false;  // beyond microseconds
  for (const char c : text.substr(std::min(point + 1, text.size()))) {
    if (c < '0' || c > '9') return std::nullopt;
    fraction_us += unit * (c - '0');
    more = more || (unit == 0 && c != '0');
    unit /= 10;
  }
  if (!whole.starts_with('-')) return *seconds * 1'000'000 + fraction_us;
  return *seconds * 1'000'000 - fraction_us - (more ? 1 : 0);
}

PaxRecords read_pax_records(Bytes records, std::uint64_t longest_value, Where start) {
  PaxRecords out;
  std::string_view rest = as_text(records);
  const auto flaw = [&](Literal expected, std::uint64_t offset) {
    if (!out.flaw) out.flaw = Error{ErrorCode::malformed, expected, offset, {start.file, start.offset + offset}};
  };
  while (!rest.empty()) {
    const std::uint64_t offset = records.size() - rest.size();
    const auto record = take_record(rest);
    if (!record) {
      flaw("a PAX record", offset);
      break;
    }
    if (!put(out, *record, longest_value)) flaw("a PAX record with a value of its key", offset);
  }
  return out;
}

}  // namespace exhibit::containers
