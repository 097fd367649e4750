#include "artefact_text.h"

#include <algorithm>

#include "terminal_text.h"

namespace exhibit::cli {

namespace {

exhibit_field field(const char* path) { return exhibit_field_find(path); }

}  // namespace

std::string short_id(const RecordView& artefact) {
  static const exhibit_field id = field("id");
  return artefact.text(id).substr(0, 8);
}

std::string state_mark(const RecordView& artefact) {
  static const exhibit_field status = field("state.status");
  static const exhibit_field reason = field("state.reason");
  static const exhibit_field found_in = field("state.found_in");
  static const exhibit_field confidence = field("state.confidence");
  const std::string word = artefact.text(status);
  if (word.empty() || word == "live") return {};
  std::string mark = word == "soft_deleted" ? "deleted" : word;
  const std::string why = artefact.text(word == "recovered" ? found_in : reason);
  if (!why.empty()) mark += ": " + why;
  const std::string sure = artefact.text(confidence);
  if (!sure.empty()) mark += ", " + sure + " %";
  return "[" + mark + "] ";
}

ShownTime shown_time(const RecordView& artefact) {
  static const exhibit_field time = field("time");
  const std::string text = artefact.text(time);
  ShownTime shown;
  if (text.empty()) return shown;
  const std::size_t clock_begin = text.find('T');
  // An offset begins with a sign, and so does a part of the date: the clock stands between them.
  std::size_t zone_begin = text.find_first_of("Z+-", clock_begin == std::string::npos ? 0 : clock_begin);
  if (clock_begin == std::string::npos) zone_begin = text.find_first_of("Z+", 0);
  if (clock_begin == std::string::npos && text.size() > 6 && text[text.size() - 3] == ':' &&
      text[text.size() - 6] == '-')
    zone_begin = text.size() - 6;
  zone_begin = std::min(zone_begin, text.size());
  shown.day = text.substr(0, std::min(clock_begin, zone_begin));
  if (clock_begin != std::string::npos)
    shown.clock = text.substr(clock_begin + 1, std::min<std::size_t>(8, zone_begin - clock_begin - 1));
  const auto value = artefact.value(time);
  const bool is_local = value && value->zone == EXHIBIT_ZONE_LOCAL;
  shown.zone = is_local ? " local" : text.substr(zone_begin);
  return shown;
}

std::string time_column(const RecordView& artefact) {
  const ShownTime shown = shown_time(artefact);
  if (shown.day.empty()) return "no time";
  return shown.day + (shown.clock.empty() ? "" : " " + shown.clock) + shown.zone;
}

std::string party_name(const RecordView& party, exhibit_field place) {
  if (!party) return {};
  if (party.integer(EXHIBIT_IN(place, EXHIBIT_PARTY_IS_OWNER)).value_or(0) != 0) return "Owner";
  for (const exhibit_field part : {EXHIBIT_PARTY_NAME, EXHIBIT_PARTY_NORMALIZED, EXHIBIT_PARTY_ADDRESS}) {
    const std::string text = party.text(EXHIBIT_IN(place, part));
    if (!text.empty()) return clean(text);
  }
  return "?";
}

std::string kind_word(const RecordView& artefact) {
  const char* path = exhibit_field_path(static_cast<exhibit_field>(artefact.kind()));
  return path == nullptr ? "" : path;
}

}  // namespace exhibit::cli
