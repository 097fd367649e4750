// A file that is a container, recognised by its content and never by its name.
#pragma once

#include <string>
#include <string_view>

#include "base/limits.h"
#include "evidence/secrets.h"
#include "listing.h"

namespace exhibit::containers {

/// What all openers need.
struct Opening {
  const evidence::Unlocking& unlocking;
  Limits limits;
  bool salvage = false;
};

/// The first bytes are those of a container that open_archive() reads, packed or not. It may turn out to be none.
bool may_be_archive(Bytes head);

/// As many bytes of the start as recognising needs.
Result<std::vector<std::uint8_t>> read_head(const evidence::ByteSource& file);

/// `name` is what the host is asked a password for. Of an error `detail` tells people what the file looks like.
Result<Listing> open_archive(const evidence::SourcePtr& file, std::string_view name, const Opening& opening,
                             std::string& detail);

}  // namespace exhibit::containers
