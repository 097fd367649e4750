// A record: varint header length (counts itself), serial types, bodies. Serial types: 0 NULL, 1 to 6 integers of 1, 2,
// 3, 4, 6, 8 bytes, 7 a float, 8 and 9 the integers 0 and 1, from 12 on blobs (even) and texts (odd).
// Source: sqlite.org/fileformat2.html, section 2.1.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace exhibit::sqlite {

enum class StorageClass : std::uint8_t { null, integer, real, text, blob };

struct RecordValue {
  StorageClass storage = StorageClass::null;
  std::int64_t integer = 0;
  double real = 0;
  Bytes bytes;  ///< text in the encoding of the database, or blob
};

/// At most `max_columns` values, into `payload`.
Result<std::vector<RecordValue>> read_record(Bytes payload, std::size_t max_columns);

}  // namespace exhibit::sqlite
