// A ZIP as evidence.
#pragma once

#include <memory>

#include "base/limits.h"
#include "evidence/evidence.h"
#include "zip_directory.h"

namespace exhibit::containers {

/// Lists the archive. Members are read when they are opened, and their CRC-32 is checked: of a member in memory before
/// a byte is given out, of a large deflated one in the pass that makes it readable at random, of a large stored one
/// when it is read from its start to its end.
Result<std::unique_ptr<evidence::Container>> open_zip(evidence::SourcePtr archive, const Limits& limits);

/// The same of members that are listed already.
std::unique_ptr<evidence::Container> make_zip(evidence::SourcePtr archive, ZipDirectory directory);

}  // namespace exhibit::containers
