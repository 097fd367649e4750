// One parser over one file: a pure function of the module, the file with its companions, the label and the limits.
#pragma once

#include <cstdint>
#include <string>

#include "engine/module.h"
#include "file_access.h"
#include "task_output.h"

namespace exhibit::engine {

struct ParseTask {
  const Module* module = nullptr;
  FileRef file;
  bool by_signature = false;  ///< found by its tables, not by its path
};

struct LocalZone;

struct TaskEnvironment {
  FileAccess& files;
  std::string_view label;
  const Limits& limits;
  const Cancel* cancel = nullptr;
  const LocalZone* local_zone = nullptr;
};

void run_parse_task(const ParseTask& task, const TaskEnvironment& environment, TaskOutput& output);

/// A file that no parser's path matches and that may be a database: a renamed one is known by its tables and parsed,
/// what another holds goes to the unread list.
void run_survey_task(FileRef file, const std::vector<std::shared_ptr<const Module>>& modules,
                     const TaskEnvironment& environment, TaskOutput& output);

/// A file that only has to be hashed.
void run_hash_task(FileRef file, const TaskEnvironment& environment, TaskOutput& output);

/// Items for a file that nobody reads: one for the file with all its rows, one for each table with rows.
void report_unread_file(std::uint32_t file, sqlite::Database& database, TaskOutput& output);

/// A file that could not be opened or decoded.
void report_file_problem(const FileAccess& files, FileRef file, std::string_view parser, const Error& error,
                         TaskOutput& output);
void report_problem(std::uint32_t file, std::string_view parser, const sqlite::Problem& problem, TaskOutput& output);

}  // namespace exhibit::engine
