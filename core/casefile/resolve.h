// What can only be known when an exhibit is whole: contacts of parties, messages that quotes mean, records that several
// sources hold. Kept beside the artefacts, never in their bytes.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "sql.h"

namespace exhibit::casefile {

/// party.contact: the one contact of the exhibit with the party's normalised address; one of the party's own app goes
/// before those of others.
Result<void> resolve_contacts(const Connection& connection, std::int64_t exhibit);

/// Links of kind reply_to from a quote to the artefact it names by the app's own id.
Result<void> resolve_quotes(const Connection& connection, std::int64_t exhibit);

/// artefact.same_as where two sources hold an equal record; a link same_as where the key is equal and the content not.
Result<void> resolve_equal_records(const Connection& connection, std::int64_t exhibit);

/// What DeviceInfo artefacts say: exhibit.platform, model, os, and zone where none was given.
Result<void> resolve_device(const Connection& connection, std::int64_t exhibit);

}  // namespace exhibit::casefile
