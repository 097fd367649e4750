#include <algorithm>
#include <array>

#include "parse_task.h"

namespace exhibit::engine {

namespace {

bool has_signature(const sqlite::Database& database, const Module& module) {
  return !module.signature.empty() &&
         std::ranges::all_of(module.signature, [&](const std::string& table) { return database.has_table(table); });
}

}  // namespace

void report_unread_file(std::uint32_t file, sqlite::Database& database, TaskOutput& output) {
  const auto items = database.unread();
  if (!items) return report_problem(file, "", items.error(), output);
  std::uint64_t rows = 0;
  for (const sqlite::UnreadItem& item : *items)
    if (item.column.empty()) rows += item.count;
  if (rows == 0) return;
  output.unread(file, {.table = "", .column = "", .count = rows});
  for (const sqlite::UnreadItem& item : *items)
    if (item.column.empty()) output.unread(file, item);
}

void run_survey_task(FileRef file, const std::vector<std::shared_ptr<const Module>>& modules,
                     const TaskEnvironment& environment, TaskOutput& output) {
  FileAccess& files = environment.files;
  // Held until the end, so that the member is unpacked once.
  const auto source = files.peek(file);
  if (!source) return report_file_problem(files, file, "", source.error(), output);
  std::array<std::uint8_t, 16> head{};
  const auto read = (*source)->read_at(0, head);
  if (!read) return report_file_problem(files, file, "", read.error(), output);
  if (!sqlite::is_database(Bytes(head).first(*read))) return;
  files.mark_database(file);
  auto opened = files.open_database(file);
  if (opened.failed) return report_file_problem(files, *opened.failed, "", opened.error, output);
  auto image = sqlite::PageImage::build(std::move(opened.files), environment.limits);
  if (!image) return report_file_problem(files, file, "", image.error(), output);
  Budget budget;
  budget.cancel = environment.cancel;
  auto database = sqlite::Database::open(std::move(*image), {}, budget, environment.limits);
  if (!database) return report_problem(files.number(file), "", database.error(), output);

  bool is_parsed = false;
  for (const auto& module : modules) {
    if (!has_signature(**database, *module)) continue;
    is_parsed = true;
    run_parse_task({module.get(), file, true}, environment, output);
  }
  if (!is_parsed) report_unread_file(files.number(file), **database, output);
}

void run_hash_task(FileRef file, const TaskEnvironment& environment, TaskOutput& output) {
  const auto opened = environment.files.open(file);
  if (!opened) report_file_problem(environment.files, file, "", opened.error(), output);
}

}  // namespace exhibit::engine
