#include "task_output.h"

namespace exhibit::engine {

namespace {

constexpr std::size_t kBatchBytes = 256 * 1024;

void write_counts(model::WireWriter& out, std::uint32_t field, const std::map<std::string, std::uint64_t>& counts) {
  for (const auto& [reason, count] : counts) {
    const auto mark = out.begin(field);
    out.text(1, reason);
    out.unsigned_integer(2, count);
    out.end(mark);
  }
}

void write_unread(std::string& to, std::uint32_t file, const sqlite::UnreadItem& item) {
  model::WireWriter out(to);
  const auto mark = out.begin(task_field::kUnread);
  out.unsigned_integer(1, file);
  if (!item.table.empty()) out.text(2, item.table);
  if (!item.column.empty()) out.text(3, item.column);
  out.unsigned_integer(4, item.count);
  out.end(mark);
}

}  // namespace

void TaskOutput::problem(const ProblemText& problem) {
  ++problems_;
  const auto mark = writer_.begin(task_field::kProblem);
  writer_.text(1, problem.code);
  if (problem.file != 0) writer_.unsigned_integer(2, problem.file);
  if (!problem.parser.empty()) writer_.text(3, problem.parser);
  if (!problem.query.empty()) writer_.text(4, problem.query);
  if (!problem.expected.empty()) writer_.text(5, problem.expected);
  if (!problem.found.empty()) writer_.text(6, problem.found);
  if (problem.offset != 0) writer_.unsigned_integer(7, problem.offset);
  if (!problem.table.empty()) writer_.text(8, problem.table);
  if (problem.row != nullptr) writer_.integer(9, *problem.row);
  if (problem.count > 1) writer_.unsigned_integer(10, problem.count);
  if (!problem.key.empty()) writer_.text(11, problem.key);
  writer_.end(mark);
}

void TaskOutput::ledger(const LedgerLine& line) {
  const auto mark = writer_.begin(task_field::kLedger);
  writer_.text(1, line.parser);
  writer_.unsigned_integer(2, line.file);
  writer_.text(3, line.table);
  writer_.text(4, "live");
  writer_.unsigned_integer(5, line.read);
  writer_.unsigned_integer(6, line.emitted);
  writer_.unsigned_integer(7, line.attached);
  write_counts(writer_, 8, line.skipped);
  writer_.unsigned_integer(9, line.dropped);
  writer_.unsigned_integer(10, line.artefacts);
  write_counts(writer_, 11, line.value_notes);
  writer_.boolean(12, line.adds_up);
  writer_.end(mark);
}

void TaskOutput::unread(std::uint32_t file, const sqlite::UnreadItem& item) { write_unread(closing_, file, item); }

void TaskOutput::unread_final(std::uint32_t file, const sqlite::UnreadItem& item) { write_unread(batch_, file, item); }

void TaskOutput::file_read(std::uint32_t file, Bytes sha256, bool is_unreadable, bool is_database, bool is_wanted) {
  const auto mark = writer_.begin(task_field::kFileRead);
  writer_.unsigned_integer(1, file);
  if (!sha256.empty()) writer_.bytes(2, sha256);
  if (is_unreadable) writer_.boolean(3, true);
  if (is_database) writer_.boolean(4, true);
  if (is_wanted) writer_.boolean(5, true);
  writer_.end(mark);
}

void TaskOutput::read_by_parser(std::uint32_t file) {
  model::WireWriter out(closing_);
  const auto mark = out.begin(task_field::kFileRead);
  out.unsigned_integer(1, file);
  out.boolean(5, true);
  out.end(mark);
}

model::WireWriter& TaskOutput::begin_artefact() {
  mark_ = writer_.begin(task_field::kArtefact);
  is_writing_ = true;
  return writer_;
}

bool TaskOutput::end_artefact() {
  writer_.end(mark_);
  is_writing_ = false;
  ++artefacts_;
  return batch_.size() < kBatchBytes || flush();
}

void TaskOutput::drop_artefact() {
  batch_.resize(mark_.start);
  is_writing_ = false;
}

bool TaskOutput::flush() {
  if (batch_.empty()) return true;
  std::string full;
  full.swap(batch_);
  batch_.reserve(kBatchBytes + kBatchBytes / 4);
  return take_(std::move(full));
}

}  // namespace exhibit::engine
