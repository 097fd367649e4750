// MD5, for formats that store it. It proves nothing against intent, only against accident.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace exhibit::crypto {

using Md5Digest = std::array<std::uint8_t, 16>;

Md5Digest md5(Bytes bytes);

}  // namespace exhibit::crypto
