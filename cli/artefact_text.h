// What every view says of an artefact: its mark, when, who.
#pragma once

#include <exhibit/exhibit.hpp>
#include <string>

namespace exhibit::cli {

/// The first eight digits of its id.
std::string short_id(const RecordView& artefact);

/// "[recovered: freeblock, 90 %] ", "[deleted: unsent] ", or empty.
std::string state_mark(const RecordView& artefact);

/// The primary time: "2023-05-01 12:34:56", with the word local where no zone is known; blanks if unset.
std::string time_column(const RecordView& artefact);

/// A Party's name, else its address; "Owner" for the owner of the device.
std::string party_name(const RecordView& party, exhibit_field place);

/// The kind's word: "Message".
std::string kind_word(const RecordView& artefact);

}  // namespace exhibit::cli
