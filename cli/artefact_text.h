// What every view says of an artefact: its mark, when, who.
#pragma once

#include <exhibit/exhibit.hpp>
#include <string>

namespace exhibit::cli {

/// The first eight digits of its id.
std::string short_id(const RecordView& artefact);

/// "[recovered: freeblock, 90 %] ", "[deleted: unsent] ", or empty.
std::string state_mark(const RecordView& artefact);

/// The primary time in its parts: "2023-05-01", "12:34:56", and "Z", "+02:00" or " local". A time of coarser precision
/// has less: a day has no clock.
struct ShownTime {
  std::string day, clock, zone;
};
ShownTime shown_time(const RecordView& artefact);

/// "2023-05-01 12:34:56Z", with the word local where no zone is known; "no time" if unset.
std::string time_column(const RecordView& artefact);

/// A Party's name, else its address; "Owner" for the owner of the device.
std::string party_name(const RecordView& party, exhibit_field place);

/// The kind's word: "Message".
std::string kind_word(const RecordView& artefact);

}  // namespace exhibit::cli
