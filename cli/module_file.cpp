#include "module_file.h"

#include <fstream>
#include <iterator>

namespace exhibit::cli {

std::string read_text_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in.is_open() || in.bad()) throw Error(EXHIBIT_E_NOT_FOUND, path + ": cannot be read");
  return text;
}

std::string load_module_file(Library& library, const std::string& path) {
  library.load_module(path, read_text_file(path));
  Cursor parsers = library.list(EXHIBIT_PARSER);
  while (const auto parser = parsers.next())
    if (parser->text(EXHIBIT_PARSER_ORIGIN) == path) return parser->text(EXHIBIT_PARSER_NAME);
  return path;
}

}  // namespace exhibit::cli
