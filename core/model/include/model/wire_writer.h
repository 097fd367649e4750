// The one writer of wire bytes: nothing else knows tags. Canonical form: fields ascending, nothing written for unset,
// empty messages absent, repeated numbers packed, every set scalar written even if 0 or empty. Ascending order is the
// caller's duty.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"

namespace exhibit::model {

class WireWriter {
 public:
  /// Appends to `out`, which must outlive the writer.
  explicit WireWriter(std::string& out) : out_(out) {}

  void boolean(std::uint32_t field, bool value);
  void integer(std::uint32_t field, std::int64_t value);
  void unsigned_integer(std::uint32_t field, std::uint64_t value);
  void signed_integer(std::uint32_t field, std::int32_t value);
  void fixed_integer(std::uint32_t field, std::int64_t value);
  void real(std::uint32_t field, double value);
  void enumeration(std::uint32_t field, std::int32_t value) { integer(field, value); }
  void text(std::uint32_t field, std::string_view value);
  void bytes(std::uint32_t field, Bytes value) { text(field, as_text(value)); }
  /// A message whose wire bytes stand ready; absent if they are empty.
  void message(std::uint32_t field, std::string_view wire);
  /// A packed list is text() of the varints or doubles that pack_* appended.
  static void pack_integer(std::string& packed, std::int64_t value);

  /// A nested message in place: begin, write its fields, end. One that stayed empty leaves nothing.
  struct Mark {
    std::uint32_t field;
    std::size_t start;
  };
  Mark begin(std::uint32_t field);
  void end(Mark mark);

  /// A Time: precision is written unless it is s, zone unless utc, clock unless unknown or unspecified.
  void time(std::uint32_t field, const Moment& moment, Clock clock = Clock::unknown, std::string_view zone_name = {},
            std::string_view raw = {});

 private:
  void varint(std::uint64_t value);
  void tag(std::uint32_t field, std::uint32_t wire_type) { varint(std::uint64_t{field} << 3 | wire_type); }

  std::string& out_;
};

}  // namespace exhibit::model
