// The files of a run as its tasks open them: each is hashed once, and what was wanted, read or could not be read is
// known at the end. Members in work are admitted by their size, so memory stays bounded. Threads share one.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "crypto/sha256.h"
#include "evidence/evidence.h"
#include "sqlite/page_image.h"

namespace exhibit::engine {

/// One file of an exhibit: its source, its number there, and its number in the exhibit.
struct FileRef {
  std::uint32_t source = 0;  ///< index
  std::uint32_t entry = 0;   ///< number in the source, from 1
};

class FileAccess {
 public:
  FileAccess(const std::vector<const evidence::Evidence*>& sources, const Cancel* cancel);

  const evidence::Evidence& source(std::uint32_t index) const { return *sources_[index]; }
  const evidence::Entry& entry(FileRef file) const { return source(file.source).entry(file.entry); }
  /// The number in artefacts: those of the first source, then those of the second, from 1.
  std::uint32_t number(FileRef file) const { return bases_[file.source] + file.entry; }
  std::uint32_t file_count() const { return bases_.back(); }

  /// Opens for a parser, and hashes the content the first time.
  Result<evidence::SourcePtr> open(FileRef file);
  /// The same with the -wal and -journal beside it. What is beside it and cannot be read is an error, too: without its
  /// WAL a database says something else.
  struct Opened {
    sqlite::DatabaseFiles files;
    std::optional<FileRef> failed;  ///< which one could not be opened
    Error error{ErrorCode::io, "", 0, {}};
  };
  Opened open_database(FileRef file);
  /// Opens without hashing: to see what it is. As long as the source is held, open() gives the same one.
  Result<evidence::SourcePtr> peek(FileRef file);

  void mark_wanted(FileRef file);
  void mark_database(FileRef file);

  struct State {
    std::optional<crypto::Sha256Digest> sha256;
    bool is_wanted = false;
    bool is_unreadable = false;
    bool is_database = false;
  };
  /// By file number - 1. To be read when no task runs.
  const std::vector<State>& states() const { return states_; }

 private:
  std::optional<FileRef> beside(FileRef file, std::string_view suffix) const;

  std::vector<const evidence::Evidence*> sources_;
  std::vector<std::uint32_t> bases_;
  const Cancel* cancel_;
  std::mutex mutex_;
  std::vector<State> states_;
  std::vector<std::weak_ptr<const evidence::ByteSource>> open_;  ///< by file number - 1: what some task holds
};

/// Lets members into memory up to a limit, the oldest task always: no deadlock, and never more than one above the
/// limit.
class Admission {
 public:
  explicit Admission(std::uint64_t limit) : limit_(limit) {}
  /// Tasks are numbered in their order; waits until `bytes` fit or every earlier task is over.
  void enter(std::size_t task, std::uint64_t bytes);
  void leave(std::size_t task, std::uint64_t bytes);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  std::size_t oldest_ = 0;
  std::vector<bool> done_;
};

}  // namespace exhibit::engine
