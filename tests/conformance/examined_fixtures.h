// Every fixture, built and examined once with its parser.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "examination.h"
#include "fixture_list.h"

namespace exhibit::tests {

using Json = nlohmann::ordered_json;

struct ExaminedFixture {
  Fixture fixture;
  std::filesystem::path phone;
  std::unique_ptr<Examination> examination;
  std::vector<Json> artefacts;
  std::vector<Json> ledger;

  /// Where a file that a line names was built to; empty if there is none, or more than one.
  std::filesystem::path file(const std::string& device_path) const;
};

const std::vector<ExaminedFixture>& examined_fixtures();

}  // namespace exhibit::tests
