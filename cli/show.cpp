#include <unistd.h>

#include <cstdio>
#include <exhibit/exhibit.hpp>

#include "artefact_view.h"
#include "chat_view.h"
#include "commands.h"
#include "filter.h"
#include "list_view.h"
#include "summary_view.h"
#include "terminal_text.h"

namespace exhibit::cli {

namespace {

constexpr std::uint64_t kOnATerminal = 200;

/// A service record as a line: its set fields with their names.
void print_record(const RecordView& record) {
  std::string line;
  for (exhibit_field field = record.next_field(0); field != 0; field = record.next_field(field)) {
    const char* path = exhibit_field_path(field);
    const std::string name = path == nullptr ? "" : path;
    line += (line.empty() ? "" : "  ") + name.substr(name.rfind('.') + 1) + "=" + clean(record.text(field));
  }
  std::printf("%s\n", line.c_str());
}

int print_service(Case& opened, std::int32_t kind, const ShowArguments& arguments, bool json) {
  Query query = opened.query(kind);
  if (!arguments.filter.exhibit.empty())
    query.where(exhibit_field_find("provenance.exhibit"), EXHIBIT_EQUAL, arguments.filter.exhibit);
  Cursor records = query.run();
  while (const auto record = records.next()) {
    if (json) {
      std::printf("%s\n", record->json().c_str());
    } else if (kind == static_cast<std::int32_t>(EXHIBIT_AUDIT)) {
      std::printf("%s\n", clean(record->text(EXHIBIT_AUDIT_LINE)).c_str());
    } else {
      print_record(*record);
    }
  }
  return kDone;
}

int print_one(Case& opened, const ShowArguments& arguments, bool json) {
  const std::string& id = arguments.id;
  Query query = opened.query();
  query.id_prefix(id);
  if (query.count() != 1)
    throw Error(EXHIBIT_E_NOT_FOUND, query.count() == 0 ? "no artefact's id begins with \"" + id + "\""
                                                        : "several artefacts' ids begin with \"" + id + "\"");
  // Without a zone each time stands as it was recorded, with the offset that the phone knew.
  if (!arguments.zone.empty()) query.time_zone(arguments.zone);
  Cursor found = query.run();
  const auto artefact = found.next();
  if (json) {
    std::printf("%s\n", artefact->json().c_str());
  } else {
    print_artefact(*artefact);
  }
  return kDone;
}

int print_artefacts(Library& library, Case& opened, const ShowArguments& arguments, bool json) {
  Query query = opened.query();
  apply(arguments.filter, library, query);
  query.time_zone(arguments.zone.empty() ? "UTC" : arguments.zone);
  const std::uint64_t all = query.count();
  const std::uint64_t limit = arguments.limit.value_or(isatty(STDOUT_FILENO) != 0 && !json ? kOnATerminal : 0);
  if (limit != 0) query.last(limit);
  ChatView chats(opened, arguments.zone);
  bool has_chats = false;
  Cursor artefacts = query.run();
  while (const auto artefact = artefacts.next()) {
    if (json) {
      std::printf("%s\n", artefact->json().c_str());
    } else if (artefact->kind() == static_cast<std::int32_t>(EXHIBIT_MESSAGE)) {
      chats.add(*artefact);
      has_chats = true;
    } else {
      print_line(*artefact);
    }
  }
  if (has_chats) chats.print();
  if (limit != 0 && all > limit && !json) std::printf("... %s more: --limit 0\n", grouped(all - limit).c_str());
  return kDone;
}

}  // namespace

int show(const ShowArguments& arguments, const Common& common) {
  Library library;
  exhibit_case_options options = EXHIBIT_CASE_OPTIONS_INIT;
  options.read_only = 1;
  Case opened = Case::open(library, arguments.case_path, &options);
  const struct {
    bool wanted;
    std::int32_t kind;
  } lists[] = {{arguments.problems, EXHIBIT_PROBLEM},
               {arguments.unread, EXHIBIT_UNREAD},
               {arguments.ledger, EXHIBIT_LEDGER},
               {arguments.files, EXHIBIT_CASE_FILE},
               {arguments.audit, EXHIBIT_AUDIT}};
  for (const auto& list : lists)
    if (list.wanted) return print_service(opened, list.kind, arguments, common.json);
  if (!arguments.id.empty()) return print_one(opened, arguments, common.json);
  if (is_set(arguments.filter) || arguments.limit) return print_artefacts(library, opened, arguments, common.json);
  std::vector<std::string> labels;
  if (!arguments.filter.exhibit.empty()) labels.push_back(arguments.filter.exhibit);
  if (common.json) {
    print_summary_json(opened, -1);
  } else {
    print_summary(opened, labels, -1);
  }
  return kDone;
}

}  // namespace exhibit::cli
