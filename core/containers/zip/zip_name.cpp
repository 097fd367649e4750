#include "zip_name.h"

#include <iterator>

#include "base/unicode.h"

namespace exhibit::containers {
namespace {

// 0x80 to 0xff, from the Unicode consortium's mapping of code page 437.
constexpr char16_t kCp437[] =
    u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩"
    u"≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";
static_assert(std::size(kCp437) == 128 + 1);

}  // namespace

std::string utf8_from_cp437(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + 16);
  for (const char c : bytes) {
    const auto byte = static_cast<std::uint8_t>(c);
    append_utf8(text, byte < 0x80 ? byte : kCp437[byte - 0x80]);
  }
  return text;
}

std::string_view zip_path(std::string_view raw, std::string_view unicode_path, bool utf8_flag, std::uint8_t made_by,
                          std::string& scratch) {
  if (!unicode_path.empty()) return unicode_path;
  if (utf8_flag || names_are_bytes(made_by) || is_utf8(raw)) return raw;
  return scratch = utf8_from_cp437(raw);
}

}  // namespace exhibit::containers
