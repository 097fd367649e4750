// The tables and views of a case, generated from the model (docs/case-file.md).
#pragma once

#include <string>
#include <string_view>

#include "plan.h"

namespace exhibit::casefile {

inline constexpr std::int64_t kApplicationId = 0x45584842;  // "EXHB"
inline constexpr std::int64_t kSchemaVersion = 1;

/// Bits of file.flags.
inline constexpr std::int64_t kFileWanted = 1, kFileRead = 2, kFileUnreadable = 4, kFileDatabase = 8,
                              kFileSharesDevicePath = 16;

/// Words of ledger.outcome that are no skip reason.
inline constexpr std::string_view kRead = "read", kEmitted = "emitted", kAttached = "attached",
                                  kDropped = "dropped_by_query", kArtefacts = "artefacts";
/// In front of a skip reason that would read as one of the words above, and of what was set aside within a row.
inline constexpr std::string_view kSkippedPrefix = "skipped:", kNotePrefix = "note:";

/// Pragmas, which must come before the tables.
std::string schema_header();
/// All tables, without indexes and views.
std::string schema_tables();
std::string flat_table(const KindPlan& kind);
std::string schema_indexes();
std::string schema_drop_indexes();
/// CREATE VIEW statements of all views.
std::string schema_views();
std::string schema_drop_views();

/// The view of a kind as a SELECT. Its rows come from `f` (the flat table) and `a` (artefact), so that a condition and
/// an order can be added behind it.
std::string kind_select(const KindPlan& kind);
/// The view `timeline`, in the same way (`a` alone).
std::string timeline_select();
/// The other views by name: "files", "chats", "people", "problems", "ledger_check", "unread_databases", "audit_log".
std::string view_select(std::string_view name);

/// SQL for the text of an id, of a device path, of a moment.
std::string uuid_text(std::string_view column);

}  // namespace exhibit::casefile
