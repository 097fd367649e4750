// What makes a record the same record in another place: the model states it for each kind ("message_id, else
// conversation_id + sender + sent_at + text").
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "plan.h"

namespace exhibit::casefile {

/// The key's bytes: of the first alternative whose fields are all set. Empty if there is none.
std::string record_key(const KindPlan& kind, Bytes body, std::string_view table);

/// The text field that alone is the kind's key ("message_id"), or empty.
std::string first_key_field(const KindPlan& kind);

}  // namespace exhibit::casefile
