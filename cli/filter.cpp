#include "filter.h"

#include <algorithm>
#include <cctype>

namespace exhibit::cli {

namespace {

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

std::uint32_t kind_number(Library& library, const std::string& wanted) {
  Cursor kinds = library.list(EXHIBIT_KIND);
  std::string names;
  while (const auto kind = kinds.next()) {
    const std::string name = kind->text(EXHIBIT_KIND_NAME);
    if (lower(name) == lower(wanted)) return static_cast<std::uint32_t>(*kind->integer(EXHIBIT_KIND_NUMBER));
    names += (names.empty() ? "" : ", ") + name;
  }
  throw Error(EXHIBIT_E_INVALID, "no kind \"" + wanted + "\"; there are " + names);
}

std::int64_t moment(const std::string& prefix, bool is_end) {
  std::int64_t from = 0;
  std::int64_t to = 0;
  if (exhibit_time_span(prefix.c_str(), &from, &to) != EXHIBIT_OK)
    throw Error(EXHIBIT_E_INVALID, "\"" + prefix + "\" is no time; write 2023, 2023-05 or 2023-05-01T12:00");
  return is_end ? to : from;
}

}  // namespace

bool is_set(const FilterArguments& filter) {
  return !filter.kinds.empty() || !filter.apps.empty() || !filter.since.empty() || !filter.until.empty() ||
         !filter.search.empty() || !filter.with.empty() || filter.deleted;
}

void apply(const FilterArguments& filter, Library& library, Query& query) {
  for (const std::string& kind : filter.kinds) query.where_kind(kind_number(library, kind));
  for (const std::string& app : filter.apps) query.where(exhibit_field_find("app"), EXHIBIT_EQUAL, app);
  if (!filter.exhibit.empty()) query.where(exhibit_field_find("provenance.exhibit"), EXHIBIT_EQUAL, filter.exhibit);
  if (!filter.since.empty()) query.where_time(EXHIBIT_AT_LEAST, moment(filter.since, false));
  if (!filter.until.empty()) query.where_time(EXHIBIT_LESS, moment(filter.until, true));
  if (!filter.search.empty()) query.search(filter.search);
  if (!filter.with.empty()) query.with(filter.with);
  if (filter.deleted) query.deleted();
}

}  // namespace exhibit::cli
