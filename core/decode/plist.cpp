#include "plist.h"

#include <algorithm>
#include <memory>

#include "base/unicode.h"

namespace exhibit::decode {

namespace {

/// A root of data in the ASCII form starts with < too: only hex digits and space follow, or GNUstep's star.
bool is_ascii_data(std::string_view text) {
  if (!text.starts_with('<')) return false;
  if (text.substr(1).starts_with('*')) return true;
  const std::size_t end = text.find_first_not_of("0123456789abcdefABCDEF \t\r\n", 1);
  return end != std::string_view::npos && text[end] == '>';
}

/// An error in converted text names an offset of that text; the tree's views look into the text it was read from.
Result<Tree> read_text_plist(std::string_view text, const Limits& limits, Where where) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  const std::string_view body = text.substr(std::min(start, text.size()));
  if (body.empty()) return fail(ErrorCode::truncated, "a property list", text.size(), where);
  if (body.starts_with('<') && !is_ascii_data(body)) return read_xml_plist(as_bytes(text), limits, where);
  return read_ascii_plist(as_bytes(text), limits, where);
}

}  // namespace

Result<Tree> read_plist(Bytes bytes, const Limits& limits, Where where) {
  const std::string_view text = as_text(bytes);
  if (text.starts_with("bplist")) return read_binary_plist(bytes, limits, where);
  if (text.starts_with("\xef\xbb\xbf")) return read_text_plist(text.substr(3), limits, {where.file, where.offset + 3});

  const bool is_little = text.starts_with("\xff\xfe");
  if (!is_little && !text.starts_with("\xfe\xff")) {
    const bool is_bare_utf16 = bytes.size() >= 4 && (bytes[0] == 0 || bytes[1] == 0);
    return is_bare_utf16 ? read_xml_plist(bytes, limits, where) : read_text_plist(text, limits, where);
  }
  auto converted = std::make_unique<const std::string>(
      utf8_from_utf16(bytes.subspan(2), is_little ? ByteOrder::little : ByteOrder::big));
  auto tree = read_text_plist(*converted, limits, where);
  // The tree may hold views of the converted text, so the text has to live on in it.
  if (tree) (void)tree->keep(std::move(converted));
  return tree;
}

}  // namespace exhibit::decode
