// Time zones by the names that a host gives.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/zone_file.h"

namespace exhibit::library {

/// The zone, or what is wrong with its name: "no time zone "Europe/Belrin"; nearest: Europe/Berlin".
std::expected<TimeZone, std::string> load_zone(std::string_view name);

}  // namespace exhibit::library
