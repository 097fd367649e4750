#include "search.h"

#include <utf8proc.h>

#include <algorithm>

#include "base/unicode.h"
#include "casefile/query.h"

namespace exhibit::casefile {

namespace {

/// Letters, numbers and private use, as the index's tokenizer has it.
bool is_word_letter(char32_t code_point) {
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code_point))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
    case UTF8PROC_CATEGORY_CO:
      return true;
    default:
      return false;
  }
}

std::vector<std::string> words_of(std::string_view folded) {
  std::vector<std::string> words;
  bool in_word = false;
  for (std::size_t at = 0; at < folded.size();) {
    const std::size_t start = at;
    const auto code_point = next_utf8(folded, at);
    if (!code_point) ++at;
    if (!code_point || !is_word_letter(*code_point)) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    words.back() += folded.substr(start, at - start);
  }
  return words;
}

bool has_phrase(std::string_view folded_line, const std::vector<std::string>& phrase) {
  if (folded_line.find(phrase.front()) == std::string_view::npos) return false;
  const std::vector<std::string> words = words_of(folded_line);
  return !std::ranges::search(words, phrase).empty();
}

bool has_term(const SearchTerms::Term& term, std::string_view folded) {
  if (term.words.empty()) return folded.find(term.text) != std::string_view::npos;
  while (!folded.empty()) {
    const auto end = folded.find('\n');
    if (has_phrase(folded.substr(0, end), term.words)) return true;
    if (end == std::string_view::npos) break;
    folded.remove_prefix(end + 1);
  }
  return false;
}

}  // namespace

SearchTerms parse_search(std::string_view text) {
  SearchTerms terms;
  for (;;) {
    const auto start = text.find_first_not_of(" \t\n\r");
    if (start == std::string_view::npos) return terms;
    text.remove_prefix(start);
    const bool excludes = text.size() > 1 && text.front() == '-';
    if (excludes) text.remove_prefix(1);
    SearchTerms::Term term;
    if (text.front() == '"') {
      const auto end = text.find('"', 1);
      term.text = fold(text.substr(1, end == std::string_view::npos ? end : end - 1));
      term.words = words_of(term.text);  // of signs alone there are none: then they are sought as they are
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    } else {
      const auto end = std::min(text.find_first_of(" \t\n\r"), text.size());
      term.text = fold(text.substr(0, end));
      text.remove_prefix(end);
    }
    if (!term.text.empty()) (excludes ? terms.unwanted : terms.wanted).push_back(std::move(term));
  }
}

bool matches(const SearchTerms& terms, std::string_view lines) {
  const std::string folded = fold(lines);
  const auto is_there = [&](const SearchTerms::Term& term) { return has_term(term, folded); };
  return std::ranges::all_of(terms.wanted, is_there) && std::ranges::none_of(terms.unwanted, is_there);
}

std::string index_expression(const SearchTerms::Term& phrase) {
  std::string expression = "\"";
  for (const std::string& word : phrase.words) expression += word + ' ';
  return expression + '"';
}

}  // namespace exhibit::casefile
