// What an entry takes from the record of a ZIP that names it: a central one or a local head.
#pragma once

#include <cstdint>

#include "evidence/entry.h"
#include "evidence/text_arena.h"
#include "zip_extra.h"

namespace exhibit::containers {

/// Times of the extra fields, which are UTC, before the DOS time, a wall clock.
evidence::EntryTimes zip_times(const ZipExtra& extra, std::uint16_t date, std::uint16_t time);

/// For names in which '\' stands between folders.
void separate_backslashes(evidence::Entry& entry, evidence::TextArena& paths);

}  // namespace exhibit::containers
