// The SQL functions of a parser's queries (docs/reference/sql-functions.md), and what they note beside their results.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "sqlite/database.h"
#include "sqlite/function_names.h"

namespace exhibit::sqlite {

class DecodedBlobs;

/// A blob that a function could not decode: the function gave NULL.
struct BlobNote {
  std::string function;  ///< "plist"
  std::string text;      ///< "expected object count that fits the file, found 3, at offset 40"
};

/// What the functions of one connection know and note. Belongs to the connection's thread and must outlive the
/// connection.
class FunctionContext {
 public:
  /// `maps`, `limits` and `budget` must outlive it.
  FunctionContext(const std::map<std::string, CodeMap, std::less<>>& maps, const Limits& limits, Budget& budget);
  ~FunctionContext();

  /// Before a query's next row: forgets unknown codes and notes.
  void start_row();

  /// Codes that map() did not know since start_row(), in order of call, each once.
  const std::vector<Query::UnknownCode>& unknown_codes() const { return unknown_codes_; }
  /// Blobs not decoded since start_row(), the first 100 of them, and how many in all.
  const std::vector<BlobNote>& blob_notes() const { return blob_notes_; }
  std::uint64_t blob_note_count() const { return blob_note_count_; }
  /// The statement ended in an SQL error because the budget of inflated bytes was used up.
  bool is_out_of_budget() const { return out_of_budget_; }

  // For the functions.
  const CodeMap* find_map(std::string_view name) const;
  void note_unknown_code(std::string_view map, std::string_view code);
  void note_blob(std::string_view function, std::string text);
  void note_blob(std::string_view function, const Error& error);
  void set_out_of_budget() { out_of_budget_ = true; }
  const Limits& limits() const { return limits_; }
  Budget& budget() { return budget_; }
  DecodedBlobs& decoded() { return *decoded_; }

 private:
  const std::map<std::string, CodeMap, std::less<>>& maps_;
  const Limits& limits_;
  Budget& budget_;
  std::vector<Query::UnknownCode> unknown_codes_;
  std::vector<BlobNote> blob_notes_;
  std::uint64_t blob_note_count_ = 0;
  bool out_of_budget_ = false;
  std::unique_ptr<DecodedBlobs> decoded_;
};

/// Registers every function and table-valued function; SQLite's result code. `context` must outlive the connection.
int register_functions(sqlite3* connection, FunctionContext& context);

}  // namespace exhibit::sqlite
