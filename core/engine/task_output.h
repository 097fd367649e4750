// What a task hands over: wire bytes of TaskOutput messages in batches, and a closing part (unread items) that the run
// joins with those of other tasks on the same file.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "artefact_id.h"
#include "base/result.h"
#include "evidence/evidence.h"
#include "model/wire_writer.h"
#include "sqlite/database.h"

namespace exhibit::engine {

/// Field numbers of TaskOutput.
namespace task_field {
constexpr std::uint32_t kArtefact = 1;
constexpr std::uint32_t kLedger = 208;
constexpr std::uint32_t kProblem = 209;
constexpr std::uint32_t kUnread = 210;
constexpr std::uint32_t kFileRead = 224;
}  // namespace task_field

struct ProblemText {
  std::string_view code;
  std::uint32_t file = 0;  ///< 0: of the container
  std::string_view parser;
  std::string_view query;
  std::string_view expected;
  std::string_view found;
  std::uint64_t offset = 0;
  std::string_view table;
  const std::int64_t* row = nullptr;
  std::string_view key;
  std::uint64_t count = 1;
};

struct LedgerLine {
  std::string_view parser;
  std::uint32_t file = 0;
  std::string_view table;
  std::uint64_t read = 0, emitted = 0, attached = 0, dropped = 0, artefacts = 0;
  const std::map<std::string, std::uint64_t>& skipped;
  const std::map<std::string, std::uint64_t>& value_notes;
  bool adds_up = true;
};

class TaskOutput {
 public:
  /// `take` gets a full batch and may block; false: the run is being cancelled.
  explicit TaskOutput(std::function<bool(std::string)> take) : take_(std::move(take)) {}

  void problem(const ProblemText& problem);
  void ledger(const LedgerLine& line);
  /// Part of the closing.
  void unread(std::uint32_t file, const sqlite::UnreadItem& item);
  /// Into the batch: when all tasks are over.
  void unread_final(std::uint32_t file, const sqlite::UnreadItem& item);
  void file_read(std::uint32_t file, Bytes sha256, bool is_unreadable, bool is_database, bool is_wanted);
  /// Part of the closing: a parser's queries ran over the file.
  void read_by_parser(std::uint32_t file);

  /// The batch at work: an artefact is written to it between begin_artefact and end_artefact. What is not ended is
  /// taken back by drop_artefact.
  model::WireWriter& begin_artefact();
  /// False: the run is being cancelled.
  bool end_artefact();
  void drop_artefact();
  /// Takes back an artefact that an exception left half written.
  void drop_unfinished() {
    if (is_writing_) drop_artefact();
  }

  /// Hands over what is left. False: the run is being cancelled.
  bool flush();
  std::string take_closing() { return std::move(closing_); }
  std::uint64_t problems() const { return problems_; }
  std::uint64_t artefacts() const { return artefacts_; }

 private:
  std::function<bool(std::string)> take_;
  std::string batch_;
  std::string closing_;
  model::WireWriter writer_{batch_};
  model::WireWriter::Mark mark_{};
  bool is_writing_ = false;
  std::uint64_t problems_ = 0;
  std::uint64_t artefacts_ = 0;
};

}  // namespace exhibit::engine
