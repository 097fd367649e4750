// Opens an Android backup (.ab, `adb backup`), versions 1 to 5, compressed or not, plain or AES-256.
#pragma once

#include <memory>

#include "base/limits.h"
#include "base/result.h"
#include "evidence/evidence.h"
#include "evidence/secrets.h"

namespace exhibit::containers {

bool is_android_backup(Bytes head);

/// Entries have the path of the tar inside (apps/<package>/db/x.db) and the device path where that was on the phone.
/// `name` is what the host is asked the password for. `locked` without a password that fits (see Secrets).
Result<std::unique_ptr<evidence::Container>> open_android_backup(evidence::SourcePtr file, std::string_view name,
                                                                 const evidence::Unlocking& unlocking,
                                                                 const Limits& limits);

}  // namespace exhibit::containers
