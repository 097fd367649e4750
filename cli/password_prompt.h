// Asks a person for a password, without showing it.
#pragma once

#include <exhibit/exhibit.hpp>

namespace exhibit::cli {

/// On the terminal that the command runs on, wherever stdin comes from; up to three times for one container. False:
/// there is no terminal, nothing was typed, or Ctrl-C.
bool ask_for_password(const exhibit_secret_request& request, Answer& answer);

}  // namespace exhibit::cli
