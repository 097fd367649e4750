// Real databases through the lens: every table lists, counts and reads as SQLite reads a copy of the file.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "evidence_folder.h"
#include "lens_fixture.h"

namespace exhibit::sqlite {
namespace {

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::filesystem::path> databases_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    std::string head(100, '\0');
    file.read(head.data(), 100);
    if (file && is_database(as_bytes(head))) found.push_back(entry.path());
  }
  return found;
}

class LensOnEvidence : public LensFixture {
 protected:
  void compare(const std::filesystem::path& path) {
    const tests::DatabaseBytes files{bytes_of(path), bytes_of(path.string() + "-wal"), {}};
    const auto wal = files.wal.empty() ? nullptr : evidence::make_source(files.wal);
    const auto image = PageImage::build({evidence::make_source(files.main), wal, nullptr}, limits);
    ASSERT_TRUE(image) << error_text(image.error());
    auto opened = Database::open(*image, {}, budget, limits);
    ASSERT_TRUE(opened) << told(opened.error());
    database = std::move(*opened);
    const std::string names = tests::SqliteBuilder::read_by_sqlite(
        files, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    std::string our_names;
    for (const TableInfo& table : database->tables()) our_names += table.name + "\n";
    EXPECT_EQ(our_names, names);
    for (const TableInfo& table : database->tables()) compare_table(files, table);
    EXPECT_TRUE(database->unread());
  }

  void compare_table(const tests::DatabaseBytes& files, const TableInfo& table) {
    std::string name = "\"" + table.name + "\"";
    const std::string expected = tests::SqliteBuilder::read_by_sqlite(files, "SELECT count(*) FROM " + name);
    if (expected.starts_with("error")) {
      EXPECT_TRUE(table.is_virtual) << table.name << ": " << expected;
      EXPECT_EQ(code_of("SELECT _row FROM " + name, table.name), "virtual_table");
      return;
    }
    const auto rows_counted = database->count_rows(table.name);
    ASSERT_TRUE(rows_counted) << table.name << ": " << told(rows_counted.error());
    EXPECT_EQ(std::to_string(*rows_counted) + "\n", expected) << table.name;
    auto query = prepare("SELECT " + std::string(table.without_rowid ? "_key" : "_row") + " FROM " + name, table.name);
    ASSERT_TRUE(query) << table.name << ": " << told(query.error());
    std::uint64_t stepped = 0;
    std::expected<bool, Problem> row;
    while ((row = (*query)->step()) && *row) ++stepped;
    EXPECT_TRUE(row) << table.name << ": " << told(row.error());
    EXPECT_EQ(stepped, *rows_counted) << table.name;
  }
};

TEST_F(LensOnEvidence, EveryTableReadsAsSqliteReadsIt) {
  int compared = 0;
  for (const char* folder : {"ios", "android", "browsers"}) {
    EXHIBIT_NEEDS_EVIDENCE(folder);
    for (const auto& path : databases_below(tests::evidence_folder() / folder)) {
      SCOPED_TRACE(path.string());
      compare(path);
      ++compared;
    }
  }
  EXPECT_GT(compared, 0);
}

}  // namespace
}  // namespace exhibit::sqlite
