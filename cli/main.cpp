// The command `exhibit`.
#include <csignal>
#include <cstdio>
#include <exhibit/exhibit.hpp>

#include "commands.h"
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

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away ends the writing with an error, not with a signal.
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const auto read = read_arguments(argc, argv);
    if (const int* status = std::get_if<int>(&read)) return *status;
    const auto& arguments = std::get<Arguments>(read);
    const int status = std::visit(Dispatch{arguments.common}, arguments.command);
    if (std::fflush(stdout) != 0) return kFailed;
    return status;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "exhibit: %s\n", clean(error.what()).c_str());
    return kFailed;
  }
}
