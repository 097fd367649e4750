// The command `exhibit`.
#include <csignal>
#include <cstdio>
#include <exhibit/exhibit.hpp>
#include <optional>
#include <string>

#include "color.h"
#include "commands.h"
#include "log_file.h"
#include "terminal_text.h"

namespace {

using namespace exhibit::cli;  // NOLINT(google-build-using-namespace): the program's own rooms

struct Dispatch {
  const Common& common;
  int operator()(const ExamineArguments& arguments) const { return examine(arguments, common); }
  int operator()(const ShowArguments& arguments) const { return show(arguments, common); }
  int operator()(const ExportArguments& arguments) const { return export_case(arguments, common); }
  int operator()(const FilesArguments& arguments) const { return files(arguments, common); }
  int operator()(const KindsArguments& arguments) const { return kinds(arguments, common); }
  int operator()(const ParsersArguments& arguments) const { return parsers(arguments, common); }
  int operator()(const CheckArguments& arguments) const { return check_module(arguments, common); }
  int operator()(std::monostate) const { return kUsage; }
};

/// The log says how a command began and ended, also if the library had nothing to say.
int run_logged(const Arguments& arguments, const Common& common) {
  if (common.log_file == nullptr) return std::visit(Dispatch{common}, arguments.command);
  common.log_file->write(EXHIBIT_LOG_INFO, std::string("exhibit ") + exhibit_version_text() + " begins");
  try {
    const int status = std::visit(Dispatch{common}, arguments.command);
    common.log_file->write(EXHIBIT_LOG_INFO, "ends with status " + std::to_string(status));
    return status;
  } catch (const std::exception& error) {
    common.log_file->write(EXHIBIT_LOG_ERROR, error.what());
    throw;
  }
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away ends the writing with an error, not with a signal.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const auto read = read_arguments(argc, argv);
    if (const int* status = std::get_if<int>(&read)) return *status;
    const auto& arguments = std::get<Arguments>(read);
    Common common = arguments.common;
    choose_color(common.color);
    std::optional<LogFile> log;
    if (!common.log.empty()) common.log_file = &log.emplace(common.log);
    const int status = run_logged(arguments, common);
    if (std::fflush(stdout) != 0) return kFailed;
    return status;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "exhibit: %s\n", clean(error.what()).c_str());
    return kFailed;
  }
}
