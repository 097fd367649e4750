// Names as SQLite compares them, lists of names for messages, and the word that a mistyped one was meant to be.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace exhibit::sqlite {

/// In lower case; SQLite folds the letters of ASCII alone.
std::string folded(std::string_view name);
bool is_same_name(std::string_view a, std::string_view b);

/// "a, b, c", cut with the number of those left out: a hostile schema has 100,000 names.
std::string joined_names(const std::vector<std::string>& names);

/// The candidate that differs from `word` in the fewest letters, if they are so few that it may be a slip.
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace exhibit::sqlite
