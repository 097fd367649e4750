#include <algorithm>
#include <numeric>

#include "model/model.h"

namespace exhibit::model {

namespace {

/// Levenshtein's distance: insertions, deletions, replacements.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> words) {
  constexpr std::size_t kLongestWord = 256;  // no name of the model is longer: what is cannot be near one
  if (word.size() > kLongestWord) return {};
  std::size_t best = word.size() / 3 + 1;
  std::string_view found;
  for (const std::string_view candidate : words) {
    const std::size_t steps = distance(word, candidate);
    if (steps >= best) continue;
    best = steps;
    found = candidate;
  }
  return found;
}

}  // namespace exhibit::model
