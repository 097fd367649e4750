// Where an artefact says it comes from, there it is: asked with SQLite and libplist, not with our own readers.
#include <gtest/gtest.h>
#include <plist/plist.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <map>

#include "examined_fixtures.h"
#include "plain_sqlite.h"
#include "property_list.h"

namespace exhibit::tests {
namespace {

namespace fs = std::filesystem;

/// A path like $.a['b c'].list[3] in a property list.
class PlistPath {
 public:
  explicit PlistPath(std::string path) : path_(std::move(path)) {}

  bool exists_in(plist_t node) {
    if (path_.empty() || path_[0] != '$') return false;
    for (pos_ = 1; pos_ < path_.size() && node != nullptr;) node = step(node);
    return node != nullptr;
  }

 private:
  plist_t step(plist_t node) {
    if (path_[pos_] == '.') {
      const std::size_t end = std::min(path_.find_first_of(".[", pos_ + 1), path_.size());
      return member(node, path_.substr(pos_ + 1, end - pos_ - 1), end);
    }
    if (path_.compare(pos_, 2, "['") == 0) {
      const std::size_t end = path_.find("']", pos_ + 2);
      if (end == std::string::npos) return nullptr;
      return member(node, path_.substr(pos_ + 2, end - pos_ - 2), end + 2);
    }
    return item(node);
  }

  plist_t member(plist_t node, const std::string& key, std::size_t end) {
    pos_ = end;
    return plist_get_node_type(node) == PLIST_DICT ? plist_dict_get_item(node, key.c_str()) : nullptr;
  }

  plist_t item(plist_t node) {
    const std::size_t end = path_.find(']', pos_);
    std::uint32_t index = 0;
    if (end == std::string::npos || plist_get_node_type(node) != PLIST_ARRAY) return nullptr;
    std::from_chars(path_.data() + pos_ + 1, path_.data() + end, index);
    pos_ = end + 1;
    return index < plist_array_get_size(node) ? plist_array_get_item(node, index) : nullptr;
  }

  std::string path_;
  std::size_t pos_ = 0;
};

bool is_database(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string head(15, '\0');
  file.read(head.data(), 15);
  return head == "SQLite format 3";
}

fixtures::PlistPtr read_plist(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  plist_t root = nullptr;
  plist_from_memory(bytes.data(), static_cast<std::uint32_t>(bytes.size()), &root);
  return fixtures::PlistPtr(root);
}

/// Whether a row or key that a provenance (or a joined row) names is there.
class Places {
 public:
  explicit Places(const ExaminedFixture& examined) : examined_(examined) {}

  ::testing::AssertionResult has(const std::string& device_path, const Json& place) {
    const fs::path file = examined_.file(device_path);
    if (file.empty()) return ::testing::AssertionFailure() << "no file " << device_path;
    if (is_database(file)) return has_row(file, place);
    // Joined rows of a file that is no database are named by their ordinals, which stand in no file.
    if (!place.contains("key")) return ::testing::AssertionSuccess();
    return has_key(file, place["key"].get<std::string>());
  }

 private:
  ::testing::AssertionResult has_row(const fs::path& file, const Json& place) {
    if (!place.contains("table") || !place.contains("rowid"))
      return ::testing::AssertionFailure() << "no table and rowid: " << place.dump();
    auto& database = databases_[file];
    if (database == nullptr) database = std::make_unique<PlainSqlite>(file);
    // Beyond 2^53 a number is written as a string.
    const Json& number = place["rowid"];
    const std::string rowid = number.is_string() ? number.get<std::string>() : number.dump();
    const std::string row = "\"" + place["table"].get<std::string>() + "\" WHERE rowid = " + rowid;
    if (database->count("SELECT count(*) FROM " + row) == 1) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "no row in " << row;
  }

  ::testing::AssertionResult has_key(const fs::path& file, const std::string& key) {
    auto& list = lists_[file];
    if (list == nullptr) list = read_plist(file);
    if (list == nullptr) return ::testing::AssertionFailure() << file << " is no property list";
    if (PlistPath(key).exists_in(list.get())) return ::testing::AssertionSuccess();
    return ::testing::AssertionFailure() << "no " << key << " in " << file;
  }

  const ExaminedFixture& examined_;
  std::map<fs::path, std::unique_ptr<PlainSqlite>> databases_;
  std::map<fs::path, fixtures::PlistPtr> lists_;
};

bool is_recovered(const Json& artefact) {
  return artefact.contains("state") && artefact["state"].value("status", "") == "recovered";
}

TEST(Provenance, LeadsToARowOrAKey) {
  for (const ExaminedFixture& examined : examined_fixtures()) {
    Places places(examined);
    for (const Json& artefact : examined.artefacts) {
      SCOPED_TRACE(examined.fixture.folder.string() + ": " + artefact.dump().substr(0, 200));
      const Json provenance = artefact.value("provenance", Json::object());
      ASSERT_TRUE(provenance.contains("file"));
      EXPECT_TRUE((provenance.contains("table") && provenance.contains("rowid")) || provenance.contains("key") ||
                  provenance.contains("ranges"));
      if (is_recovered(artefact)) continue;
      EXPECT_TRUE(places.has(provenance["file"].get<std::string>(), provenance));
    }
  }
}

TEST(Provenance, JoinedRowsAreThere) {
  for (const ExaminedFixture& examined : examined_fixtures()) {
    Places places(examined);
    for (const Json& artefact : examined.artefacts) {
      if (is_recovered(artefact)) continue;
      const Json& provenance = artefact["provenance"];
      for (const Json& joined : provenance.value("joined", Json::array())) {
        SCOPED_TRACE(examined.fixture.folder.string() + ": " + artefact.dump().substr(0, 200));
        EXPECT_TRUE(places.has(joined.value("file", provenance["file"].get<std::string>()), joined)) << joined.dump();
      }
    }
  }
}

}  // namespace
}  // namespace exhibit::tests
