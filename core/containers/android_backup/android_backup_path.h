// Where the entries of an Android backup were on the phone, in the vocabulary of evidence/device_path.h.
#pragma once

#include <string>
#include <string_view>

namespace exhibit::containers {

/// "app:com.example/databases/x.db" of "apps/com.example/db/x.db"; empty for the backup's own bookkeeping (_manifest)
/// and for what lies outside the known folders.
std::string device_path_of_backup(std::string_view path);

}  // namespace exhibit::containers
