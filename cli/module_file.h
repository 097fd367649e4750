// A module that lies in a file of the author's.
#pragma once

#include <exhibit/exhibit.hpp>
#include <string>

namespace exhibit::cli {

/// Throws Error with NOT_FOUND if it cannot be read.
std::string read_text_file(const std::string& path);

/// Loads it and gives the parser's name. What is wrong with it is thrown as the library tells it.
std::string load_module_file(Library& library, const std::string& path);

}  // namespace exhibit::cli
