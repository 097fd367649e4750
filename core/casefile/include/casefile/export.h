// A case as text: the complete stream of JSON lines, and tables for spreadsheets.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "casefile/case.h"
#include "casefile/query.h"
#include "model/json.h"

namespace exhibit::casefile {

/// Takes the next bytes; an error ends the export.
using Output = std::function<Result<void>(std::string_view)>;

struct JsonLinesOptions {
  bool with_secrets = false;
  bool only_artefacts = false;  ///< as `show --json` prints
};

/// The filter chooses artefacts; the other lines are always complete.
Result<void> write_jsonl(const Case& subject, const Filter& filter, const JsonLinesOptions& options,
                         const Output& output);

struct CsvOptions {
  bool raw = false;                        ///< no byte order mark, no guard against formulas
  const model::ShownZone* zone = nullptr;  ///< of the times in columns of their own; null: as stored
};

/// One file a kind, timeline.csv, files.csv, problems.csv, ledger.csv. The folder must not exist: it is written beside
/// and renamed.
Result<void> write_csv(const Case& subject, const Filter& filter, const CsvOptions& options, const std::string& folder);

/// An output into a file that has its name only after commit(). io with EEXIST if the path exists.
class FileOutput {
 public:
  static Result<FileOutput> create(std::string path);
  FileOutput(FileOutput&& other) noexcept;
  FileOutput& operator=(FileOutput&&) = delete;
  /// Without commit() nothing is left.
  ~FileOutput();

  Result<void> write(std::string_view bytes);
  Result<void> commit();

 private:
  FileOutput(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  Result<void> flush();

  std::string path_;
  int descriptor_ = -1;
  std::string buffer_;
};

}  // namespace exhibit::casefile
