// One query of a module over one file: each row becomes an artefact, an element of one, or a counted skip.
#pragma once

#include <map>
#include <string>

#include "artefact_id.h"
#include "child_rows.h"
#include "engine/module.h"
#include "evidence/entry.h"
#include "sqlite/database.h"
#include "table_ledger.h"
#include "task_output.h"

namespace exhibit::engine {

struct LocalZone;

/// What all queries of one task share.
struct TaskScope {
  const Module& module;
  std::string_view label;    ///< of the exhibit
  std::uint32_t source = 1;  ///< its number within the exhibit, from 1
  std::uint32_t file = 0;    ///< relative file number
  const evidence::Entry& entry;
  std::string app;
  sqlite::Database& database;
  TaskOutput& output;
  ChildRows& children;
  std::map<std::string, TableLedger, std::less<>>& ledgers;  ///< by real table name
  bool is_rows = false;                                      ///< the tables were made of a file that is no database
  const LocalZone* local_zone = nullptr;                     ///< of wall clocks, if somebody knows
};

enum class QueryEnd : std::uint8_t { done, failed, cancelled };

/// `table` is the driving table as the file names it.
QueryEnd run_query(TaskScope& scope, const QueryDefinition& definition, const std::string& table);

}  // namespace exhibit::engine
