// Names that carry Core Data's entity numbers.
#include "lens_fixture.h"

namespace exhibit::sqlite {
namespace {

class Entities : public LensFixture {
 protected:
  /// As two versions of one app have it: the numbers differ.
  void open_version(int album, int asset, std::vector<std::string> optional = {}) {
    const std::string a = std::to_string(album), b = std::to_string(asset);
    open(
        "CREATE TABLE Z_PRIMARYKEY(Z_ENT INTEGER PRIMARY KEY, Z_NAME TEXT, Z_SUPER INTEGER, Z_MAX INTEGER);"
        "INSERT INTO Z_PRIMARYKEY VALUES (" +
            a + ", 'Album', 0, 1), (" + b +
            ", 'Asset', 0, 2);"
            "CREATE TABLE ZTHING(Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, ZTITLE TEXT);"
            "INSERT INTO ZTHING VALUES (1, " +
            a + ", 'holiday'), (2, " + b +
            ", 'beach');"
            "CREATE TABLE Z_" +
            a + "ASSETS(Z_" + a + "ALBUMS INTEGER, Z_" + b +
            "ASSETS INTEGER);"
            "INSERT INTO Z_" +
            a + "ASSETS VALUES (1, 2);",
        {.optional = std::move(optional), .entities = {{"album", "Album"}, {"asset", "Asset"}, {"memory", "Memory"}}});
  }
  const std::string pairs =
      "SELECT _row, j.Z_{album}ALBUMS AS album, \"Z_{asset}ASSETS\" AS asset, "
      "'{asset}' AS text FROM Z_{album}ASSETS j";
};

TEST_F(Entities, TheNumbersComeFromTheFile) {
  open_version(26, 3);
  EXPECT_EQ(rows(pairs, "Z_{album}ASSETS"), "1|1|2|{asset}\n");
  open_version(31, 5);
  EXPECT_EQ(rows(pairs, "Z_{album}ASSETS"), "1|1|2|{asset}\n");
}

TEST_F(Entities, APlaceholderAloneIsTheNumber) {
  open_version(26, 3);
  EXPECT_EQ(rows("SELECT _row, ZTITLE FROM ZTHING WHERE Z_ENT = {asset}", "ZTHING"), "2|beach\n");
}

TEST_F(Entities, TablesAreFoundByTheirWrittenNames) {
  open_version(26, 3);
  EXPECT_EQ(database->real_table_name("Z_{album}ASSETS"), "Z_26ASSETS");
  EXPECT_EQ(database->real_table_name("Z_{memory}ASSETS"), std::nullopt);
  EXPECT_TRUE(database->has_table("Z_{album}ASSETS"));
  EXPECT_FALSE(database->has_table("Z_{memory}ASSETS"));
  EXPECT_TRUE(database->has_column("Z_{album}ASSETS", "Z_{asset}ASSETS"));
  EXPECT_EQ(database->count_rows("Z_{album}ASSETS"), 1u);
}

TEST_F(Entities, AnEntityThatTheFileLacksIsToldAsWritten) {
  open_version(26, 3);
  EXPECT_EQ(rows("SELECT _row FROM Z_{memory}ASSETS", "Z_{memory}ASSETS"),
            "schema_unknown: Z_{memory}ASSETS / ZTHING, Z_26ASSETS, Z_PRIMARYKEY (nearest: Z_26ASSETS)");
  EXPECT_EQ(rows("SELECT _row FROM ZTHING WHERE Z_ENT = {memory}", "ZTHING"),
            "schema_unknown: entity Memory / Asset, Album");
}

TEST_F(Entities, AnEntityThatTheFileLacksMayBeDeclared) {
  open_version(26, 3, {"Z_{memory}ASSETS"});
  EXPECT_EQ(rows("SELECT _row, Z_{memory}X AS x FROM Z_{memory}ASSETS", "Z_{memory}ASSETS"), "");
  EXPECT_EQ(rows("SELECT _row FROM ZTHING WHERE Z_ENT = {memory}", "ZTHING"), "");
}

TEST_F(Entities, APlaceholderThatIsNotDeclaredIsAMistake) {
  open_version(26, 3);
  EXPECT_EQ(code_of("SELECT _row FROM ZTHING WHERE Z_ENT = {other}", "ZTHING"), "sql");
}

TEST_F(Entities, AFileWithoutCoreDataHasNone) {
  open("CREATE TABLE t(x);", {.entities = {{"asset", "Asset"}}});
  EXPECT_EQ(database->real_table_name("Z_{asset}X"), std::nullopt);
  EXPECT_EQ(code_of("SELECT _row FROM t WHERE x = {asset}", "t"), "schema_unknown");
}

}  // namespace
}  // namespace exhibit::sqlite
