// One artefact's wire bytes become rows: its columns, body and rest, the flat row of its kind, parties, positions,
// files, links and the words of the search, in one pass over the bytes.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/sha256.h"
#include "dictionary.h"
#include "file_finder.h"
#include "model/wire_reader.h"
#include "plan.h"
#include "sql.h"

namespace exhibit::casefile {

/// A field path below Artefact, one byte a level, and from bit 48 on which of several with this path it is.
using FieldPlace = std::int64_t;
inline constexpr int kOrdinalShift = 48;
inline constexpr std::int64_t kLastOrdinal = 0x7fff;
inline constexpr FieldPlace kPathMask = (std::int64_t{1} << kOrdinalShift) - 1;

/// Counts the places of a path within one artefact. The writer and the reader of a case must walk in the same order.
class PlaceCounter {
 public:
  void clear() { counts_.clear(); }
  FieldPlace next(std::int64_t path);

 private:
  std::vector<std::pair<std::int64_t, std::int64_t>> counts_;
};

/// The numbers n of the artefacts that one query made of one file in one pass.
struct EmittedSpan {
  std::int64_t query = 0, file = 0, pass = 0;
  std::int64_t first = 0, last = 0;
};

class ArtefactRows {
 public:
  struct Exhibit {
    std::int64_t number = 0;
    std::int64_t file_base = 0;
    std::int64_t next_artefact = 1;
    bool has_text_index = true;
  };
  static Result<ArtefactRows> open(const Connection& connection, Dictionary& dictionary, FileFinder& finder,
                                   const Exhibit& exhibit);

  Result<void> add(Bytes artefact);
  /// Writes what is sorted before it is written: uses of parties and files, links between artefacts.
  Result<void> finish();

  std::uint64_t artefacts() const { return static_cast<std::uint64_t>(next_ - first_); }
  std::int64_t first() const { return first_; }
  const std::vector<EmittedSpan>& spans() const { return spans_; }
  bool has_quotes() const { return has_quotes_; }
  /// Over all artefacts in order; ends the sum.
  crypto::Sha256Digest content_sha256() { return content_.finish(); }

 private:
  struct Use {
    std::int64_t number, artefact;
    FieldPlace field;
    auto operator<=>(const Use&) const = default;
  };
  struct PendingLink {
    std::int64_t artefact, kind;
    std::string target;  // id
  };
  struct Position {
    std::int64_t path;
    double latitude, longitude, accuracy;
    bool has_accuracy, has_at;
    std::int64_t at;
  };
  struct Envelope {
    Bytes id, state, provenance, body;
    std::string_view app, app_name;
    const KindPlan* kind = nullptr;
  };
  struct Provenance {
    std::string_view table, key, parser, version, query;
    bool has_table = false, has_key = false, has_row = false;
    std::int64_t row = 0;
    std::uint64_t file = 0;
  };
  struct StateColumns {
    std::int64_t status = kLive, reason = 0, found_in = 0;
  };

  Result<void> read_envelope(Bytes artefact, Envelope& envelope);
  void read_state(Bytes state);
  void read_provenance(Bytes provenance);
  Result<void> read_body(const Envelope& envelope);
  Result<void> read_body_field(const Envelope& envelope, const FieldPlan& plan, const model::WireField& field,
                               Statement& flat);
  Result<void> read_list_element(const FieldPlan& plan, const model::WireField& field);
  Result<void> read_nested(const FieldPlan& plan, Bytes message, std::int64_t path, const std::int64_t* at);
  void read_file(const FieldPlan& plan, Bytes message, std::int64_t path, Statement* flat);
  void read_geo(const FieldPlan& plan, Bytes message, std::int64_t path, const std::int64_t* at, Statement* flat);
  void read_time(const FieldPlan& plan, Bytes message, Statement& flat);
  void bind_lists(Statement& flat);
  Result<Statement*> flat_statement(const KindPlan& kind);
  Result<void> write_artefact(const Envelope& envelope);
  Result<void> write_positions();
  Result<void> write_words();
  void hash_content(const Envelope& envelope);
  void note_span(std::int64_t query, std::int64_t file);
  Result<void> write_uses(std::vector<Use>& uses, std::string_view sql);
  Result<void> write_links();
  void add_text(std::string_view text) {
    text_ += text;
    text_ += '\n';
  }

  const Connection* connection_ = nullptr;
  Dictionary* dictionary_ = nullptr;
  FileFinder* finder_ = nullptr;
  Exhibit exhibit_;
  std::int64_t first_ = 1, next_ = 1;
  bool has_quotes_ = false;
  Statement artefact_, geo_, words_, link_;
  std::vector<Statement> flat_;  // by kind number

  // Of the artefact at work; kept between artefacts so that nothing is allocated for each.
  std::string rest_, text_, hashed_;
  StateColumns state_;
  Provenance provenance_;
  std::int64_t app_ = 0, chat_ = 0;
  std::vector<std::int64_t> counts_;  // by column
  std::vector<std::string> joined_;   // by column
  std::vector<int> lists_;            // columns of lists that were met
  std::vector<Position> positions_;
  std::vector<model::TimeValue> primary_;  // by place in the kind's primary times
  std::vector<bool> has_primary_;
  std::deque<std::string> kept_;  // texts that must live until the row is written
  std::string label_;
  PlaceCounter party_places_, file_places_;
  std::int64_t at_field_ = 0;
  model::TimeValue at_;

  std::vector<Use> party_uses_, file_uses_;
  std::vector<PendingLink> links_;
  std::vector<EmittedSpan> spans_;
  std::map<std::array<std::int64_t, 3>, std::size_t> span_of_;
  std::size_t last_span_ = 0;
  crypto::Sha256 content_;
};

/// Name and address of a party in one cell.
void append_party_label(std::string& out, Bytes party);

}  // namespace exhibit::casefile
