// The subcommands: each writes its result to stdout, its talk to stderr, and gives the exit status.
#pragma once

#include "arguments.h"

namespace exhibit::cli {

int examine(const ExamineArguments& arguments, const Common& common);
int show(const ShowArguments& arguments, const Common& common);
int export_case(const ExportArguments& arguments, const Common& common);
int files(const FilesArguments& arguments, const Common& common);
int kinds(const KindsArguments& arguments, const Common& common);
int parsers(const ParsersArguments& arguments, const Common& common);
int check_module(const CheckArguments& arguments, const Common& common);

}  // namespace exhibit::cli
