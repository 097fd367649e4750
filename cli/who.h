// Who works with the command, for the audit log of a case.
#pragma once

#include <string>

namespace exhibit::cli {

/// "login@host"
std::string who();

}  // namespace exhibit::cli
