// The patterns of modules over device paths: "home:Library/**/*.db". `*` and `?` stay within one step of the path, `**`
// crosses steps, `{a,b}` are alternatives. In "app:" and "group:" the id also matches a container without a name (a
// UUID in its place): then the schema decides. "media:" is also an iPhone's home:Media/.
#pragma once

#include <string>
#include <string_view>

namespace exhibit::engine {

/// The text of what is wrong with a pattern, or empty.
std::string pattern_mistake(std::string_view pattern);

/// A regular expression for the whole device path, in RE2's Latin-1 mode: in UTF-8 mode nothing would match a name that
/// is not UTF-8.
std::string pattern_regex(std::string_view pattern);

/// True for the id of a container that nobody named: a UUID.
bool is_uuid(std::string_view id);

/// The step after the root of "app:<id>/..." or "group:<id>/...", empty for other roots.
std::string_view container_id(std::string_view device_path);

/// "app:<id>/" or "group:<id>/" with the slash; of other roots the part to the colon.
std::string_view container_root(std::string_view device_path);

}  // namespace exhibit::engine
