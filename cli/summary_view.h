// What an examination came to, for an examiner: what was found, whether every row is accounted for, what could not be
// read, and what nobody reads.
#pragma once

#include <exhibit/exhibit.hpp>
#include <string>
#include <vector>

namespace exhibit::cli {

/// Prints the exhibits with these labels (none: all). False if something wanted could not be read or the ledger does
/// not add up. `elapsed_s` below 0 is left out.
bool print_summary(Case& opened, const std::vector<std::string>& labels, double elapsed_s);
bool print_summary_json(Case& opened, double elapsed_s);

}  // namespace exhibit::cli
