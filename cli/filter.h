// The filters of show and export become conditions of a query.
#pragma once

#include <exhibit/exhibit.hpp>

#include "arguments.h"

namespace exhibit::cli {

/// Throws Error with INVALID for a word that names nothing; it tells the nearest that does.
void apply(const FilterArguments& filter, Library& library, Query& query);

bool is_set(const FilterArguments& filter);

}  // namespace exhibit::cli
