// What JSON makes of each field, worked out once: its key in quotes and the part it plays.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/model.h"

namespace exhibit::model {

struct JsonMessage;

/// How a field deviates from what its type says.
enum class JsonRole : std::uint8_t {
  plain,
  file_number,  ///< a name, never a number
  uuid,         ///< an artefact's id
  time,
  state,        ///< one that says "live" and no more is as good as unset
  device_path,  ///< absent if it is the name of the file
  not_zero,     ///< 0 is as good as unset: Provenance.device_user
  absent,       ///< no part of the text: filled by the engine, or told once in a line of its own
};

struct JsonField {
  const FieldInfo* info = nullptr;
  JsonRole role = JsonRole::plain;
  std::string key;                       ///< ,"sender":
  const JsonMessage* message = nullptr;  ///< of FieldType::message
};

struct JsonMessage {
  const MessageInfo* info = nullptr;
  std::vector<JsonField> fields;
  std::array<const JsonField*, 256> by_number{};
  bool is_envelope = false;    ///< Artefact: kind and body flat in one object
  bool is_provenance = false;  ///< files inside that are its own file are absent
};

/// State {status: live}.
inline constexpr std::string_view kLiveState("\x08\x01", 2);

/// `message` must be one of Model::messages().
const JsonMessage& json_message(const MessageInfo& message);

/// The ends of a time's sibling keys, with Time's numbers.
struct TimeSibling {
  std::uint32_t number;
  std::string_view name;
};
inline constexpr std::array<TimeSibling, 6> kTimeSiblings{
    {{2, "zone"}, {3, "offset_s"}, {4, "zone_name"}, {5, "precision"}, {6, "clock"}, {7, "raw"}}};

}  // namespace exhibit::model
