// One artefact whole: every field, its state, and where it came from.
#pragma once

#include <exhibit/exhibit.hpp>

namespace exhibit::cli {

void print_artefact(const RecordView& artefact);

}  // namespace exhibit::cli
