// What every parser gives on its fixtures: each query does something, each row is accounted for, and what does not fit
// the model is listed, so that the model grows from use.
#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>

#include "examined_fixtures.h"
#include "model/model.h"

namespace exhibit::tests {
namespace {

/// Names of the queries that a value's provenances name, its own and those within.
void collect_queries(const Json& value, std::set<std::string>& names) {
  if (!value.is_structured()) return;
  if (value.is_object() && value.contains("query") && value.contains("parser"))
    names.insert(value["query"].get<std::string>());
  for (const Json& member : value) collect_queries(member, names);
}

/// What a parser did over all of its fixtures.
struct Deeds {
  std::set<std::string> queries;         // that gave an artefact
  std::set<std::string> filled_lists;    // "Message.reactions"
  std::set<std::string> tables_skipped;  // with rows that a query skipped by a reason of its own
};

Deeds deeds_of(const std::string& parser) {
  Deeds deeds;
  for (const ExaminedFixture& examined : examined_fixtures()) {
    if (examined.fixture.parser != parser) continue;
    for (const Json& artefact : examined.artefacts) {
      collect_queries(artefact, deeds.queries);
      for (const auto& [key, value] : artefact.items())
        if (value.is_array()) deeds.filled_lists.insert(artefact["kind"].get<std::string>() + "." + key);
    }
    for (const Json& line : examined.ledger)
      if (!line["skipped"].empty()) deeds.tables_skipped.insert(line["table"].get<std::string>());
  }
  return deeds;
}

bool did_something(const engine::QueryDefinition& query, const Deeds& deeds) {
  if (deeds.queries.contains(query.name)) return true;
  if (query.child_field != nullptr &&
      deeds.filled_lists.contains(std::string(query.kind->name) + "." + std::string(query.child_field->name)))
    return true;
  return query.sql.find("AS _skip") != std::string::npos && deeds.tables_skipped.contains(query.table);
}

TEST(Runs, EveryQueryDoesSomethingOnAFixture) {
  for (const auto& module : packed_registry().modules()) {
    const Deeds deeds = deeds_of(module->name);
    for (const engine::QueryDefinition& query : module->queries)
      EXPECT_TRUE(did_something(query, deeds)) << module->name << ": " << query.name;
  }
}

TEST(Runs, EveryRowIsAccountedFor) {
  for (const ExaminedFixture& examined : examined_fixtures())
    for (const Json& line : examined.ledger) {
      std::uint64_t sum = 0;
      for (const char* outcome : {"emitted", "attached", "dropped"}) sum += line[outcome].get<std::uint64_t>();
      for (const auto& [reason, count] : line["skipped"].items()) sum += count.get<std::uint64_t>();
      EXPECT_EQ(sum, line["read"].get<std::uint64_t>()) << examined.fixture.folder << ": " << line.dump();
    }
}

TEST(Runs, WhatDoesNotFitTheModelIsListed) {
  std::map<std::string, std::set<std::string>> extras, titles;
  for (const ExaminedFixture& examined : examined_fixtures())
    for (const Json& artefact : examined.artefacts) {
      const auto kind = artefact["kind"].get<std::string>();
      for (const Json& extra : artefact.value("extra", Json::array()))
        extras[kind + " " + extra["name"].get<std::string>()].insert(examined.fixture.parser);
      if (kind == "Record") titles[artefact.value("title", "(no title)")].insert(examined.fixture.parser);
    }
  const auto print = [](const char* what, const auto& list) {
    for (const auto& [name, parsers] : list) {
      std::cout << what << "  " << name << " ";
      for (const std::string& parser : parsers) std::cout << " " << parser;
      std::cout << (parsers.size() >= 3 ? "  <- three parsers: a field of its own\n" : "\n");
    }
  };
  print("extra ", extras);
  print("Record", titles);
}

}  // namespace
}  // namespace exhibit::tests
