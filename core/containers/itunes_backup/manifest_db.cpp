// Files(fileID TEXT, domain TEXT, relativePath TEXT, flags INTEGER, file BLOB): flags 1 file, 2 folder, 4 link; `file`
// is an archive (backup_file_record.h). Source: backups of iOS 14.3 and 15.3.
#include "manifest_db.h"

#include <memory>
#include <string>
#include <utility>

#include "backup_file_record.h"
#include "sqlite/database.h"

namespace exhibit::containers {
namespace {

using evidence::EntryType;
using sqlite::ValueType;

constexpr const char* kQuery = "SELECT fileID, domain, relativePath, flags, file FROM Files";

EntryType type_of_flags(std::int64_t flags) {
  if (flags == 1) return EntryType::file;
  if (flags == 2) return EntryType::folder;
  return flags == 4 ? EntryType::symlink : EntryType::other;
}

evidence::Problem problem_of(const sqlite::Problem& problem, std::uint32_t file) {
  std::string found = problem.found;
  if (!problem.table.empty()) found += (found.empty() ? "in table " : ", in table ") + problem.table;
  return {problem.code, file, problem.expected, found, problem.offset};
}

Error error_of(const sqlite::Problem& problem) {
  if (problem.code == "cancelled") return {ErrorCode::cancelled, "a manifest read to its end"};
  if (problem.code == "budget") return {ErrorCode::budget, "a manifest within the budget"};
  if (problem.code == "schema_unknown")
    return {ErrorCode::malformed, "a table Files with fileID, domain, relativePath, flags and file"};
  return {ErrorCode::malformed, "a manifest that is a database"};
}

class ManifestReading {
 public:
  ManifestReading(const Limits& limits, const BackupRowSink& sink) : limits_(limits), sink_(sink) {}

  void take(const sqlite::Query& query) {
    ++rows_;
    BackupRow row;
    row.file_id = query.value(0).text();
    row.domain = query.value(1).text();
    row.path = query.value(2).text();
    const sqlite::Value flags = query.value(3);
    row.type = type_of_flags(flags.type == ValueType::integer ? flags.integer : 0);
    const auto record = read_backup_file_record(query.value(4).bytes, limits_);
    if (record) {
      row.size = record->size;
      row.times = record->times;
      row.protection_class = record->protection_class;
      row.encryption_key = record->encryption_key;
      row.link_target = record->link_target;
    } else {
      ++unread_records_;
    }
    sink_(row);
  }

  void note_unread(std::uint32_t file, std::vector<evidence::Problem>& problems) const {
    if (unread_records_ == 0) return;
    problems.push_back({"file_record", file, "an archive of size, times and key for each row",
                        std::to_string(unread_records_) + " of " + std::to_string(rows_) + " cannot be read", 0});
  }

 private:
  const Limits& limits_;
  const BackupRowSink& sink_;
  std::uint64_t rows_ = 0, unread_records_ = 0;
};

}  // namespace

Result<void> read_manifest_db(sqlite::DatabaseFiles files, std::uint32_t file, const Cancel* cancel,
                              const Limits& limits, const BackupRowSink& sink,
                              std::vector<evidence::Problem>& problems) {
  auto image = sqlite::PageImage::build(std::move(files), limits);
  if (!image) return std::unexpected(image.error());
  Budget budget;
  budget.rows = limits.container_members;
  budget.cancel = cancel;
  const auto database = sqlite::Database::open(*std::move(image), {}, budget, limits);
  if (!database) return std::unexpected(error_of(database.error()));
  const auto query = (*database)->prepare({.sql = kQuery, .table = "Files", .needs_row = false});
  if (!query) return std::unexpected(error_of(query.error()));

  ManifestReading reading(limits, sink);
  while (true) {
    const auto row = (*query)->step();
    if (!row) {
      if (row.error().code == "cancelled") return std::unexpected(error_of(row.error()));
      problems.push_back(problem_of(row.error(), file));  // the rows before it are sound
      break;
    }
    if (!*row) break;
    reading.take(**query);
  }
  reading.note_unread(file, problems);
  for (const sqlite::Problem& problem : (*database)->take_problems()) problems.push_back(problem_of(problem, file));
  return {};
}

}  // namespace exhibit::containers
