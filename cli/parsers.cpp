#include <cstdio>
#include <exhibit/exhibit.hpp>

#include "commands.h"
#include "module_file.h"
#include "terminal_text.h"

namespace exhibit::cli {

namespace {

void print_line(const RecordView& parser) {
  std::printf("%-20s %-28s %s\n", clean(parser.text(EXHIBIT_PARSER_NAME)).c_str(),
              clean(parser.text(EXHIBIT_PARSER_TITLE)).c_str(), clean(parser.text(EXHIBIT_PARSER_KINDS)).c_str());
}

void print_list(const RecordView& parser, const char* word, exhibit_field field, const char* none) {
  const std::size_t count = parser.count(field);
  if (count == 0) std::printf("%-9s %s\n", word, none);
  for (std::size_t i = 0; i < count; ++i)
    std::printf("%-9s %s\n", i == 0 ? word : "", clean(parser.text_at(field, i)).c_str());
}

void print_whole(const RecordView& parser) {
  std::printf("%s  %s\n\n", clean(parser.text(EXHIBIT_PARSER_NAME)).c_str(),
              clean(parser.text(EXHIBIT_PARSER_TITLE)).c_str());
  print_list(parser, "gives", EXHIBIT_PARSER_KINDS, "nothing");
  print_list(parser, "files", EXHIBIT_PARSER_FILES, "none");
  print_list(parser, "seen on", EXHIBIT_PARSER_SEEN_ON, "no data: built from documentation only");
  std::printf("%-9s %s\n", "from", clean(parser.text(EXHIBIT_PARSER_ORIGIN)).c_str());
  std::printf("%-9s %s\n\n", "version", parser.text(EXHIBIT_PARSER_VERSION).c_str());
  std::printf("%s\n", clean(parser.text(EXHIBIT_PARSER_NOTES), Lines::keep).c_str());
}

int print_findings(Cursor findings, const std::string& module, bool json) {
  int status = kDone;
  while (const auto finding = findings.next()) {
    status = kFailed;
    if (json) {
      std::printf("%s\n", finding->json().c_str());
      continue;
    }
    std::string text = module;
    const std::string line = finding->text(EXHIBIT_FINDING_LINE);
    const std::string where = finding->text(EXHIBIT_FINDING_WHERE);
    const std::string nearest = finding->text(EXHIBIT_FINDING_NEAREST);
    if (!line.empty()) text += ":" + line;
    text += ": " + (where.empty() ? "" : where + ": ") + finding->text(EXHIBIT_FINDING_MESSAGE);
    if (!nearest.empty()) text += "; nearest: " + nearest;
    std::printf("%s\n", clean(text).c_str());
  }
  return status;
}

/// Runs the one module into a case in memory, and prints all that it gives.
int run_over(Library& library, const CheckArguments& arguments) {
  const std::string name = load_module_file(library, arguments.module);
  const Evidence evidence(library, arguments.evidence);
  Case in_memory = Case::create(library, "");
  const char* const parsers[] = {name.c_str(), nullptr};
  exhibit_examine_options options = EXHIBIT_EXAMINE_OPTIONS_INIT;
  options.exhibit = "check";
  options.parsers = parsers;
  options.command = "parsers check";
  const Record summary = in_memory.examine({&evidence}, options);
  for (const std::int32_t kind :
       {0, static_cast<std::int32_t>(EXHIBIT_LEDGER), static_cast<std::int32_t>(EXHIBIT_PROBLEM),
        static_cast<std::int32_t>(EXHIBIT_UNREAD)}) {
    Cursor records = in_memory.query(kind).run();
    while (const auto record = records.next()) std::printf("%s\n", record->json().c_str());
  }
  const bool is_clean =
      summary.integer(EXHIBIT_RUN_PROBLEMS).value_or(0) == 0 && summary.integer(EXHIBIT_RUN_ADDS_UP).value_or(0) != 0;
  return is_clean ? kDone : kWithProblems;
}

}  // namespace

int parsers(const ParsersArguments& arguments, const Common& common) {
  Library library;
  Cursor parsers = library.list(EXHIBIT_PARSER);
  bool is_found = false;
  while (const auto parser = parsers.next()) {
    if (!arguments.name.empty() && parser->text(EXHIBIT_PARSER_NAME) != arguments.name) continue;
    is_found = true;
    if (common.json) {
      std::printf("%s\n", parser->json().c_str());
    } else if (arguments.name.empty()) {
      print_line(*parser);
    } else {
      print_whole(*parser);
    }
  }
  if (!is_found && !arguments.name.empty())
    throw Error(EXHIBIT_E_NOT_FOUND, "no parser \"" + arguments.name + "\"; see: exhibit parsers");
  return kDone;
}

int check_module(const CheckArguments& arguments, const Common& common) {
  Library library;
  const std::string text = read_text_file(arguments.module);
  const int status = print_findings(library.check_module(arguments.module, text), arguments.module, common.json);
  if (status != kDone || arguments.evidence.empty()) {
    if (status == kDone && !common.quiet) std::fprintf(stderr, "%s: nothing wrong\n", arguments.module.c_str());
    return status;
  }
  return run_over(library, arguments);
}

}  // namespace exhibit::cli
