// Tables of another file beside the database.
#include "lens_fixture.h"

namespace exhibit::sqlite {
namespace {

using testing::HasSubstr;

class Companion : public LensFixture {
 protected:
  void open_with(std::optional<DatabaseFiles> files, std::vector<std::string> optional = {}) {
    LensSpec spec{.optional = std::move(optional)};
    spec.companions.push_back({"wa", {"wa_contacts"}, std::move(files)});
    open("CREATE TABLE message(jid TEXT); INSERT INTO message VALUES ('a'), ('b');", std::move(spec));
  }
  static DatabaseFiles contacts() {
    return files_of(
        "CREATE TABLE wa_contacts(jid TEXT, name TEXT); INSERT INTO wa_contacts VALUES ('b', 'Bob');"
        "CREATE TABLE other(x); INSERT INTO other VALUES (1);");
  }
  const std::string join = "SELECT m._row, wa.name FROM message m LEFT JOIN wa_contacts wa ON wa.jid = m.jid";
};

TEST_F(Companion, ItsTablesAreReadByTheirBareNames) {
  open_with(contacts());
  EXPECT_EQ(rows(join, "message"), "1|NULL\n2|Bob\n");
}

TEST_F(Companion, ItsOtherTablesAreNotThere) {
  open_with(contacts());
  EXPECT_EQ(code_of("SELECT m._row, o.x FROM message m, other o", "message"), "schema_unknown");
}

TEST_F(Companion, AQualifiedNameIsRefused) {
  open_with(contacts());
  EXPECT_EQ(code_of("SELECT m._row, c.name FROM message m, wa.wa_contacts c", "message"), "qualified_table");
  EXPECT_EQ(code_of("SELECT m._row, c.name FROM message m, \"lens:1\".wa_contacts c", "message"), "qualified_table");
}

TEST_F(Companion, AbsentItsTablesAreEmpty) {
  open_with(std::nullopt);
  EXPECT_EQ(rows(join, "message"), "1|NULL\n2|NULL\n");
}

TEST_F(Companion, ATableThatItLacksIsToldWithItsRealOnes) {
  open_with(files_of("CREATE TABLE contacts(jid TEXT); CREATE TABLE other(x);"));
  EXPECT_EQ(rows(join, "message"), "schema_unknown: wa_contacts / contacts, other (nearest: contacts)");
}

TEST_F(Companion, ATableThatItLacksMayBeDeclared) {
  open_with(files_of("CREATE TABLE other(x);"), {"wa_contacts"});
  EXPECT_EQ(rows(join, "message"), "1|NULL\n2|NULL\n");
}

TEST_F(Companion, AColumnThatItLacksMayBeDeclared) {
  open_with(files_of("CREATE TABLE wa_contacts(jid TEXT); INSERT INTO wa_contacts VALUES ('b');"),
            {"wa_contacts.name"});
  EXPECT_EQ(rows(join, "message"), "1|NULL\n2|NULL\n");
}

TEST_F(Companion, OneThatIsNoDatabaseIsAProblemAndItsTablesAreEmpty) {
  const std::string text =
      "no database at all, but long enough to be looked at for a header of a hundred bytes, "
      "which it does not have";
  open_with(DatabaseFiles{evidence::make_source({text.begin(), text.end()}), nullptr, nullptr});
  const auto problems = database->take_problems();
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_THAT(problems[0].found, HasSubstr("companion wa"));
  EXPECT_EQ(rows(join, "message"), "1|NULL\n2|NULL\n");
}

TEST_F(Companion, ItsRowIsNotTheDrivingTables) {
  open_with(contacts());
  EXPECT_EQ(code_of("SELECT c._row, m.jid FROM message m JOIN wa_contacts c ON c.jid = m.jid", "message"),
            "row_origin");
}

TEST_F(Companion, ItsTablesAreNotOnTheUnreadList) {
  open_with(contacts());
  EXPECT_EQ(unread(), "message. 2\n");
  ASSERT_EQ(code_of(join, "message"), "none");
  EXPECT_EQ(unread(), "");
}

}  // namespace
}  // namespace exhibit::sqlite
