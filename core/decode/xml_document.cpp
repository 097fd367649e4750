#include "xml_document.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "base/unicode.h"

namespace exhibit::decode {

namespace {

// References stay as they are, since pugixml lets unknown ones pass in silence: unescaped() replaces them. White space
// between elements is kept, since in a string it is text.
constexpr unsigned kParsing = pugi::parse_cdata | pugi::parse_eol | pugi::parse_ws_pcdata | pugi::parse_wconv_attribute;

/// The encoding that the declaration names, in lower case; empty without one.
std::string declared_encoding(std::string_view text) {
  if (!text.starts_with("<?xml")) return {};
  const std::string_view declaration = text.substr(0, text.find("?>"));
  std::size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  at = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos) return {};
  const std::size_t end = declaration.find(declaration[at], at + 1);
  if (end == std::string_view::npos) return {};
  std::string name(declaration.substr(at + 1, end - at - 1));
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return name;
}

std::optional<ByteOrder> utf16_order(Bytes bytes) {
  if (bytes.size() < 4) return std::nullopt;
  const auto starts = [&](std::uint8_t first, std::uint8_t second) { return bytes[0] == first && bytes[1] == second; };
  if (starts(0xff, 0xfe) || starts('<', 0)) return ByteOrder::little;
  if (starts(0xfe, 0xff) || starts(0, '<')) return ByteOrder::big;
  return std::nullopt;
}

/// The document in UTF-8: a view of the bytes, or of `converted`.
Result<std::string_view> as_utf8(Bytes bytes, std::string& converted, Where where) {
  if (const auto order = utf16_order(bytes)) {
    converted = utf8_from_utf16(bytes, *order);
    return converted;
  }
  const std::string_view text = as_text(bytes);
  const auto is_ascii = [](std::uint8_t byte) { return byte < 0x80; };
  const std::string encoding = declared_encoding(text);
  if (encoding.empty() || encoding == "utf-8" || std::ranges::all_of(bytes, is_ascii)) return text;
  if (encoding == "iso-8859-1" || encoding == "latin1") {
    converted = utf8_from_latin1(bytes);
    return converted;
  }
  return fail(ErrorCode::unsupported, "XML in UTF-8, UTF-16 or ISO-8859-1", 0, where);
}

Result<void> parsed(const pugi::xml_parse_result& result, Where start) {
  const Where at = {start.file, start.offset + static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(result.offset, 0))};
  const auto malformed = [&](Literal expected) { return fail(ErrorCode::malformed, expected, result.status, at); };
  switch (result.status) {
    case pugi::status_ok:
      return {};
    case pugi::status_out_of_memory:
      throw std::bad_alloc();
    case pugi::status_no_document_element:
      return malformed("a root element");
    case pugi::status_end_element_mismatch:
      return malformed("an end tag for each element");
    case pugi::status_bad_attribute:
      return malformed("a well-formed attribute");
    case pugi::status_bad_start_element:
      return malformed("a well-formed start tag");
    case pugi::status_bad_end_element:
      return malformed("a well-formed end tag");
    case pugi::status_bad_cdata:
    case pugi::status_bad_pcdata:
    case pugi::status_bad_comment:
    case pugi::status_bad_doctype:
    case pugi::status_bad_pi:
      return malformed("comments, CDATA, declarations and text that end");
    default:
      return malformed("well-formed XML");
  }
}

/// The character that a reference without & and ; stands for.
std::optional<char32_t> referenced_character(std::string_view name) {
  if (name == "lt") return U'<';
  if (name == "gt") return U'>';
  if (name == "amp") return U'&';
  if (name == "quot") return U'"';
  if (name == "apos") return U'\'';
  if (!name.starts_with('#')) return std::nullopt;
  name.remove_prefix(1);
  const bool is_hex = name.starts_with('x');
  if (is_hex) name.remove_prefix(1);
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), code, is_hex ? 16 : 10);
  const bool is_character = code > 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  if (error != std::errc() || end != name.data() + name.size() || !is_character) return std::nullopt;
  return code;
}

}  // namespace

bool is_xml_space(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Result<XmlDocument> XmlDocument::read(Bytes bytes, const Limits& limits, Where where) {
  std::string converted;
  const auto text = as_utf8(bytes, converted, where);
  if (!text) return std::unexpected(text.error());
  // A value from a fixed-size field may be padded. A NUL inside would end the document for the parser.
  const std::string_view padded = *text;
  const std::string_view body = padded.substr(0, padded.find_last_not_of('\0') + 1);
  if (const std::size_t nul = body.find('\0'); nul != std::string_view::npos) {
    return fail(ErrorCode::malformed, "no NUL in XML", 0, {where.file, where.offset + nul});
  }

  XmlDocument document;
  document.start_ = where;
  const pugi::xml_parse_result result =
      document.document_.load_buffer(body.data(), body.size(), kParsing, pugi::encoding_utf8);
  if (const auto parse = parsed(result, where); !parse) return std::unexpected(parse.error());
  if (const auto shape = document.check_shape(limits); !shape) return std::unexpected(shape.error());
  return document;
}

/// Every recursion over the document relies on this walk, which does not recurse.
Result<void> XmlDocument::check_shape(const Limits& limits) const {
  std::uint64_t count = 0;
  std::uint32_t depth = 0;
  bool has_root = false;
  for (pugi::xml_node node = document_.first_child(); node;) {
    if (depth == 0 && node.type() == pugi::node_element) {
      if (has_root) return std::unexpected(error(ErrorCode::malformed, "one root element", 2, node));
      has_root = true;
    }
    if (++count > limits.nodes) return std::unexpected(error(ErrorCode::limit, "fewer XML nodes", count, node));
    if (depth >= limits.nesting && node.type() == pugi::node_element) {
      return std::unexpected(error(ErrorCode::limit, "elements less deep", depth + 1, node));
    }
    if (node.first_child()) {
      ++depth;
      node = node.first_child();
      continue;
    }
    while (depth > 0 && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    node = node.next_sibling();
  }
  return {};
}

Where XmlDocument::where(pugi::xml_node node) const {
  const std::ptrdiff_t offset = node.offset_debug();
  return {start_.file, start_.offset + static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(offset, 0))};
}

Result<std::string> XmlDocument::text(pugi::xml_node element) const {
  std::string all;
  for (const pugi::xml_node part : element.children()) {
    if (part.type() == pugi::node_cdata) all.append(part.value());
    if (part.type() != pugi::node_pcdata) continue;
    const auto plain = unescaped(part.value(), part);
    if (!plain) return plain;
    all.append(*plain);
  }
  return all;
}

Result<std::string> XmlDocument::value(pugi::xml_attribute attribute, pugi::xml_node element) const {
  return unescaped(attribute.value(), element);
}

Result<std::string> XmlDocument::unescaped(std::string_view raw, pugi::xml_node at) const {
  std::string plain;
  std::size_t position = 0;
  while (true) {
    const std::size_t reference = std::min(raw.find('&', position), raw.size());
    plain.append(raw.substr(position, reference - position));
    if (reference == raw.size()) return plain;
    const std::size_t end = raw.find(';', reference);
    const std::size_t size = end == std::string_view::npos ? 0 : end - reference - 1;
    const auto character = referenced_character(raw.substr(reference + 1, size));
    if (!character) {
      const Where start = where(at);
      return fail(ErrorCode::malformed, "a character reference or one of XML's five entities", reference,
                  {start.file, start.offset + (at.type() == pugi::node_pcdata ? reference : 0)});
    }
    append_utf8(plain, *character);
    position = end + 1;
  }
}

}  // namespace exhibit::decode
