#include "engine/glob.h"

namespace exhibit::engine {

bool matches_glob(std::string_view glob, std::string_view text) {
  // Where the last star stood, and the text that it was tried with: on a mismatch it takes one byte more.
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  std::size_t g = 0;
  std::size_t t = 0;
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      star_text = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != std::string_view::npos) {
      g = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

}  // namespace exhibit::engine
