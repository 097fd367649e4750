#include "artefact_view.h"

#include <cstdio>

#include "artefact_text.h"
#include "color.h"
#include "terminal_text.h"

namespace exhibit::cli {

namespace {

constexpr unsigned kDeepest = 8;

std::string last_step(exhibit_field field) {
  const char* path = exhibit_field_path(field);
  const std::string text = path == nullptr ? "?" : path;
  return text.substr(text.rfind('.') + 1);
}

void print_fields(const RecordView& record, unsigned depth) {
  if (depth == kDeepest) return;
  const std::string indent(depth * 2, ' ');
  for (exhibit_field field = record.next_field(0); field != 0; field = record.next_field(field)) {
    const std::string name = indent + last_step(field);
    const RecordView first = record.child(field);
    exhibit_value value;
    const bool is_value = !first || exhibit_record_get(record.get(), field, &value) == EXHIBIT_OK;
    if (is_value) {
      std::printf("%-28s %s\n", name.c_str(), clean(record.text(field)).c_str());
      continue;
    }
    for (std::size_t i = 0; i < record.count(field); ++i) {
      std::printf("%s\n", name.c_str());
      print_fields(record.child(field, i), depth + 1);
    }
  }
}

}  // namespace

void print_artefact(const RecordView& artefact) {
  const std::string head = kind_word(artefact) + "  " + time_column(artefact);
  std::printf("%s\n%s%s\n\n", styled(Style::heading, head).c_str(),
              styled(Style::deleted, state_mark(artefact)).c_str(), clean(artefact.text(0)).c_str());
  print_fields(artefact, 0);
}

}  // namespace exhibit::cli
