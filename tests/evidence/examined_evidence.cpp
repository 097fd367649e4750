#include "examined_evidence.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <map>
#include <stdexcept>

namespace exhibit::tests {
namespace {

namespace fs = std::filesystem;

/// A tar unpacked by another's program.
class Unpacked {
 public:
  explicit Unpacked(const fs::path& tar) {
    const std::string command = "tar xzf '" + tar.string() + "' -C '" + folder_.path().string() + "'";
    if (std::system(command.c_str()) != 0) throw std::runtime_error(command);  // NOLINT(concurrency-mt-unsafe)
  }
  const fs::path& path() const { return folder_.path(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace

const fs::path& openable(const std::string& evidence) {
  static std::map<std::string, fs::path> paths;
  static std::vector<std::unique_ptr<Unpacked>> unpacked;
  const auto [place, is_new] = paths.try_emplace(evidence, evidence_folder() / evidence);
  if (is_new && evidence.ends_with(".tar.gz")) {
    unpacked.push_back(std::make_unique<Unpacked>(place->second));
    place->second = unpacked.back()->path();
  }
  return place->second;
}

const std::vector<std::string>& lines_of_evidence(const std::string& evidence) {
  static std::map<std::string, std::vector<std::string>> streams;
  const auto [place, is_new] = streams.try_emplace(evidence);
  if (is_new) place->second = Examination(openable(evidence), {.jobs = 2}).lines();
  return place->second;
}

std::vector<Json> artefacts(const std::string& evidence, const std::string& kind, const std::string& table) {
  std::vector<Json> chosen;
  for (const std::string& line : lines_of_evidence(evidence)) {
    if (!line.starts_with("{\"kind\":\"" + kind + "\"")) continue;
    Json artefact = Json::parse(line);
    if (table.empty() || artefact["provenance"].value("table", "") == table) chosen.push_back(std::move(artefact));
  }
  return chosen;
}

Json ground_truth(const std::string& evidence) {
  fs::path folder = evidence_folder() / evidence;
  if (!fs::is_directory(folder)) folder = folder.parent_path();
  std::ifstream file(folder / "ground-truth.json");
  return Json::parse(file);
}

std::int64_t microseconds(const std::string& iso) {
  std::tm time{};
  const char* rest = strptime(iso.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  EXPECT_TRUE(rest != nullptr && iso.ends_with("Z")) << iso;
  if (rest == nullptr) return 0;
  std::int64_t fraction = 0;
  int digits = 0;
  if (*rest == '.')
    for (++rest; *rest >= '0' && *rest <= '9'; ++rest, ++digits) fraction = fraction * 10 + (*rest - '0');
  for (; digits < 6; ++digits) fraction *= 10;
  return std::int64_t{timegm(&time)} * 1'000'000 + fraction;
}

std::size_t count_with(const std::vector<Json>& artefacts, const std::string& pointer, const Json& value) {
  std::size_t count = 0;
  for (const Json& artefact : artefacts) {
    const Json::json_pointer place(pointer);
    count += artefact.contains(place) && artefact.at(place) == value ? 1u : 0u;
  }
  return count;
}

}  // namespace exhibit::tests
