// The id of an artefact: a UUID of version 5 over where it stands, so that the same evidence gives the same id whatever
// the thread or run. Hashed are, each as u32be length and bytes: exhibit label, source number (from an exhibit's second
// source on), container path, table, kind, query name; then 'r' and the rowid as i64be, or 'k' and the key.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace exhibit::engine {

using ArtefactId = std::array<std::uint8_t, 16>;

class ArtefactIds {
 public:
  /// What all rows of one query on one file share. `source` counts from 1.
  ArtefactIds(std::string_view label, std::uint32_t source, std::string_view container_path, std::string_view table,
              std::string_view kind, std::string_view query);

  ArtefactId of_row(std::int64_t rowid);
  ArtefactId of_key(std::string_view key);

 private:
  ArtefactId finish();

  std::string hashed_;
  std::size_t shared_ = 0;
};

}  // namespace exhibit::engine
