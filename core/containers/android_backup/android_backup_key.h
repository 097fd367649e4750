// The key of an encrypted Android backup, from the user's password.
#pragma once

#include <optional>

#include "android_backup_head.h"
#include "base/limits.h"
#include "crypto/key_derivation.h"
#include "crypto/secret.h"

namespace exhibit::containers {

struct AndroidBackupKey {
  crypto::Secret key;
  crypto::AesBlock vector{};
};

/// Nothing if the password (UTF-8) is wrong.
Result<std::optional<AndroidBackupKey>> open_android_backup_key(const AndroidBackupLock& lock, Bytes password,
                                                                const Cancel* cancel = nullptr,
                                                                const crypto::DerivationProgress& progress = {});

}  // namespace exhibit::containers
