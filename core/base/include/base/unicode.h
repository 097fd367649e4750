// UTF-8 and UTF-16 as evidence holds them: checked, converted, and never repaired in silence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace exhibit {

/// Strict: no surrogates, no overlong forms, at most U+10FFFF. NUL is allowed.
bool is_utf8(std::string_view text);

/// The code point at `position`, which is moved past it; nothing if the bytes there are not UTF-8 (not moved).
std::optional<char32_t> next_utf8(std::string_view text, std::size_t& position);

/// Appends the code point; a surrogate is written in its three bytes, which is_utf8 then refuses.
void append_utf8(std::string& text, char32_t code_point);

enum class ByteOrder : std::uint8_t { little, big };

/// UTF-16 to UTF-8. Lone surrogates are kept in three bytes (so nothing is lost, and is_utf8 tells); an odd last byte
/// is dropped.
std::string utf8_from_utf16(Bytes units, ByteOrder order);

/// Latin-1 to UTF-8.
std::string utf8_from_latin1(Bytes bytes);

/// For names that should be UTF-8 and are not: each invalid byte becomes \xNN. Valid text is returned as it is.
std::string escape_invalid_utf8(std::string_view text);

}  // namespace exhibit
