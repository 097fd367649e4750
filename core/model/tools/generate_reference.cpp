// generate_reference [--check] SOURCE_FOLDER: writes the texts made from the model, or tells whether they are current.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "reference.h"

namespace {

namespace fs = std::filesystem;

bool is_current(const fs::path& path, const std::string& text) {
  std::ifstream in(path, std::ios::binary);
  const std::string found((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (found == text) return true;
  std::fprintf(stderr, "%s is not what the model says: cmake --build . --target reference\n", path.c_str());
  return false;
}

bool write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (out) return true;
  std::fprintf(stderr, "%s cannot be written\n", path.c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  const bool check = argc == 3 && std::string_view(argv[1]) == "--check";
  if (argc != 2 && !check) {
    std::fprintf(stderr, "usage: generate_reference [--check] SOURCE_FOLDER\n");
    return 2;
  }
  const fs::path root(argv[argc - 1]);
  const exhibit::model::Model& model = exhibit::model::Model::get();
  const auto header = exhibit::model::fields_header(model);
  if (!header) {
    std::fprintf(stderr, "two constants are called %s\n", header.error().c_str());
    return 1;
  }
  const auto handle = check ? is_current : write;
  const bool header_done = handle(root / "include/exhibit/fields.h", *header);
  const bool page_done = handle(root / "docs/reference/kinds.md", exhibit::model::kinds_page(model));
  return header_done && page_done ? 0 : 1;
}
