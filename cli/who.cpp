#include "who.h"

#include <unistd.h>

#include <array>
#include <cstdlib>

namespace exhibit::cli {

std::string who() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  const char* login = std::getenv("USER");  // NOLINT(concurrency-mt-unsafe): before any thread
  return (login != nullptr ? std::string(login) : std::to_string(getuid())) + "@" + host.data();
}

}  // namespace exhibit::cli
