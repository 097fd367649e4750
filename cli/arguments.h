// What was asked for on the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace exhibit::cli {

class LogFile;

struct Common {
  bool quiet = false;
  bool json = false;
  std::string color = "auto";   ///< auto, always, never
  std::string log;              ///< a new file; empty: none
  LogFile* log_file = nullptr;  ///< open while a command runs
};

/// How evidence is opened.
struct AccessArguments {
  std::string password_file;  ///< "-": stdin; empty: the terminal is asked
  bool salvage = false;
};

struct ExamineArguments {
  std::vector<std::string> evidence;
  std::string case_path, label;
  std::string number, examiner, agency, note;
  std::string zone;  ///< where local times were written
  std::vector<std::string> parsers;
  unsigned jobs = 0;
  bool hash_all = false;
  bool replace = false;
  std::string progress = "auto";  ///< auto, none, json
  AccessArguments access;
};

/// What chooses artefacts, in show and export.
struct FilterArguments {
  std::vector<std::string> kinds, apps;
  std::string since, until, search, with, exhibit;
  bool deleted = false;
};

struct ShowArguments {
  std::string case_path, id;
  FilterArguments filter;
  std::optional<std::uint64_t> limit;
  std::string zone;  ///< of what is shown; empty: UTC
  bool problems = false, unread = false, ledger = false, files = false, audit = false;
};

struct ExportArguments {
  std::string case_path, format, to;
  FilterArguments filter;
  std::string zone;
  bool secrets = false;
  bool raw = false;
};

struct FilesArguments {
  std::string evidence, pattern;
  bool cat = false;
  std::string extract_to;  ///< a folder; empty: nothing is written
  AccessArguments access;
};

struct KindsArguments {
  std::string kind;
};

struct ParsersArguments {
  std::string name;
};

struct CheckArguments {
  std::string module, evidence;
};

struct Arguments {
  Common common;
  std::variant<std::monostate, ExamineArguments, ShowArguments, ExportArguments, FilesArguments, KindsArguments,
               ParsersArguments, CheckArguments>
      command;
};

/// Exit statuses that scripts hang on.
constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kWithProblems = 3;

/// The arguments, or the status to end with after help, version or a mistake was told.
std::variant<Arguments, int> read_arguments(int argc, char** argv);

}  // namespace exhibit::cli
