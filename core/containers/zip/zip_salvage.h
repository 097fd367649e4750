// A ZIP without a usable directory, read by what stands before each member.
#pragma once

#include <memory>

#include "base/limits.h"
#include "evidence/evidence.h"

namespace exhibit::containers {

/// A scan from the first byte to the last. A member is left by its size, so that a ZIP inside it stays its content;
/// only behind what does not end where it should is the next head searched. What is listed is as sure as the sum of
/// each member, which is checked as ever; one whose end or sum is not there is listed and stays closed. Problems say
/// that it was salvaged, and which regions belong to no member. Unlike a directory, heads tell no links apart from
/// files. malformed: there is no head at all.
Result<std::unique_ptr<evidence::Container>> open_zip_by_local_heads(evidence::SourcePtr archive, const Limits& limits);

}  // namespace exhibit::containers
