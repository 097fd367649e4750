// What the API tells: wire bytes of one message, read by field numbers from the root.
#pragma once

#include <exhibit/exhibit.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "model/json.h"
#include "model/model.h"

struct exhibit_record {
  std::int32_t kind = 0;  ///< of the root: a kind of artefact, or a service record's number
  const exhibit::model::MessageInfo* message = nullptr;  ///< what `wire` is
  std::string owned;                                     ///< the bytes, of a root
  exhibit::Bytes wire;
  exhibit_field place = 0;  ///< field numbers from the root to here, 0 for a root
  std::shared_ptr<const exhibit::model::FileNames> files;
  std::string title;                                      ///< one line, of a root
  std::shared_ptr<const exhibit::model::ShownZone> zone;  ///< of times for people; null: as stored

  // What was lent: stays until the record changes or goes. A value asked twice is lent once.
  mutable std::string text;
  mutable std::map<const char*, std::string> lent;  ///< by its place in `wire` or in the model
  mutable std::map<exhibit_field, std::vector<std::unique_ptr<exhibit_record>>> children;
};

namespace exhibit::library {

/// A root record over bytes it owns.
std::unique_ptr<exhibit_record> make_record(std::int32_t kind, const model::MessageInfo& message, std::string wire,
                                            std::shared_ptr<const model::FileNames> files = nullptr);
/// Puts other bytes of the same message into it, for a cursor's next step.
void set_record(exhibit_record& record, std::int32_t kind, const model::MessageInfo& message, std::string wire);

}  // namespace exhibit::library

/// Gives records one by one.
struct exhibit_cursor {
  virtual ~exhibit_cursor() = default;
  /// The next record, or null at the end.
  virtual exhibit_status next(const exhibit_record*& record, exhibit_error** error) = 0;
};
