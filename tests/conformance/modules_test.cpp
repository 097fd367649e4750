// What every module has to be, whoever wrote it.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <regex>
#include <set>

#include "examined_fixtures.h"
#include "plain_sqlite.h"

namespace exhibit::tests {
namespace {

namespace fs = std::filesystem;

struct ModuleFile {
  std::string name;  // as the path says: "ios.sms"
  std::string text;
};

std::vector<ModuleFile> module_files() {
  std::vector<ModuleFile> files;
  for (const char* platform : {"ios", "android", "apps"}) {
    const fs::path folder = fs::path(EXHIBIT_SOURCE_DIR) / "parsers" / platform;
    if (!fs::exists(folder)) continue;  // no parser for both platforms yet
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != ".toml") continue;
      std::ifstream file(entry.path());
      files.push_back({std::string(platform) + "." + entry.path().stem().string(),
                       {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()}});
    }
  }
  return files;
}

bool has_word(const std::string& text, const std::string& word) {
  const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_name(text[at - 1])) && (end == text.size() || !is_name(text[end]))) return true;
  }
  return false;
}

/// Tables and columns ("TABLE", "TABLE.COLUMN") of all databases of a parser's fixtures, one set a database.
std::vector<std::set<std::string>> schemas_of(const std::string& parser) {
  std::vector<std::set<std::string>> schemas;
  for (const ExaminedFixture& examined : examined_fixtures()) {
    if (examined.fixture.parser != parser) continue;
    for (const auto& entry : fs::recursive_directory_iterator(examined.phone)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      char magic[16] = {};
      file.read(magic, sizeof magic);
      if (std::memcmp(magic, "SQLite format 3", 16) != 0) continue;
      std::set<std::string> schema;
      PlainSqlite(entry.path())
          .each(
              "SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c WHERE m.type = 'table' "
              "AND sql NOT LIKE 'CREATE VIRTUAL%'",
              [&](sqlite3_stmt* row) {
                const std::string table = reinterpret_cast<const char*>(sqlite3_column_text(row, 0));
                schema.insert(table);
                schema.insert(table + "." + reinterpret_cast<const char*>(sqlite3_column_text(row, 1)));
              });
      schemas.push_back(std::move(schema));
    }
  }
  return schemas;
}

TEST(Modules, EveryOneIsPackedUnderTheNameOfItsFile) {
  const auto files = module_files();
  EXPECT_EQ(packed_registry().modules().size(), files.size());
  for (const ModuleFile& file : files) EXPECT_NE(packed_registry().find(file.name), nullptr) << file.name;
}

TEST(Modules, TellTheExaminerWhatTheyRestOn) {
  for (const ModuleFile& file : module_files()) {
    SCOPED_TRACE(file.name);
    const engine::Module* module = packed_registry().find(file.name);
    ASSERT_NE(module, nullptr);
    EXPECT_FALSE(module->title.empty());
    EXPECT_GT(module->notes.size(), 80u) << "which clocks, what deletion leaves, what is not read, what is doubtful";
    EXPECT_TRUE(std::regex_search(file.text, std::regex("(^|\\n)seen_on\\s*=")));
  }
}

TEST(Modules, HaveFixturesWithTheirOrigin) {
  std::set<std::string> with_fixtures;
  for (const Fixture& fixture : all_fixtures()) {
    SCOPED_TRACE(fixture.folder);
    with_fixtures.insert(fixture.parser);
    EXPECT_NE(packed_registry().find(fixture.parser), nullptr) << "a fixture without a parser";
    EXPECT_TRUE(fs::exists(fixture.folder / "ORIGIN"));
    EXPECT_FALSE(fixture.expected().empty());
  }
  for (const auto& module : packed_registry().modules())
    EXPECT_TRUE(with_fixtures.contains(module->name)) << module->name;
}

TEST(Modules, EveryOptionalNameIsAskedForByAQuery) {
  for (const auto& module : packed_registry().modules()) {
    std::string asked;
    for (const engine::QueryDefinition& query : module->queries) {
      asked += query.sql + "\n" + query.table + "\n";
      for (const std::string& table : query.also_recover) asked += table + "\n";
    }
    for (const std::string& optional : module->optional) {
      const std::size_t dot = optional.find('.');
      const bool has_column = dot != std::string::npos;
      EXPECT_TRUE(has_word(asked, optional.substr(0, dot)) &&
                  (!has_column || has_word(asked, optional.substr(dot + 1))))
          << module->name << ": " << optional;
    }
  }
}

TEST(Modules, EveryOptionalNameIsThereInOneFixtureAndLackingInAnother) {
  for (const auto& module : packed_registry().modules()) {
    const auto schemas = schemas_of(module->name);
    for (const std::string& optional : module->optional) {
      if (optional.find('{') != std::string::npos) continue;  // the number of an entity is the file's own
      const std::string table = optional.substr(0, optional.find('.'));
      bool is_there = false, is_lacking = false;
      for (const auto& schema : schemas) {
        is_there |= schema.contains(optional);
        is_lacking |= !schema.contains(optional) && (table == optional || schema.contains(table));
      }
      EXPECT_TRUE(is_there) << module->name << ": no fixture has " << optional;
      EXPECT_TRUE(is_lacking) << module->name << ": no fixture lacks " << optional;
    }
  }
}

TEST(Modules, NoExpectationHangsOnANameOfOurs) {
  for (const Fixture& fixture : all_fixtures()) {
    std::istringstream lines(fixture.expected());
    std::string line;
    while (std::getline(lines, line)) {
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      const Json expected = Json::parse(line);
      if (!expected.contains("kind")) continue;
      SCOPED_TRACE(fixture.folder.string() + ": " + line.substr(0, 100));
      // But where the ids themselves are what is expected.
      EXPECT_EQ(expected.contains("id"), fixture.folder.filename() == "with_ids");
      for (const char* ours : {"exhibit", "parser", "query"})
        EXPECT_FALSE(expected["provenance"].contains(ours)) << ours;
    }
  }
}

TEST(Modules, SomeFixtureKeepsIdsOfRowsAndOfKeys) {
  bool has_row = false, has_key = false;
  for (const Fixture& fixture : all_fixtures()) {
    if (fixture.folder.filename() != "with_ids") continue;
    has_key |= fixture.expected().find("\"key\":") != std::string::npos;
    has_row |= fixture.expected().find("\"key\":") == std::string::npos;
  }
  EXPECT_TRUE(has_row);
  EXPECT_TRUE(has_key);
}

TEST(Modules, EveryRecordHasATitle) {
  for (const ExaminedFixture& examined : examined_fixtures()) {
    for (const Json& artefact : examined.artefacts) {
      if (artefact["kind"] != "Record") continue;
      EXPECT_FALSE(artefact.value("title", std::string()).empty())
          << examined.fixture.folder << ": " << artefact.dump().substr(0, 200);
    }
  }
}

}  // namespace
}  // namespace exhibit::tests
