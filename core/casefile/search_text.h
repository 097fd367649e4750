// The texts of an artefact that search looks through: every string of body, extra and local account but secrets.
#pragma once

#include <string>

#include "base/bytes.h"
#include "plan.h"

namespace exhibit::casefile {

/// Each text of a message, nested ones too, followed by LF.
void append_message_text(std::string& out, const MessagePlan& plan, Bytes message);
/// Of the artefact's `rest`.
void append_rest_text(std::string& out, Bytes rest);
/// What the index of words holds of an artefact: all but its identifier.
void append_index_text(std::string& out, std::uint32_t kind, Bytes body, Bytes rest);

}  // namespace exhibit::casefile
