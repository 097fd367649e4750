// The bytes that list() and list_rows() give and ListReader reads. They live within one statement and are never
// stored. Numbers are little-endian.
//
//   element  field count u32, fields
//   field    name length u32, name, type u8 (ValueType), then by type
//            integer  i64              real  f64            text, blob, time_lost, list, row_list  length u64, bytes
//            time     us i64, zone u8, precision u8, offset_s i32, raw length u64, raw
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sqlite/value.h"

namespace exhibit::sqlite {

/// Collects elements. NULL values are left out, and so is an element of NULLs alone.
class ListWriter {
 public:
  void add_element(const std::vector<std::pair<std::string_view, Value>>& fields);
  std::size_t size() const { return bytes_.size(); }
  Bytes bytes() const { return as_bytes(bytes_); }

 private:
  std::string bytes_;
};

}  // namespace exhibit::sqlite
