// The artefact model at run time: what artefact.proto and service.proto say, read from their descriptor sets. Constant
// data, built on first use; threads may share it.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace exhibit::model {

enum class FieldType : std::uint8_t {
  boolean,
  integer,           ///< int64, varint
  unsigned_integer,  ///< uint64, varint
  signed_integer,    ///< sint32, zigzag varint (Time.offset_s)
  fixed_integer,     ///< sfixed64 (Time.us)
  real,              ///< double
  text,              ///< string
  bytes,
  enumeration,
  message,
};

struct EnumValue {
  std::int32_t number;
  std::string_view word;  ///< "group_event": without the proto's prefix, lower case; the zero value is not listed
};

struct EnumInfo {
  std::string_view name;  ///< "Message.Type"
  std::span<const EnumValue> values;
  /// 0 if the word is unknown.
  std::int32_t number(std::string_view word) const;
  /// Empty if the number is unknown.
  std::string_view word(std::int32_t number) const;
};

struct MessageInfo;

struct FieldInfo {
  std::uint32_t number = 0;
  std::string_view name;
  FieldType type = FieldType::text;
  bool repeated = false;
  const MessageInfo* message = nullptr;   ///< of FieldType::message
  const EnumInfo* enumeration = nullptr;  ///< of FieldType::enumeration
  std::uint32_t primary = 0;              ///< 1, 2: place among the primary times; 0: none
  bool far = false;                       ///< a time that may lie in the years 1800 to 9999
  bool secret = false;
  bool title = false;
  std::string_view unit;
  std::string_view documentation;
};

struct MessageInfo {
  std::string_view name;              ///< "Message", "Party"
  std::uint32_t number = 0;           ///< of a kind: its field number in Artefact; of a service record: its root number
  std::span<const FieldInfo> fields;  ///< ascending by number
  std::string_view key;               ///< as the option states it
  std::string_view views;
  std::string_view documentation;

  const FieldInfo* find(std::uint32_t field_number) const;
  const FieldInfo* find(std::string_view field_name) const;
};

/// A field as its path of numbers from the root, one byte a level: Message.sender.address = 20.3.1 = 0x140301.
using FieldId = std::uint64_t;

/// A resolved dotted path below a message.
struct FieldPath {
  std::vector<const FieldInfo*> steps;  ///< never empty
  const FieldInfo& last() const { return *steps.back(); }
};

class Model {
 public:
  static const Model& get();

  std::span<const MessageInfo* const> kinds() const;     ///< ascending by number
  std::span<const MessageInfo* const> services() const;  ///< service records, ascending by number
  std::span<const MessageInfo> messages() const;         ///< all, in the order of the files
  const MessageInfo* kind(std::uint32_t number) const;
  const MessageInfo* kind(std::string_view name) const;
  /// Any message by name: "Party", "Artefact", "State", "Ledger". One without name and fields if there is none.
  const MessageInfo& message(std::string_view name) const;
  const MessageInfo* find_message(std::string_view name) const;

  /// "sender.address" below Message. On failure the nearest valid path, or an empty string.
  std::expected<FieldPath, std::string> path(const MessageInfo& below, std::string_view dotted) const;

  /// "Message.sender.address", "Message" or an envelope path ("state.status"); 0 if there is none.
  FieldId field(std::string_view dotted) const;
  /// Empty if there is none.
  std::string field_path(FieldId field) const;

  /// The serialised FileDescriptorSet of both protos.
  Bytes descriptor_set() const;

  struct Tables;

 private:
  Model();
  const Tables* tables_;
};

/// The word of `words` nearest to `word` (edit distance, at most a third of its length), or an empty view.
std::string_view nearest(std::string_view word, std::span<const std::string_view> words);

}  // namespace exhibit::model
