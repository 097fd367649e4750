// A parser as text: one TOML file with queries whose column aliases are field paths (docs/parser-authors.md).
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/sha256.h"
#include "engine/finding.h"
#include "model/model.h"
#include "sqlite/database.h"

namespace exhibit::engine {

class ColumnPlan;

struct CompanionDefinition {
  std::string name;
  std::string file;  ///< relative to the container instance of the parser's file
  std::vector<std::string> tables;
};

struct QueryDefinition {
  std::string name;
  const model::MessageInfo* kind = nullptr;
  const model::FieldInfo* child_field = nullptr;  ///< of a child query ("Message.reactions"): the parent's list
  std::string table;                              ///< may hold entity placeholders
  std::string sql;
  std::string variant;
  std::vector<std::string> requires_columns;  ///< "table.column", or "table"
  std::vector<std::string> also_recover;
  std::vector<std::string> files;  ///< a subset of the parser's patterns; empty: all
  bool claims = true;
  std::uint32_t number = 0;                ///< place in the module, from 1
  std::uint32_t sql_line = 0;              ///< line of the SQL's first line
  std::shared_ptr<const ColumnPlan> plan;  ///< what each column becomes
};

struct RowsDefinition {
  sqlite::RowsTable table;
  std::vector<std::string> files;
};

struct Module {
  std::string name;  ///< "ios.sms"
  std::string title;
  std::string notes;
  std::string app;     ///< the artefacts' app where the container does not tell
  std::string origin;  ///< "built in", or the path it was loaded from
  std::vector<std::string> files;
  std::vector<std::string> signature;
  std::vector<std::string> seen_on;
  std::vector<std::string> gives;
  std::vector<std::string> optional;
  std::vector<sqlite::EntityName> entities;
  std::map<std::string, sqlite::CodeMap, std::less<>> maps;
  std::vector<CompanionDefinition> companions;
  std::vector<RowsDefinition> rows;
  std::vector<QueryDefinition> queries;
  crypto::Sha256Digest version{};  ///< SHA-256 of the text

  /// The kinds it gives, ascending, each once.
  std::vector<const model::MessageInfo*> kinds() const;
};

/// Reads and checks a module. All findings at once, in the order of the text.
std::expected<std::shared_ptr<const Module>, std::vector<Finding>> load_module(std::string_view text,
                                                                               std::string origin);

}  // namespace exhibit::engine
