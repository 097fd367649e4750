// Takes what a run finds in one exhibit and puts it into a case.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "casefile/case.h"
#include "crypto/sha256.h"
#include "engine/run_sink.h"
#include "evidence/evidence.h"

namespace exhibit::casefile {

struct ParserFacts {
  std::string name;  ///< "ios.sms"
  std::string title;
  std::string version;  ///< SHA-256 of a module's text, version of a compiled parser
  std::string shape;    ///< "module", "built_in", "plugin"
  std::string origin;
};

struct SourceFacts {
  const evidence::Evidence* evidence = nullptr;  ///< must outlive the writer
  std::string path;                              ///< as given; empty: the evidence's own
  bool is_encrypted = false;
  std::optional<crypto::Sha256Digest> sha256;  ///< of the container, if asked for
};

struct ExhibitFacts {
  std::string label;
  std::vector<SourceFacts> sources;  ///< in order: relative file numbers count through them
  std::vector<ParserFacts> parsers;  ///< those that may be named; only those that are named go into the case
  std::string zone, zone_from;       ///< what local times were converted with, if anything
  bool replace = false;              ///< an exhibit with this label or this evidence goes first
  bool has_text_index = true;
};

/// What stands in the way of adding an exhibit.
enum class Refusal : std::uint8_t { none, label_exists, evidence_exists };
struct RefusalReason {
  Refusal refusal = Refusal::none;
  std::string label;  ///< of the exhibit that is there already
};
Result<RefusalReason> find_refusal(const Case& subject, const ExhibitFacts& facts);

class ExhibitWriter : public engine::RunSink {
 public:
  /// Within a run of the case. unsupported if find_refusal() finds a reason and `replace` is off.
  static Result<std::unique_ptr<ExhibitWriter>> begin(Case& subject, const ExhibitFacts& facts);
  ~ExhibitWriter() override;

  /// After a failure only abandon_run() helps: every further call gives the same error.
  Result<void> take(Bytes task_output) override;

  /// Resolves contacts, quotes and equal records, and seals the exhibit with its content hash.
  Result<void> finish();

  std::uint64_t artefacts() const;
  /// After finish().
  const crypto::Sha256Digest& content_sha256() const;

 private:
  struct Parts;
  explicit ExhibitWriter(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace exhibit::casefile
