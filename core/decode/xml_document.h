// An XML document as the two readers here need it: strict about what could be misread. Private.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace exhibit::decode {

class XmlDocument {
 public:
  /// UTF-8, UTF-16 (by its byte order mark or its first characters) or Latin-1 (by its declaration). Refused: what is
  /// not well-formed, more than one root element, elements deeper or more than the limits, a NUL inside.
  static Result<XmlDocument> read(Bytes bytes, const Limits& limits, Where where);

  pugi::xml_node root() const { return document_.document_element(); }
  /// Of a node, exact if the file is UTF-8 (otherwise in the converted text).
  Where where(pugi::xml_node node) const;
  Error error(ErrorCode code, Literal expected, std::uint64_t found, pugi::xml_node at) const {
    return {code, expected, found, where(at)};
  }

  /// The character data right below an element, references replaced. An entity that is not one of XML's five is an
  /// error: what it would stand for is not known, and a document type's own are never expanded.
  Result<std::string> text(pugi::xml_node element) const;
  Result<std::string> value(pugi::xml_attribute attribute, pugi::xml_node element) const;

 private:
  XmlDocument() = default;
  Result<void> check_shape(const Limits& limits) const;
  Result<std::string> unescaped(std::string_view raw, pugi::xml_node at) const;

  pugi::xml_document document_;
  Where start_;
};

/// Space, tab and line ends, as XML has them.
bool is_xml_space(std::string_view text);

}  // namespace exhibit::decode
