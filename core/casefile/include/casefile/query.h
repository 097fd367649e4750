// Reading a case: which artefacts, in the model's order, and each of them whole again.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "casefile/case.h"
#include "model/json.h"

namespace exhibit::casefile {

struct Filter {
  std::vector<std::uint32_t> kinds;                ///< numbers; empty: all
  std::vector<std::int64_t> apps;                  ///< numbers of find_app(); empty: all
  std::optional<std::int64_t> since_us, until_us;  ///< since <= time < until; local times by their wall clock
  std::string search;                              ///< words anywhere, "a phrase", -not
  std::string with;           ///< part of a party's address or name, or of a conversation's title or id
  std::string exhibit;        ///< label; empty: all
  bool only_deleted = false;  ///< soft-deleted, tombstones, recovered; no history
  bool with_history = false;  ///< superseded versions too
  std::uint64_t last = 0;     ///< the last so many; 0: all
};

/// The first moment of an ISO prefix ("2023-05" is 2023-05-01T00:00:00Z), and the first moment after it.
struct TimeSpan {
  std::int64_t from_us = 0;
  std::int64_t to_us = 0;
};
std::optional<TimeSpan> time_span(std::string_view iso_prefix);

/// Everything of an artefact that a list shows.
struct ArtefactLine {
  std::int64_t n = 0;
  std::uint32_t kind = 0;
  std::int64_t exhibit = 0;
  std::string id;  ///< UUID text
  std::string app;
  std::optional<std::int64_t> at_us;
  std::int64_t at_zone = 0;  ///< Time.zone
  std::int64_t status = 0, reason = 0, found_in = 0;
  std::int64_t conversation = 0;  ///< chat number, 0: none
  std::string title;
};

enum class Whole : std::uint8_t {
  as_told,       ///< as the text form shows it
  with_derived,  ///< time, time_field, container path and parser version too
};

/// A reader keeps what it looked up; it belongs to one thread and sees the case as it was at its first look.
class Artefacts {
 public:
  explicit Artefacts(const Case& subject);
  ~Artefacts();
  Artefacts(Artefacts&&) noexcept;

  /// Artefact numbers in the order of all outputs: time, kind, id.
  Result<std::vector<std::int64_t>> select(const Filter& filter);

  /// The whole Artefact as wire bytes, with what was found out after the load; valid until the next call.
  Result<std::string_view> wire(std::int64_t n, Whole whole = Whole::as_told);
  /// Its line of JSON, without LF; valid until the next call.
  Result<std::string_view> json(std::int64_t n, const model::JsonOptions& options = {});
  /// `zone`: of times in the title; null: as stored.
  Result<ArtefactLine> line(std::int64_t n, const model::ShownZone* zone = nullptr);

  /// Artefacts whose id starts with this text (with or without dashes); at most two are looked for.
  Result<std::vector<std::int64_t>> find_id(std::string_view prefix);
  /// Older versions of a live artefact.
  Result<std::vector<std::int64_t>> history(std::int64_t n);
  /// The numbers of apps with this id or name, else of the one app with this prefix; case-insensitive.
  Result<std::vector<std::int64_t>> find_app(std::string_view text);
  /// How files of an exhibit are shown.
  Result<const model::FileNames*> files(std::int64_t exhibit);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// One line about an artefact from its title fields; secrets are never in it.
std::string title_text(std::uint32_t kind, Bytes body, const model::ShownZone* zone = nullptr);

/// Every text of an artefact but secrets, one a line: what search looks through.
void append_search_text(std::string& out, std::uint32_t kind, Bytes body, Bytes rest);

/// The text with case and diacritics taken away, as search compares it.
std::string fold(std::string_view text);

}  // namespace exhibit::casefile
