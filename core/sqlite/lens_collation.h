// Orders that a phone's SQLite has and ours lacks: LOCALIZED, UNICODE and PHONEBOOK of Android, those of apps. Without
// a stand-in SQLite reads such a column through no view at all. The stand-in compares bytes, as BINARY: equal is what
// is the same. What the phone sorted in its own order (indexes) must then not be searched, for rows would be missed.
#pragma once

#include <sqlite3.h>

#include <string_view>

namespace exhibit::sqlite {

/// SQLite's result code.
int stand_in_for_collations(sqlite3* connection);

/// A CREATE TABLE or CREATE INDEX that names an order which SQLite itself does not have.
bool has_foreign_collation(std::string_view sql);

}  // namespace exhibit::sqlite
