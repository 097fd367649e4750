#include <cstdio>
#include <exhibit/exhibit.hpp>

#include "commands.h"
#include "filter.h"
#include "interrupt.h"
#include "log_file.h"
#include "terminal_text.h"
#include "who.h"

namespace exhibit::cli {

namespace {

constexpr int kInterrupted = -1;

/// Ends with all handles given back, so that nothing half written is left when the command dies.
int write_export(const ExportArguments& arguments, const Common& common) {
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
  options.time_zone = arguments.zone.empty() ? nullptr : arguments.zone.c_str();
  watch_interrupts();
  Callbacks callbacks;
  attach(common.log_file, callbacks);
  callbacks.progress = [](const exhibit_progress&) { return !interrupted(); };
  if (to_stdout)
    callbacks.write = [](std::string_view bytes) {
      return std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
    };
  try {
    opened.export_to(options, &query, callbacks);
  } catch (const Error& error) {
    if (error.status() != EXHIBIT_E_CANCELLED || !interrupted()) throw;
    return kInterrupted;
  }
  if (!to_stdout && !common.quiet) std::fprintf(stderr, "%s written\n", arguments.to.c_str());
  return kDone;
}

}  // namespace

int export_case(const ExportArguments& arguments, const Common& common) {
  const int status = write_export(arguments, common);
  if (status != kInterrupted) return status;
  const std::string what =
      arguments.to == "-" ? "The output is not complete." : clean(arguments.to) + " was not written.";
  die_interrupted(("Interrupted. " + what).c_str());
}

}  // namespace exhibit::cli
