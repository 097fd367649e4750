#include "arguments.h"

#include <CLI/CLI.hpp>
#include <exhibit/exhibit.hpp>
#include <iostream>

namespace exhibit::cli {

namespace {

void add_common(CLI::App& app, Common& common) {
  app.add_flag("--quiet", common.quiet, "on stderr only errors");
  app.add_flag("--json", common.json, "the result as JSON");
  app.add_option("--color", common.color, "auto (on a terminal), always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_option("--log", common.log, "what the library does, as JSON lines into a new file");
}

/// What is wrong with the name of a time zone; empty if nothing is.
std::string wrong_zone(const std::string& name) {
  try {
    check_time_zone(name);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

void add_zone(CLI::App& app, std::string& zone, const std::string& description) {
  app.add_option("--zone", zone, description)->check(wrong_zone, "IANA");
}

void add_filter(CLI::App& app, FilterArguments& filter) {
  app.add_option("--kind", filter.kinds, "kinds of artefacts, by comma")->delimiter(',');
  app.add_option("--app", filter.apps, "apps by id, name or the beginning of one, by comma")->delimiter(',');
  app.add_option("--since", filter.since, "from this time on (UTC): 2023, 2023-05, 2023-05-01T12:00");
  app.add_option("--until", filter.until, "up to and with this time");
  app.add_option("--search", filter.search, "words anywhere, \"a phrase\", -not");
  app.add_option("--with", filter.with, "a party's address or name, or a conversation's title or id, contains this");
  app.add_option("--exhibit", filter.exhibit, "one exhibit's label");
  app.add_flag("--deleted", filter.deleted, "deleted, tombstones and recovered alone");
}

void add_access(CLI::App& app, AccessArguments& access) {
  app.add_option(
      "--password-file", access.password_file,
      "passwords of encrypted evidence, one a line, tried in order; - for stdin; else the terminal is asked");
  app.add_flag("--salvage", access.salvage, "read a zip without its directory by what stands before each member");
}

template <class Chosen>
Chosen& choose(Arguments& arguments) {
  return arguments.command.emplace<Chosen>();
}

void add_examine(CLI::App& app, Arguments& arguments, ExamineArguments& examine) {
  CLI::App* command = app.add_subcommand("examine", "decode evidence into a case");
  command
      ->add_option("evidence", examine.evidence,
                   "folders, archives or backups; with --label all of them are one exhibit")
      ->required();
  command->add_option("--case", examine.case_path, "the case file, made or added to")->required();
  command->add_option("--label", examine.label, "the seizure's number: part of every artefact's id");
  command->add_option("--parsers", examine.parsers, "names, globs, !excluded, or a module file, by comma")
      ->delimiter(',');
  command->add_option("--jobs", examine.jobs, "threads; by default all of the machine's");
  command->add_option("--number", examine.number, "of a new case");
  command->add_option("--examiner", examine.examiner, "of a new case");
  command->add_option("--agency", examine.agency, "of a new case");
  command->add_option("--note", examine.note, "of a new case");
  add_zone(*command, examine.zone, "where times without a zone were written, as Europe/Berlin");
  command->add_flag("--hash-all", examine.hash_all, "hash every file, not only those read");
  command->add_flag("--replace", examine.replace, "an exhibit that is in the case already is replaced");
  add_access(*command, examine.access);
  command->add_option("--progress", examine.progress, "auto, none or json")
      ->check(CLI::IsMember({"auto", "none", "json"}));
  add_common(*command, arguments.common);
  command->callback([&] { choose<ExamineArguments>(arguments) = examine; });
}

void add_show(CLI::App& app, Arguments& arguments, ShowArguments& show) {
  CLI::App* command = app.add_subcommand("show", "show a case: its summary, artefacts, or one by its id");
  command->add_option("case", show.case_path, "the case file")->required();
  command->add_option("id", show.id, "an artefact, by the beginning of its id");
  add_filter(*command, show.filter);
  command->add_option("--limit", show.limit, "the last so many; 0: all; by default 200 on a terminal, else all");
  add_zone(*command, show.zone, "times are shown in this zone, as Europe/Berlin; by default in UTC");
  command->add_flag("--problems", show.problems, "what could not be read");
  command->add_flag("--unread", show.unread, "data that no parser reads");
  command->add_flag("--ledger", show.ledger, "what became of every row");
  command->add_flag("--files", show.files, "all files with the hashes of those read");
  command->add_flag("--audit", show.audit, "the audit log");
  add_common(*command, arguments.common);
  command->callback([&] { choose<ShowArguments>(arguments) = show; });
}

void add_export(CLI::App& app, Arguments& arguments, ExportArguments& to) {
  CLI::App* command = app.add_subcommand("export", "write a case in another format");
  command->add_option("case", to.case_path, "the case file")->required();
  command->add_option("--format", to.format, "jsonl, csv or summary")->required();
  command->add_option("--to", to.to, "a new file or, for csv, folder; - for stdout")->required();
  add_filter(*command, to.filter);
  add_zone(*command, to.zone, "times in CSV are those of this zone; JSON never changes");
  command->add_flag("--secrets", to.secrets, "passwords and the like in clear: the audit log records it");
  command->add_flag("--raw", to.raw, "csv without byte order mark and without guard against formulas");
  add_common(*command, arguments.common);
  command->callback([&] { choose<ExportArguments>(arguments) = to; });
}

void add_files(CLI::App& app, Arguments& arguments, FilesArguments& files) {
  CLI::App* command =
      app.add_subcommand("files", "list evidence: device path, size, time, who reads it; get files out of it");
  command->add_option("evidence", files.evidence, "a folder, archive or backup")->required();
  command->add_option("pattern", files.pattern, "a device path with * ? ** {a,b}, or a part of a path");
  CLI::Option* cat = command->add_flag("--cat", files.cat, "write the content of the one file that matches");
  command
      ->add_option("--extract", files.extract_to,
                   "write the content of all that match into this folder, new or empty, with a list: files.jsonl")
      ->excludes(cat);
  add_access(*command, files.access);
  add_common(*command, arguments.common);
  command->callback([&] { choose<FilesArguments>(arguments) = files; });
}

void add_parsers(CLI::App& app, Arguments& arguments, ParsersArguments& parsers, CheckArguments& check) {
  CLI::App* command = app.add_subcommand("parsers", "list the parsers, describe one, check a module");
  command->add_option("name", parsers.name, "describe this one");
  add_common(*command, arguments.common);
  CLI::App* checked = command->add_subcommand("check", "check a module file, and run it over evidence");
  checked->add_option("module", check.module, "the module file")->required();
  checked->add_option("--evidence", check.evidence, "run it over this and print what it gives");
  add_common(*checked, arguments.common);
  checked->callback([&] { choose<CheckArguments>(arguments) = check; });
  command->callback([&, checked] {
    if (checked->count_all() <= 1 && !checked->parsed()) choose<ParsersArguments>(arguments) = parsers;
  });
}

}  // namespace

std::variant<Arguments, int> read_arguments(int argc, char** argv) {
  Arguments arguments;
  ExamineArguments examine;
  ShowArguments show;
  ExportArguments exported;
  FilesArguments files;
  KindsArguments kinds;
  ParsersArguments parsers;
  CheckArguments check;

  CLI::App app("Reads what a phone holds and says where every fact came from.", "exhibit");
  app.set_version_flag("--version", std::string("exhibit ") + exhibit_version_text());
  app.require_subcommand(1);
  add_examine(app, arguments, examine);
  add_show(app, arguments, show);
  add_export(app, arguments, exported);
  add_files(app, arguments, files);
  add_parsers(app, arguments, parsers, check);
  CLI::App* kinds_command = app.add_subcommand("kinds", "list the kinds of artefacts, or the fields of one");
  kinds_command->add_option("kind", kinds.kind, "describe this one");
  add_common(*kinds_command, arguments.common);
  kinds_command->callback([&] { choose<KindsArguments>(arguments) = kinds; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, std::cout, std::cerr) == 0 ? kDone : kUsage;
  }
  return arguments;
}

}  // namespace exhibit::cli
