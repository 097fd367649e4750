#include "zone.h"

#include <exhibit/exhibit.h>

#include "boundary.h"
#include "model/model.h"

namespace exhibit::library {

std::expected<TimeZone, std::string> load_zone(std::string_view name) {
  auto zone = TimeZone::load(name);
  if (zone) return std::move(*zone);
  const std::string quoted = '"' + std::string(name) + '"';
  if (zone.error().code != ErrorCode::not_found)
    return std::unexpected("the time zone " + quoted + " of this machine: " + error_text(zone.error()));
  const auto names = zone_names();
  const std::vector<std::string_view> words(names.begin(), names.end());
  const std::string nearest(model::nearest(name, words));
  return std::unexpected("no time zone " + quoted +
                         (nearest.empty() ? "; write an IANA name: Europe/Berlin, UTC" : "; nearest: " + nearest));
}

}  // namespace exhibit::library

extern "C" exhibit_status exhibit_time_zone_check(const char* name, exhibit_error** error) {
  using namespace exhibit::library;  // NOLINT(google-build-using-namespace): its face
  return guarded(error, [&]() -> exhibit_status {
    if (name == nullptr) return fail(error, EXHIBIT_E_INVALID, "the name of a time zone is needed");
    const auto zone = load_zone(name);
    return zone ? EXHIBIT_OK : fail(error, EXHIBIT_E_INVALID, zone.error());
  });
}
