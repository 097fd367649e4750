// Writes files of the evidence for other tools, each hashed on its way, with a list of what was written and what not.
#pragma once

#include <exhibit/exhibit.hpp>

#include "arguments.h"

namespace exhibit::cli {

/// The files that match, below arguments.extract_to.
int extract(Evidence& evidence, const FilesArguments& arguments, const Common& common);

}  // namespace exhibit::cli
