// A run: the evidence of one exhibit through a set of parsers, everything told to a sink.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "base/result.h"
#include "base/zone_file.h"
#include "engine/module.h"
#include "engine/run_sink.h"
#include "evidence/evidence.h"

namespace exhibit::engine {

enum class Phase : std::uint8_t { match, parse, unread, hash };

struct Progress {
  Phase phase = Phase::match;
  std::uint64_t done = 0;
  std::uint64_t total = 0;  ///< fixed within a phase; 0 is unknown
  std::uint64_t artefacts = 0;
  std::uint64_t problems = 0;
  std::string_view item;  ///< the parser at work
};

/// Where the wall clocks were that wrote times without a zone: somebody says so.
struct LocalZone {
  std::string name;  ///< IANA
  TimeZone zone;
};

struct RunOptions {
  std::string label;                      ///< of the exhibit: part of every artefact's id
  unsigned jobs = 0;                      ///< worker threads; 0: as many as the machine has
  std::uint64_t memory_limit = 0;         ///< bytes for members in work; 0: a quarter of the machine's
  bool hash_all = false;                  ///< every member, not only those read
  const LocalZone* local_zone = nullptr;  ///< local times are converted with it, and become `assumed`
  Limits limits;
  Cancel* cancel = nullptr;  ///< may be set by any thread; also set when `progress` says stop
  Log* log = nullptr;        ///< written to by any thread
  /// Called on the calling thread, at least five times a second; false cancels.
  std::function<bool(const Progress&)> progress;
};

struct RunSummary {
  std::uint64_t artefacts = 0;
  std::uint64_t problems = 0;
  std::uint64_t files_wanted = 0;
  std::uint64_t files_read = 0;
  std::uint64_t parsers_used = 0;  ///< that found a file of theirs
  bool ledger_adds_up = true;
};

/// cancelled, or what the sink returned. Bad files are problems in the output, never an error here.
Result<RunSummary> run(const std::vector<std::shared_ptr<const Module>>& modules,
                       const std::vector<const evidence::Evidence*>& sources, const RunOptions& options, RunSink& sink);

/// Which modules would read which entries of a source, by path alone: pairs of module index and entry number, ascending
/// by entry.
struct PathMatch {
  std::uint32_t module;
  std::uint32_t entry;
};
Result<std::vector<PathMatch>> match_paths(const std::vector<std::shared_ptr<const Module>>& modules,
                                           const evidence::Evidence& evidence);

/// True if a device path matches a pattern of the kind that modules use ("home:Library/**/*.db").
bool matches_pattern(std::string_view pattern, std::string_view device_path);

}  // namespace exhibit::engine
