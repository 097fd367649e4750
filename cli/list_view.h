// Artefacts of any kind, one line each.
#pragma once

#include <exhibit/exhibit.hpp>

namespace exhibit::cli {

void print_line(const RecordView& artefact);

}  // namespace exhibit::cli
