// Reads a tar from any source of bytes: one pass lists it, members are then read at random. POSIX ustar and PAX
// (IEEE 1003.1), GNU long names and sparse files, base-256 numbers.
#pragma once

#include <memory>

#include "base/limits.h"
#include "base/result.h"
#include "evidence/evidence.h"

namespace exhibit::containers {

/// The first block is the head of a tar (its checksum holds); all of a tar's padding alone is none.
bool is_tar(Bytes first_block);

/// `format` is what Container::format() says: "tar", "tar.gz". What is damaged in the middle is skipped up to the next
/// head whose checksum holds, with a problem. The archive's size() is not asked: a packed stream learns it by being
/// read.
Result<std::unique_ptr<evidence::Container>> open_tar(evidence::SourcePtr archive, std::string_view format,
                                                      const Limits& limits);

}  // namespace exhibit::containers
