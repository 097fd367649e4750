// What becomes of each field of an artefact when it goes into a case, worked out once from the model: its columns in
// the kind's flat table, and which messages hold parties, positions, files and quotes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace exhibit::casefile {

enum class Part : std::uint8_t {
  unknown,  ///< a number that the message does not have
  integer,
  zigzag,
  real,
  text,
  bytes,
  time,
  party,
  geo,
  file,
  quote,
  money,
  message,  ///< any other
};

struct MessagePlan;

struct FieldPlan {
  const model::FieldInfo* field = nullptr;
  Part part = Part::unknown;
  const MessagePlan* child = nullptr;  ///< of messages
  int column = 0;                      ///< of a kind's field: place of its first flat column, 0: none
  bool joined = false;                 ///< a list whose elements also stand joined, in the column after x_count
  bool secret = false;
};

struct MessagePlan {
  const model::MessageInfo* info = nullptr;
  std::vector<FieldPlan> fields;  ///< by number
  bool is_resolved = false;  ///< holds a Party, File or Quote, or is one: gets something from tables when it is read

  const FieldPlan& at(std::uint32_t number) const {
    static const FieldPlan kUnknown;
    return number < fields.size() ? fields[number] : kUnknown;
  }
};

struct FlatColumn {
  std::string name;
  std::string_view type;  ///< empty for times: an affinity would turn the text "2023" into a number
};

struct KindPlan : MessagePlan {
  std::uint32_t number = 0;
  std::string name;                 ///< "browser_visit"
  std::vector<FlatColumn> columns;  ///< place 1 is n and not listed: columns[0] is bound at 2
  std::uint32_t conversation = 0;   ///< number of conversation_id, 0: none
  /// Number of the machine's name for a record (message_id), 0: none. Each is one of a kind, so an index of words would
  /// be twice as large and slow for them; a phrase is sought in their column.
  std::uint32_t identifier = 0;
  std::vector<std::uint32_t> primary;  ///< numbers of P1, P2, …
};

class Plans {
 public:
  static const Plans& get();

  const std::vector<std::unique_ptr<KindPlan>>& kinds() const { return kinds_; }
  /// Null if there is no such kind.
  const KindPlan* kind(std::uint32_t number) const { return number < by_number_.size() ? by_number_[number] : nullptr; }
  const KindPlan* kind(std::string_view snake_or_model_name) const;
  const MessagePlan& artefact() const { return *artefact_; }
  const MessagePlan& message(std::string_view name) const;

 private:
  Plans();
  const MessagePlan* plan_of(const model::MessageInfo& info);
  void fill(MessagePlan& plan);
  void add_kind(const model::MessageInfo& info, std::string_view name);

  std::vector<std::unique_ptr<MessagePlan>> messages_;
  std::vector<std::unique_ptr<KindPlan>> kinds_;
  std::vector<const KindPlan*> by_number_;
  const MessagePlan* artefact_ = nullptr;
};

/// Numbers that this box has to know by name: of the envelope and the common messages.
namespace field {
inline constexpr std::uint32_t kId = 1, kApp = 2, kAppName = 3, kLocalAccount = 4, kState = 5, kProvenance = 6,
                               kExtra = 7, kLinks = 8, kAlsoIn = 9, kTime = 10, kTimeField = 11, kFirstKind = 20;
inline constexpr std::uint32_t kStateStatus = 1, kStateReason = 4, kStateFoundIn = 5;
inline constexpr std::uint32_t kProvenanceExhibit = 1, kProvenanceFile = 2, kProvenanceDeviceUser = 3,
                               kProvenanceTable = 4, kProvenanceRowid = 5, kProvenanceKey = 6, kProvenanceParser = 9,
                               kProvenanceParserVersion = 10, kProvenanceQuery = 11, kProvenanceContainerPath = 12;
inline constexpr std::uint32_t kPartyAddress = 1, kPartyAddressKind = 2, kPartyNormalized = 3, kPartyName = 5,
                               kPartyIsOwner = 6, kPartyContact = 10;
inline constexpr std::uint32_t kFilePath = 1, kFileDevicePath = 2, kFileFile = 3, kFileMissing = 4, kFileName = 5,
                               kFileSize = 7, kFileThumbnail = 14, kFileContent = 20;
inline constexpr std::uint32_t kQuoteMessageId = 1, kQuoteArtefact = 2, kQuoteText = 4;
inline constexpr std::uint32_t kGeoLatitude = 1, kGeoLongitude = 2, kGeoAccuracy = 4;
inline constexpr std::uint32_t kMoneyAmount = 1, kMoneyCurrency = 2;
inline constexpr std::uint32_t kLinkKind = 1, kLinkArtefact = 2;
}  // namespace field

/// Values of State.status.
inline constexpr std::int64_t kLive = 1, kSoftDeleted = 2, kRecovered = 3, kTombstone = 4;
/// State.reason: an older version of a row that still exists.
inline constexpr std::int64_t kSuperseded = 6;
/// File.missing.
inline constexpr std::int64_t kNotInExtraction = 1;
/// Link.kind.
inline constexpr std::int64_t kReplyTo = 2, kSameAs = 4;

}  // namespace exhibit::casefile
