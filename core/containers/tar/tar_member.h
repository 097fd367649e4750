// One member of a tar: its head, and the heads before it that extend it (PAX 'x' and 'g', GNU 'L' and 'K').
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "evidence/entry.h"
#include "forward_window.h"
#include "pax_records.h"
#include "tar_head.h"

namespace exhibit::containers {

enum class TarSparse : std::uint8_t { no, gnu, pax_numbers, pax_lines };

struct TarMember {
  std::uint64_t start = 0;    ///< position of its first head
  std::uint64_t head = 0;     ///< position of the last one, which is its own
  std::uint64_t content = 0;  ///< position of the bytes
  std::uint64_t stored = 0;   ///< how many
  std::uint64_t size = 0;     ///< of the file: more, where it is sparse
  char type = 0;
  std::string path, link;
  evidence::EntryTimes times;
  TarSparse sparse = TarSparse::no;
  std::vector<std::uint64_t> sparse_numbers;  ///< with pax_numbers: offset, size, and so on

  /// Where the next head should be.
  std::uint64_t end() const { return tar_end(content, stored); }
};

enum class TarStep : std::uint8_t {
  member,
  none,    ///< what lies at next() is no head
  broken,  ///< nor is it after heads that announce a member: error()
};

class TarMemberReader {
 public:
  TarMemberReader(ForwardWindow& window, const Limits& limits) : window_(window), limits_(limits) {}

  /// Reads the heads from `start` on. Fails where the archive cannot be read.
  Result<TarStep> step(std::uint64_t start);

  const TarMember& member() const { return member_; }
  std::uint64_t next() const { return next_; }
  const Error& error() const { return error_; }
  /// What is wrong in the heads of the last step, and costs no member.
  const std::vector<Error>& flaws() const { return flaws_; }

 private:
  void begin(std::uint64_t start);
  void read_extension(const TarHead& head, std::uint64_t content);
  void read_records(Bytes body, bool global, Where where);
  void finish(const TarHead& head, std::uint64_t position);
  void set_path(const TarHead& head);
  void set_times(const TarHead& head);
  void set_sparse();
  void drop_absent_content();
  void flaw(const Error& error);
  void flaw(ErrorCode code, Literal expected, std::uint64_t found, std::uint64_t offset);

  ForwardWindow& window_;
  const Limits& limits_;
  TarMember member_;
  std::uint64_t next_ = 0;
  Error error_{ErrorCode::malformed, "", 0, {}};
  std::vector<Error> flaws_;
  std::array<std::uint8_t, kTarBlock> block_{};
  PaxRecords pax_, globals_;
  std::string long_name_, long_link_;
};

}  // namespace exhibit::containers
