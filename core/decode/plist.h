// The three written forms of a property list. Private: others call read_plist().
#pragma once

#include "decode/tree.h"

namespace exhibit::decode {

Result<Tree> read_binary_plist(Bytes bytes, const Limits& limits, Where where);
Result<Tree> read_xml_plist(Bytes bytes, const Limits& limits, Where where);
Result<Tree> read_ascii_plist(Bytes bytes, const Limits& limits, Where where);

}  // namespace exhibit::decode
