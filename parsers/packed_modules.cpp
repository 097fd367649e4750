#include "parsers/packed_modules.h"

#include <charconv>

// The file modules.pack, as the linker put it in.
extern "C" {
extern const char _binary_modules_pack_start[];  // NOLINT(bugprone-reserved-identifier): the linker's name
extern const char _binary_modules_pack_end[];    // NOLINT(bugprone-reserved-identifier)
}

namespace exhibit::parsers {

std::vector<engine::PackedModule> packed_modules() {
  std::string_view rest(_binary_modules_pack_start,
                        static_cast<std::size_t>(_binary_modules_pack_end - _binary_modules_pack_start));
  std::vector<engine::PackedModule> modules;
  while (!rest.empty()) {
    const std::string_view head = rest.substr(0, rest.find('\n'));
    const std::size_t blank = head.rfind(' ');
    std::size_t size = 0;
    std::from_chars(head.data() + blank + 1, head.data() + head.size(), size);
    modules.push_back({head.substr(0, blank), rest.substr(head.size() + 1, size)});
    rest.remove_prefix(head.size() + 1 + size);
  }
  return modules;
}

}  // namespace exhibit::parsers
