#include <cstdio>
#include <exhibit/exhibit.hpp>

#include "commands.h"
#include "filter.h"
#include "who.h"

namespace exhibit::cli {

int export_case(const ExportArguments& arguments, const Common& common) {
  Library library;
  exhibit_case_options case_options = EXHIBIT_CASE_OPTIONS_INIT;
  case_options.read_only = arguments.secrets ? 0 : 1;  // the audit log records an export with secrets
  Case opened = Case::open(library, arguments.case_path, &case_options);
  Query query = opened.query();
  apply(arguments.filter, library, query);
  const bool to_stdout = arguments.to == "-";
  exhibit_export_options options = EXHIBIT_EXPORT_OPTIONS_INIT;
  options.format = arguments.format.c_str();
  options.path = to_stdout ? nullptr : arguments.to.c_str();
  options.with_secrets = arguments.secrets ? 1 : 0;
  options.raw = arguments.raw ? 1 : 0;
  const std::string asked_by = who();
  options.who = asked_by.c_str();
  Callbacks callbacks;
  if (to_stdout)
    callbacks.write = [](std::string_view bytes) {
      return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
    };
  opened.export_to(options, &query, callbacks);
  if (!to_stdout && !common.quiet) std::fprintf(stderr, "%s written\n", arguments.to.c_str());
  return kDone;
}

}  // namespace exhibit::cli
