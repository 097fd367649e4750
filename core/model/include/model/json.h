// The text form of artefacts and service records (docs/case-and-report: JSONL), both ways.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"
#include "base/zone_file.h"
#include "model/model.h"
#include "model/wire_reader.h"

namespace exhibit::model {

/// How file numbers are shown and read.
class FileNames {
 public:
  virtual ~FileNames() = default;
  /// The text for a relative file number: device path, container path where that is not unique.
  virtual std::string name(std::uint64_t file) const = 0;
  /// The number for a text; 0 if there is none.
  virtual std::uint64_t number(std::string_view name) const = 0;
};

struct JsonOptions {
  bool with_secrets = false;
};

/// True for bytes that are the id of an artefact: text forms write them as a UUID.
bool is_artefact_id(const FieldInfo& field);

/// The zone in which people are shown times.
struct ShownZone {
  std::string name;  ///< IANA
  TimeZone zone;
};

/// Appends a string in quotes, escaped so that it is safe on a terminal.
void append_json_string(std::string& out, std::string_view text);
/// The shortest text that reads back equal, as ECMAScript prints.
void append_json_double(std::string& out, double value);
/// A time as text: "2023-05-01T12:34:56Z", digits by its precision; what it cannot say stands in sibling keys.
std::string time_text(const TimeValue& time);
/// For people: an absolute time as that zone's clocks showed it, with its offset; UTC with Z. What has no zone or no
/// hour stays as it is.
std::string time_text(const TimeValue& time, const ShownZone& zone);
/// The same for a time in its text form; a text that is no time stays as it is.
std::string time_text_in(std::string_view text, const ShownZone& zone);

/// One line without LF: a whole Artefact message (envelope and body) as wire bytes -> text.
std::string artefact_json(Bytes artefact, const FileNames& files, const JsonOptions& options = {});
/// {"field":...} of any message.
std::string message_json(const MessageInfo& message, Bytes wire, const FileNames& files,
                         const JsonOptions& options = {});

struct JsonError {
  std::string path;     ///< "sender.adress"
  std::string message;  ///< "no field of Message; nearest: sender.address"
};

/// Text -> wire bytes of the Artefact message in canonical form. Keys may come in any order.
std::expected<std::string, JsonError> artefact_from_json(std::string_view line, const FileNames& files);
/// Text -> wire bytes of any message.
std::expected<std::string, JsonError> message_from_json(const MessageInfo& message, std::string_view text,
                                                        const FileNames& files);

}  // namespace exhibit::model
