#include "case_fixture.h"
#include "plan.h"
#include "schema.h"

namespace exhibit::casefile {
namespace {

using namespace tests;

class Views : public CaseTest {
 protected:
  void SetUp() override {
    const auto evidence = phone();
    auto subject = Case::create(path(), {.number = "2023/17"});
    ASSERT_TRUE(subject);
    add(*subject, *evidence,
        {task(message(id_of(1),
                      R"("conversation_id":"c1","sender":{"address":"+447700900002","address_kind":"phone",)"
                      R"("normalized":"+447700900002","name":"Sam"},"direction":"incoming","text":"bring the keys",)"
                      R"("sent_at":"2023-05-01T12:36:44.250000Z","read_at":"2023-05-01T12:37")",
                      7, R"({"status":"recovered","found_in":"freeblock"})"),
              *evidence),
         task(message(id_of(2), R"("conversation_id":"c1","sender":{"is_owner":true},"text":"ok")", 8), *evidence),
         task(R"({"kind":"Conversation","id":")" + id_of(3) +
                  R"(","app":"com.example.chat","conversation_id":"c1","title":"Pier","members":[{"party":)"
                  R"({"address":"+447700900002","name":"Sam"}},{"party":{"name":"Nell"}}],)"
                  R"("provenance":{"exhibit":"KA/1","file":"home:Library/SMS/sms.db","table":"chat","rowid":1,)"
                  R"("parser":"ios.sms","query":"Conversation:chat"}})",
              *evidence),
         service(224, "FileRead", R"({"file":"home:Library/SMS/sms.db","sha256":"00ff","is_database":true})",
                 *evidence),
         service(208, "Ledger",
                 R"({"parser":"ios.sms","file":"home:Library/SMS/sms.db","table":"message","pass":"live","read":9,)"
                 R"("emitted":5,"attached":1,"skipped":[{"reason":"read","count":2}],"dropped":0,"artefacts":5,)"
                 R"("value_notes":[{"reason":"time_out_of_range","count":4}]})",
                 *evidence),
         service(209, "Problem",
                 R"({"code":"not_a_page","file":"home:Library/SMS/sms.db","parser":"ios.sms","expected":"a page",)"
                 R"("found":"58","offset":4096,"query":"Message:message","key":"[1]"})",
                 *evidence),
         service(210, "Unread", R"({"file":"home:Library/SMS/sms.db","table":"kvtable","count":12})", *evidence),
         service(210, "Unread", R"({"file":"home:Library/SMS/sms.db","table":"message","column":"schedule","count":4})",
                 *evidence)});
  }
};

TEST_F(Views, EachCanBeReadByAnySqlite) {
  const auto views = stock_rows(path(), "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name");
  EXPECT_GE(views.size(), 49u);
  for (const std::string& view : views) {
    const auto rows = stock_rows(path(), "SELECT * FROM " + view);
    EXPECT_FALSE(!rows.empty() && rows.front().starts_with("error:")) << view << ": " << rows.front();
  }
}

TEST_F(Views, NoTwoColumnsOfOneHaveTheSameName) {
  for (const auto& kind : Plans::get().kinds()) {
    const auto columns = stock_rows(path(), "SELECT name FROM pragma_table_info('" + kind->name + "')");
    EXPECT_TRUE(std::ranges::none_of(columns, [](const std::string& name) {
      return name.find(":1") != std::string::npos;
    })) << kind->name;
    EXPECT_EQ(columns.front(), "id");
    EXPECT_EQ(columns.back(), "sha256");
  }
}

TEST_F(Views, TheManualsExampleGivesTheMessage) {
  EXPECT_EQ(stock_rows(path(), "select time, sender_name, text from message where text like '%keys%'"),
            std::vector<std::string>{"2023-05-01T12:36:44.250000Z|Sam|bring the keys"});
}

TEST_F(Views, AMessageSaysWhereItCameFromAndInWords) {
  EXPECT_EQ(stock_rows(path(),
                       "select id, exhibit, app, deleted, sender, direction, read_at, conversation, file, tbl, row, "
                       "sha256 from message where row = 7"),
            std::vector<std::string>{id_of(1) + "|KA/1|com.example.chat|recovered: freeblock|+447700900002|incoming|"
                                                "2023-05-01T12:37|c1|home:Library/SMS/sms.db|message|7|00ff"});
  EXPECT_EQ(stock_rows(path(), "select deleted, sender_name from message where row = 8"),
            std::vector<std::string>{"-|Owner"});
}

TEST_F(Views, ChatsPeopleAndTimelineCountTheMessages) {
  EXPECT_EQ(stock_rows(path(), "select id, title, members, count, first from chats"),
            std::vector<std::string>{"c1|Pier|Sam (+447700900002); Nell|2|2023-05-01T12:36:44.250000Z"});
  EXPECT_EQ(stock_rows(path(), "select address, names, app, count from people where address = '+447700900002'"),
            (std::vector<std::string>{"+447700900002|Sam|com.example.chat|1", "+447700900002|Sam|com.example.chat|1"}))
      << "the members list has the same address without its kind";
  EXPECT_EQ(stock_rows(path(), "select time, kind, deleted, title from timeline"),
            std::vector<std::string>{"2023-05-01T12:36:44.250000Z|Message|recovered: freeblock|Sam - bring the keys"});
}

TEST_F(Views, TheLedgerShowsWhatDoesNotAddUp) {
  EXPECT_EQ(stock_rows(path(), "select * from ledger_check"),
            std::vector<std::string>{"KA/1|ios.sms|home:Library/SMS/sms.db|message|live|9|5|1|2|0|1"});
  EXPECT_EQ(stock_rows(path(), "select file, parser, query, code, offset, key from problems"),
            std::vector<std::string>{"home:Library/SMS/sms.db|ios.sms|Message:message|not_a_page|4096|[1]"});
  EXPECT_EQ(stock_rows(path(), "select file, whole_file, tables, rows, columns from unread_databases"),
            std::vector<std::string>{"home:Library/SMS/sms.db|0|1|12|1"});
  EXPECT_EQ(stock_rows(path(), "select who, what from audit_log"), std::vector<std::string>{"nell@lab|examine"});
}

TEST_F(Views, FilesAreNamedAndFlagged) {
  EXPECT_EQ(stock_rows(path(),
                       "select device_path, container_path, sha256, modified, is_read, is_database from files where "
                       "size = 40960"),
            std::vector<std::string>{"home:Library/SMS/sms.db|private/var/mobile/Library/SMS/sms.db|00ff|"
                                     "2023-05-01T12:34:56Z|1|1"});
}

TEST_F(Views, TheLedgerPointsToItsArtefacts) {
  EXPECT_EQ(stock_rows(path(), "select first_n, last_n from ledger where outcome = 'emitted'"),
            std::vector<std::string>{"2|2"})
      << "the live pass made one message, the recovered one is not of it";
}

TEST(Schema, TimesBefore1970HaveAPositiveFraction) {
  sqlite3* connection = nullptr;
  sqlite3_open(":memory:", &connection);
  sqlite3_exec(connection, (schema_tables() + schema_views()).c_str(), nullptr, nullptr, nullptr);
  sqlite3_exec(
      connection,
      "INSERT INTO artefact(n, id, kind, exhibit, at, at_zone, status, query, file, body) VALUES(1, x'00', 199, 1, "
      "-1, 1, 1, 1, 0, x''), (2, x'01', 199, 1, -1000000, 3, 1, 1, 0, x''); INSERT INTO f_record(n) VALUES(1), (2)",
      nullptr, nullptr, nullptr);
  sqlite3_stmt* statement = nullptr;
  ASSERT_EQ(sqlite3_prepare_v2(connection, "SELECT time FROM record ORDER BY id", -1, &statement, nullptr), SQLITE_OK);
  ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
  EXPECT_STREQ(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)), "1969-12-31T23:59:59.999999Z");
  ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
  EXPECT_STREQ(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)), "1969-12-31T23:59:59");
  sqlite3_finalize(statement);
  sqlite3_close(connection);
}

}  // namespace
}  // namespace exhibit::casefile
