// A module as its TOML says it, with the lines, before anything is known to be right.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/finding.h"
#include "sqlite/database.h"

namespace exhibit::engine {

struct TextList {
  std::vector<std::string> items;
  std::uint32_t line = 0;
};

struct QueryText {
  std::uint32_t line = 0;
  std::string name, kind, table, sql, variant;
  std::uint32_t sql_line = 0;
  TextList requires_columns, also_recover, files;
  bool claims = true;
};

struct RowsText {
  std::uint32_t line = 0;
  sqlite::RowsTable table;
  TextList files;
};

struct CompanionText {
  std::uint32_t line = 0;
  std::string name, file;
  TextList tables;
};

struct ModuleText {
  std::uint32_t parser_line = 0;
  std::string name, title, notes, app;
  TextList files, signature, seen_on, gives, optional;
  bool has_seen_on = false;
  std::vector<sqlite::EntityName> entities;
  std::map<std::string, sqlite::CodeMap, std::less<>> maps;
  std::map<std::string, std::uint32_t, std::less<>> map_lines;
  std::vector<CompanionText> companions;
  std::vector<RowsText> rows;
  std::vector<QueryText> queries;
};

/// Reads the TOML: its syntax, the names of its keys, the types of its values.
ModuleText read_module_toml(std::string_view text, std::vector<Finding>& findings);

}  // namespace exhibit::engine
