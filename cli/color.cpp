#include "color.h"

#include <unistd.h>

#include <cstdlib>

namespace exhibit::cli {

namespace {

bool is_on = false;

bool is_wanted_here() {
  const char* none = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): before any thread
  const char* terminal = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe)
  const bool is_dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return isatty(STDOUT_FILENO) != 0 && !is_dumb && (none == nullptr || *none == '\0');
}

/// Select Graphic Rendition of ECMA-48: the sixteen colours that every terminal has, in the person's own palette.
std::string_view code_of(Style style) {
  switch (style) {
    case Style::heading:
      return "\033[1m";
    case Style::quiet:
      return "\033[2m";
    case Style::deleted:
      return "\033[35m";
    case Style::problem:
      return "\033[1;31m";
  }
  return "";
}

}  // namespace

void choose_color(std::string_view wanted) { is_on = wanted == "always" || (wanted == "auto" && is_wanted_here()); }

std::string styled(Style style, std::string_view text) {
  std::string shown(text);
  if (!is_on || text.empty()) return shown;
  return std::string(code_of(style)) + shown + "\033[0m";
}

}  // namespace exhibit::cli
