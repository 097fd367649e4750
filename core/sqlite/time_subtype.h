// How a time travels through SQLite: an INTEGER of microseconds since 1970 whose subtype says that it is a time, how
// precise, and in which zone. What does not fit that travels as a TEXT with a subtype of its own:
//
//   0b100zzppp  INTEGER  a usual time (is_usual_time); zone `offset` here means an offset of 0
//   0b101zzppp  TEXT     "<us>|<offset_s>|<stored>": with an offset, or outside the usual range. <stored> is empty for
//                        a usual time
//   0b11000000  TEXT     <stored>: no moment at all
//   0b11000001  BLOB     of list()
//   0b11000010  BLOB     of list_rows()
//
// zz is Zone - 1, ppp is Precision - 1. SQLite's own subtypes are 'J' (0x4a, JSON) and 'p' (0x70, pointers). Whether a
// value that is not usual is accepted is for the field that receives it to say, so the moment is carried along.
#pragma once

#include <sqlite3.h>

#include <string>

#include "base/time.h"
#include "sqlite/value.h"

namespace exhibit::sqlite {

inline constexpr unsigned kUsualTimeSubtype = 0x80;
inline constexpr unsigned kTextTimeSubtype = 0xa0;
inline constexpr unsigned kLostTimeSubtype = 0xc0;
inline constexpr unsigned kListSubtype = 0xc1;
inline constexpr unsigned kRowListSubtype = 0xc2;
inline constexpr unsigned kJsonSubtype = 'J';

/// A value of a function's argument or of a result column, with what its subtype says. Views into `value`, valid as
/// long as SQLite keeps it. The caller of sqlite3_column_value() may use it too.
Value value_of(sqlite3_value* value);

/// True if what the evidence holds travels with the time.
bool keeps_stored(const TimeReading& reading);

/// Makes `reading` the function's result: NULL if unset; `stored` is what the evidence holds, used if keeps_stored().
void give_time(sqlite3_context* call, const TimeReading& reading, const std::string& stored);

}  // namespace exhibit::sqlite
