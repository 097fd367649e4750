// Opens evidence as the command line says.
#pragma once

#include <exhibit/exhibit.hpp>
#include <string>

#include "arguments.h"
#include "password.h"

namespace exhibit::cli {

class EvidenceOpener {
 public:
  /// Reads the file of passwords.
  explicit EvidenceOpener(const AccessArguments& arguments);

  /// What stays locked is told with the option that would open it. `before_asking` makes room on the terminal.
  Evidence open(const Library& library, const std::string& path, Callbacks callbacks,
                const std::function<void()>& before_asking = {});

 private:
  const AccessArguments& arguments_;
  Passwords passwords_;
};

}  // namespace exhibit::cli
