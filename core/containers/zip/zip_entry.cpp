#include "zip_entry.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/time.h"

namespace exhibit::containers {
namespace {

// MS-DOS: seconds in twos; the wall clock of the computer that wrote the ZIP. The format's first moment and zeros are
// what tools write that know no time.
std::optional<std::int64_t> dos_time_us(std::uint16_t date, std::uint16_t time) {
  constexpr std::uint16_t kFirstDay = 1 << 5 | 1;
  if (date == 0 || (date == kFirstDay && time == 0)) return std::nullopt;
  Civil civil;
  civil.year = 1980 + (date >> 9);
  civil.month = (date >> 5) & 15;
  civil.day = date & 31;
  civil.hour = static_cast<std::uint32_t>(time >> 11);
  civil.minute = (time >> 5) & 63;
  civil.second = static_cast<std::uint32_t>(time & 31) * 2;
  return us_from_civil(civil);
}

}  // namespace

evidence::EntryTimes zip_times(const ZipExtra& extra, std::uint16_t date, std::uint16_t time) {
  evidence::EntryTimes times;
  times.accessed_us = extra.accessed_us;
  times.created_us = extra.created_us;
  times.modified_us = extra.modified_us;
  if (times.modified_us || times.created_us || times.accessed_us) return times;
  times.modified_us = dos_time_us(date, time);
  times.zone = Zone::local;
  return times;
}

void separate_backslashes(evidence::Entry& entry, evidence::TextArena& paths) {
  std::string path(entry.container_path);
  std::ranges::replace(path, '\\', '/');
  if (path.ends_with('/') && path.size() > 1) {
    path.pop_back();
    entry.type = evidence::EntryType::folder;
  }
  entry.container_path = paths.add(path);
}

}  // namespace exhibit::containers
