// WhatsApp's encrypted backups on Android (msgstore.db.crypt12, .crypt14, .crypt15): recognised by their own head,
// opened with the key file of the installation or with the 64 digits of the user.
#pragma once

#include <memory>
#include <string>

#include "base/limits.h"
#include "base/result.h"
#include "crypto/secret.h"
#include "evidence/byte_source.h"
#include "evidence/secrets.h"

namespace exhibit::containers {

/// The name says that it may be one (".crypt" and two digits, in a path of WhatsApp's or anywhere) and the head holds.
bool is_whatsapp_backup(std::string_view name, Bytes head);

/// A file "key" (Java-serialised, 158 bytes) or "encrypted_backup.key" of WhatsApp's: its content is an app_key.
bool is_whatsapp_key(std::string_view name, Bytes content);

/// Decrypted in memory; a large database is inflated as it is read. Keys of `secrets` (app_key: a key file's content,
/// 32 bytes, or 64 hexadecimal digits) are tried, but those whose salts are of another installation. `name` is what the
/// host is asked the key for. `locked` if none fits; `checksum` if the file is damaged besides.
Result<evidence::SourcePtr> open_whatsapp_backup(const evidence::SourcePtr& file, std::string_view name,
                                                 evidence::Secrets& secrets, const Limits& limits);

/// "msgstore.db" of "msgstore.db.crypt14", "msgstore-2023-05-01.1.db" of the dated ones.
std::string whatsapp_plain_name(std::string_view name);

}  // namespace exhibit::containers
