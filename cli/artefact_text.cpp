#include "artefact_text.h"

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

std::string time_column(const RecordView& artefact) {
  static const exhibit_field time = field("time");
  const auto value = artefact.value(time);
  if (!value || value->type != EXHIBIT_TYPE_TIME) return "no time            ";
  return day_text(value->integer) + " " + clock_text(value->integer) +
         (value->zone == EXHIBIT_ZONE_LOCAL ? " local" : "");
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
