#include <algorithm>
#include <cctype>
#include <cstdio>
#include <exhibit/exhibit.hpp>

#include "commands.h"
#include "terminal_text.h"

namespace exhibit::cli {

namespace {

bool is_same_word(const std::string& a, const std::string& b) {
  return std::ranges::equal(a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void print_field(const RecordView& field, std::size_t prefix) {
  std::string notes;
  for (std::size_t i = 0; i < field.count(EXHIBIT_FIELD_WORDS); ++i)
    notes += (i == 0 ? "" : " | ") + std::string(field.text_at(EXHIBIT_FIELD_WORDS, i));
  const std::string documentation = first_line(field.text(EXHIBIT_FIELD_DOCUMENTATION));
  if (!documentation.empty()) notes += (notes.empty() ? "" : "   ") + documentation;
  if (field.integer(EXHIBIT_FIELD_IS_SECRET).value_or(0) != 0) notes += "   (masked unless asked for)";
  const bool is_list = field.integer(EXHIBIT_FIELD_IS_REPEATED).value_or(0) != 0;
  std::printf("%-34s %-14s %s\n", field.text(EXHIBIT_FIELD_PATH).substr(prefix).c_str(),
              (field.text(EXHIBIT_FIELD_TYPE) + (is_list ? "[]" : "")).c_str(), notes.c_str());
}

int describe(Library& library, const std::string& wanted, bool json) {
  Cursor fields = library.list(EXHIBIT_FIELD);
  bool is_found = false;
  while (const auto field = fields.next()) {
    const std::string path = field->text(EXHIBIT_FIELD_PATH);
    const std::size_t dot = path.find('.');
    if (!is_same_word(path.substr(0, dot), wanted)) continue;
    is_found = true;
    if (json) {
      std::printf("%s\n", field->json().c_str());
    } else {
      print_field(*field, dot + 1);
    }
  }
  if (!is_found) throw Error(EXHIBIT_E_NOT_FOUND, "no kind \"" + wanted + "\"; see: exhibit kinds");
  return kDone;
}

}  // namespace

int kinds(const KindsArguments& arguments, const Common& common) {
  Library library;
  if (!arguments.kind.empty()) return describe(library, arguments.kind, common.json);
  Cursor kinds = library.list(EXHIBIT_KIND);
  while (const auto kind = kinds.next()) {
    if (common.json) {
      std::printf("%s\n", kind->json().c_str());
    } else {
      std::printf("%4s  %-16s %s\n", kind->text(EXHIBIT_KIND_NUMBER).c_str(), kind->text(EXHIBIT_KIND_NAME).c_str(),
                  first_line(kind->text(EXHIBIT_KIND_DOCUMENTATION)).c_str());
    }
  }
  return kDone;
}

}  // namespace exhibit::cli
