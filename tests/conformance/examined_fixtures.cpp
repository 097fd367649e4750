#include "examined_fixtures.h"

#include "fixture_tree.h"
#include "temporary_folder.h"

namespace exhibit::tests {
namespace {

std::vector<Json> parsed(const std::vector<std::string>& lines) {
  std::vector<Json> values;
  for (const std::string& line : lines) values.push_back(Json::parse(line));
  return values;
}

ExaminedFixture examine(const Fixture& fixture, const std::filesystem::path& phone) {
  fixtures::build_fixtures({fixture.folder}, phone);
  auto examination = std::make_unique<Examination>(phone, ExaminationOptions{.parsers = {fixture.parser}});
  const auto lines = examination->lines();
  return {fixture, phone, std::move(examination), parsed(lines_of(lines, "kind")), parsed(lines_of(lines, "ledger"))};
}

}  // namespace

std::filesystem::path ExaminedFixture::file(const std::string& device_path) const {
  const auto found = examination->evidence().find_device_path(device_path);
  if (found.size() != 1) return {};
  return phone / examination->evidence().entry(found.front()).container_path;
}

const std::vector<ExaminedFixture>& examined_fixtures() {
  static const TemporaryFolder folder;
  static const std::vector<ExaminedFixture> examined = [] {
    std::vector<ExaminedFixture> all;
    for (const Fixture& fixture : all_fixtures())
      all.push_back(examine(fixture, folder.path() / (fixture.parser + "." + fixture.name)));
    return all;
  }();
  return examined;
}

}  // namespace exhibit::tests
