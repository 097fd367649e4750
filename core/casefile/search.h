// The one search of show, report and API: case and diacritics ignored; words ANDed, each anywhere inside; "in quotes"
// whole words in that order; -word excludes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace exhibit::casefile {

struct SearchTerms {
  struct Term {
    std::string text;                ///< folded
    std::vector<std::string> words;  ///< of a phrase; empty: anywhere inside
  };
  std::vector<Term> wanted, unwanted;

  bool empty() const { return wanted.empty() && unwanted.empty(); }
};

SearchTerms parse_search(std::string_view text);

/// `lines`: the texts of an artefact, each ended by LF, not folded. A phrase lies within one of them.
bool matches(const SearchTerms& terms, std::string_view lines);

/// For the index of words, which holds folded texts: a MATCH expression that finds every one with this phrase.
std::string index_expression(const SearchTerms::Term& phrase);

}  // namespace exhibit::casefile
