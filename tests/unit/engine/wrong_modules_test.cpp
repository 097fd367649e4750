// Wrong modules, each refused when it loads: file, query, what, and the nearest right word. What can only be seen in a
// file is in run_test.cpp.
#include "engine/module.h"

namespace exhibit::engine {
namespace {

constexpr std::string_view kGood = R"([parser]
name = "ios.trial"
title = "Trial"
files = ["home:Library/trial.db"]
seen_on = []
notes = "none"

[map.service]
0 = "SMS"

[[query]]
kind = "Message"
table = "message"
sql = '''
SELECT _row,
       apple_time(date) AS sent_at,
       map('service', service) AS service,
       text
FROM message
'''
)";

std::string findings(const std::string& text) {
  const auto module = load_module(text, "trial.toml");
  if (module) return "";
  std::string all;
  for (const Finding& finding : module.error()) all += finding_text("trial.toml", finding) + "\n";
  return all;
}

struct Wrong {
  std::string_view what;
  std::string_view from, to;  ///< in the good module
  std::string_view expected;  ///< in the findings
};

std::string changed(std::string_view from, std::string_view to) {
  std::string text(kGood);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

constexpr std::string_view kChild = R"(
[[query]]
kind = "Message.reactions"
table = "message"
sql = "SELECT _row, _parent_ FROM message"
)";

const Wrong kWrong[] = {
    {"no TOML", "[parser]", "[parser", "trial.toml:1"},
    {"missing key", "title = \"Trial\"\n", "", "[parser]: \"title\" is missing"},
    {"unknown key", "title =", "titl =", "no key \"titl\"; nearest: title"},
    {"unknown table", "[map.service]", "[maps.service]", "no key \"maps\"; nearest: map"},
    {"wrong type", "notes = \"none\"", "notes = 7", "\"notes\" is a text"},
    {"name without folder", "\"ios.trial\"", "\"trial\"", "a parser's name is folder.file"},
    {"unknown root", "home:Library", "hom:Library", "a device path begins with home:"},
    {"open brace", "trial.db\"]", "{a,b\"]", "braces do not match"},
    {"unknown kind", "kind = \"Message\"", "kind = \"Mesage\"", "query 1: no kind \"Mesage\"; nearest: Message"},
    {"unknown list", "kind = \"Message\"", "kind = \"Message.reaction\"", "nearest: reactions"},
    {"field with a typo", "AS sent_at", "AS sent_att", "column \"sent_att\": no field of Message; nearest: sent_at"},
    {"message as a value", "       text\n", "       text, handle AS sender\n",
     "column \"sender\": is a Party: name one"},
    {"field of a list", "       text\n", "       text, handle AS \"recipients.address\"\n",
     "is a list: give it by list()"},
    {"what the engine finds out", "       text\n", "       text, x AS \"sender.contact\"\n",
     "is found out by the engine"},
    {"alias twice", "       text\n", "       text, subject AS text\n", "column \"text\": stands twice"},
    {"no alias", "       text\n", "       text || subject\n", "has no name: give it one with AS"},
    {"reserved word", "       text\n", "       text, 1 AS _skp\n", "no reserved column; nearest: _skip"},
    {"_parent without a child", "       text\n", "       text, 1 AS _parent\n", "belongs to a child query"},
    {"missing _row", "SELECT _row,", "SELECT", "selects no _row"},
    {"unknown function", "apple_time(date)", "aple_time(date)", "no function \"aple_time\"; nearest: apple_time"},
    {"unknown map", "map('service'", "map('servce'", "no [map.servce]; nearest: service"},
    {"map without a name", "map('service', service)", "map(service, 1)", "map() begins with the name of a map"},
    {"list with a typo", "       text\n", "       text, (SELECT list('adress', h.id) FROM handle h) AS recipients\n",
     "list(): \"adress\": no field of Party; nearest: address"},
    {"two statements", "FROM message\n", "FROM message; SELECT 1\n", "one statement without a semicolon"},
    {"no SELECT", "SELECT _row,", "UPDATE _row,", "the SQL is one SELECT"},
    {"unreadable token", "FROM message", "FROM message WHERE text = 'open", "cannot be read as SQL"},
    {"same query twice", "[[query]]",
     "[[query]]\nkind = \"Message\"\ntable = \"message\"\nsql = \"SELECT _row, text FROM message\"\n\n[[query]]",
     "a query named \"Message:message\" stands before"},
    {"variant without requires", "table = \"message\"", "table = \"message\"\nvariant = \"new\"", "says by `requires`"},
    {"unknown reader", "[[query]]", "[[rows]]\nname = \"r\"\nreader = \"plst\"\npath = \"$.*\"\n\n[[query]]",
     "no reader \"plst\"; nearest: plist"},
    {"rows without _path", "[[query]]", "[[rows]]\nname = \"message\"\nreader = \"plist\"\npath = \"$.*\"\n\n[[query]]",
     "a query over [[rows]] selects _path"},
    {"claims no boolean", "table = \"message\"", "table = \"message\"\nclaims = \"yes\"",
     "\"claims\" is true or false"},
    {"query no list of tables", "[[query]]", "[query]", "write [[query]]"},
};

TEST(WrongModule, TheGoodOneIsGood) { EXPECT_EQ(findings(std::string(kGood)), ""); }

TEST(WrongModule, EachIsRefusedWithPlaceAndNearestWord) {
  for (const Wrong& wrong : kWrong)
    EXPECT_THAT(findings(changed(wrong.from, wrong.to)), testing::HasSubstr(wrong.expected)) << wrong.what;
}

TEST(WrongModule, AChildNeedsAParentAndItsColumn) {
  const std::string found = findings(std::string(kGood) + std::string(kChild));
  EXPECT_THAT(found, testing::HasSubstr("query 2: column \"_parent_\": no reserved column; nearest: _parent"));
  const std::string orphan = findings(changed("kind = \"Message\"", "kind = \"Call.participants\""));
  EXPECT_THAT(orphan, testing::HasSubstr("no query of the module gives the Call that its rows belong to"));
}

TEST(WrongModule, FindingsNameTheLine) {
  EXPECT_THAT(findings(changed("AS sent_at", "AS sent_att")), testing::StartsWith("trial.toml:16: query 1:"));
}

}  // namespace
}  // namespace exhibit::engine
