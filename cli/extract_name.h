// Where a file of the evidence goes below the folder that it is extracted to: names that come from the evidence never
// choose a place outside it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exhibit::cli {

/// "home:Library/SMS/sms.db" becomes home, Library, SMS, sms.db; of a second user of the phone with user10 before it;
/// what was never on the phone goes by its container path below "container", what has no root below "other". As the
/// evidence has them: not yet safe.
std::vector<std::string> extracted_place(std::string_view device_path, std::string_view container_path,
                                         std::uint64_t device_user);

/// A name that a folder can hold: no separator, no control or direction character, not "..", and not too long.
std::string safe_name(std::string_view component);

/// Names that are the same to a file system without case.
std::string folded_name(std::string_view name);

}  // namespace exhibit::cli
