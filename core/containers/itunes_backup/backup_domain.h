// Where a file of an iTunes backup lived on the phone.
#pragma once

#include <string_view>

#include "evidence/text_arena.h"

namespace exhibit::containers {

/// The device path of `relative_path` in a domain, the same that a full file system gives the file. A domain that is
/// not known keeps its name: "backup:<domain>/...". The path is a text and leads to nothing on the host: ".." and a
/// leading '/' stay as they are; bytes that are not UTF-8, and NUL, appear as \xNN.
std::string_view backup_device_path(std::string_view domain, std::string_view relative_path,
                                    evidence::TextArena& texts);

}  // namespace exhibit::containers
