// What the iPhone 8 holds (iOS 15.3.1, full file system) against its ground truth, which another program worked out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <set>

#include "examined_evidence.h"
#include "plain_sqlite.h"

namespace exhibit::tests {
namespace {

class Iphone8 : public testing::Test {
 protected:
  void SetUp() override {
    EXHIBIT_NEEDS_EVIDENCE(kIphone8);
    facts_ = ground_truth(kIphone8)["facts"];
  }

  static std::map<std::int64_t, Json> by_row(const std::vector<Json>& artefacts) {
    std::map<std::int64_t, Json> rows;
    for (const Json& artefact : artefacts) rows[artefact["provenance"]["rowid"].get<std::int64_t>()] = artefact;
    return rows;
  }

  Json facts_;
};

/// Apple's seconds, of which a double near 7e8 holds 0.12 us: rounded before the epoch is added.
std::int64_t apple_us(double seconds) { return std::llround(seconds * 1e6L) + 978'307'200'000'000; }

TEST_F(Iphone8, WhatsAppMessagesAreOfTheKindsCounted) {
  const auto messages = artefacts(kIphone8, "Message", "ZWAMESSAGE");
  ASSERT_EQ(messages.size(), facts_["whatsapp_messages"].size());
  EXPECT_EQ(messages.size(), 32u);
  EXPECT_EQ(count_with(messages, "/direction", "outgoing"), facts_["whatsapp_summary"]["sent_by_owner"]);
  const Json& types = facts_["whatsapp_summary"]["by_ZMESSAGETYPE"];
  for (const auto& [code, word] : std::map<std::string, std::string>{
           {"0", "text"}, {"1", "media"}, {"5", "location"}, {"6", "group_event"}, {"10", "system"}})
    EXPECT_EQ(count_with(messages, "/type", word), types[code]) << word;
}

TEST_F(Iphone8, WhatsAppMessagesSayWhatTheDatabaseSays) {
  const auto messages = by_row(artefacts(kIphone8, "Message", "ZWAMESSAGE"));
  for (const Json& truth : facts_["whatsapp_messages"]) {
    SCOPED_TRACE(truth.dump());
    const auto found = messages.find(truth["pk"].get<std::int64_t>());
    ASSERT_NE(found, messages.end());
    const Json& message = found->second;
    EXPECT_NEAR(static_cast<double>(microseconds(message["sent_at"])), truth["unix"].get<double>() * 1e6, 501)
        << "the ground truth is in milliseconds";
    EXPECT_EQ(message.value("conversation_id", Json()), truth["chat"]);
    EXPECT_EQ(message["direction"] == "outgoing", truth["from_me"] == 1);
    EXPECT_EQ(message.value("text", Json()), truth["text"]);
    if (message["type"] != "location") continue;
    EXPECT_EQ(message["location"]["latitude"], truth["media_latitude"]);
    EXPECT_EQ(message["location"]["longitude"], truth["media_longitude"]);
  }
}

TEST_F(Iphone8, WhatsAppTimesAreThoseOfTheDatabaseToTheMicrosecond) {
  const TemporaryFolder folder;
  const std::string command =
      "unzip -q -j '" + openable(kIphone8).string() + "' '*/ChatStorage.sqlite*' -d '" + folder.path().string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;  // NOLINT(concurrency-mt-unsafe)
  auto messages = by_row(artefacts(kIphone8, "Message", "ZWAMESSAGE"));
  std::size_t compared = 0;
  PlainSqlite(folder.path() / "ChatStorage.sqlite")
      .each("SELECT Z_PK, ZMESSAGEDATE FROM ZWAMESSAGE", [&](sqlite3_stmt* row) {
        const Json& message = messages.at(sqlite3_column_int64(row, 0));
        EXPECT_EQ(microseconds(message["sent_at"]), apple_us(sqlite3_column_double(row, 1)));
        ++compared;
      });
  EXPECT_EQ(compared, messages.size());
}

TEST_F(Iphone8, PictureSizesAreNoPlaces) {
  std::size_t places = 0;
  for (const Json& message : artefacts(kIphone8, "Message", "ZWAMESSAGE")) places += message.contains("location");
  EXPECT_EQ(places, 4u);
}

TEST_F(Iphone8, WhatsAppCalls) {
  const auto calls = by_row(artefacts(kIphone8, "Call", "ZWACDCALLEVENT"));
  ASSERT_EQ(calls.size(), 4u);
  for (const Json& truth : facts_["whatsapp_call_events"]) {
    const Json& call = calls.at(truth["Z_PK"].get<std::int64_t>());
    EXPECT_EQ(microseconds(call["started_at"]), apple_us(truth["ZDATE"].get<double>()));
    EXPECT_EQ(call["duration_s"], truth["ZDURATION"]);
  }
}

TEST_F(Iphone8, ContactsWithAllNumbersAndAddresses) {
  const auto contacts = by_row(artefacts(kIphone8, "Contact", "ABPerson"));
  ASSERT_EQ(contacts.size(), facts_["address_book"].size());
  EXPECT_EQ(contacts.size(), 9u);
  for (const Json& truth : facts_["address_book"]) {
    SCOPED_TRACE(truth.dump());
    const Json& contact = contacts.at(truth["id"].get<std::int64_t>());
    EXPECT_EQ(contact.value("given_name", Json()), truth["First"]);
    EXPECT_EQ(contact.value("family_name", Json()), truth["Last"]);
    EXPECT_EQ(contact.value("organization", Json()), truth["Organization"]);
    EXPECT_EQ(microseconds(contact["created_at"]) / 1'000'000, truth["created_unix"]);
    for (const auto& [property, field] : std::map<int, std::string>{{3, "phones"}, {4, "emails"}, {22, "urls"}}) {
      std::multiset<std::string> expected, found;
      for (const Json& value : truth["values"])
        if (value[0] == property) expected.insert(value[1].get<std::string>());
      for (const Json& value : contact.value(field, Json::array())) found.insert(value["value"].get<std::string>());
      EXPECT_EQ(found, expected) << field;
    }
  }
}

TEST_F(Iphone8, NotesWithTheirTextOrLocked) {
  const auto notes = by_row(artefacts(kIphone8, "Note"));
  ASSERT_EQ(notes.size(), 7u);
  for (const Json& truth : facts_["notes_live"]) {
    SCOPED_TRACE(truth.dump());
    const Json& note = notes.at(truth["pk"].get<std::int64_t>());
    EXPECT_EQ(note.value("title", Json()), truth["title"]);
    EXPECT_EQ(note.value("text", Json()), truth["text"]);
    EXPECT_EQ(note["is_locked"], truth["locked"] == 1);
  }
}

TEST_F(Iphone8, AccountsAndTheirProperties) {
  EXPECT_EQ(artefacts(kIphone8, "Account", "ZACCOUNT").size(), 19u);
  EXPECT_EQ(artefacts(kIphone8, "Record", "ZACCOUNTPROPERTY").size(), 162u);
}

TEST_F(Iphone8, TheWirelessNetworkAndItsAccessPoints) {
  const Json truth = facts_["wifi_known"][0];
  const auto networks = artefacts(kIphone8, "WifiNetwork", "network");
  ASSERT_EQ(networks.size(), 1u);
  EXPECT_EQ(networks[0]["ssid"], truth["ssid"]);
  const auto points = artefacts(kIphone8, "WifiNetwork", "bss");
  EXPECT_EQ(points.size(), truth["bss_entries"]);
  EXPECT_EQ(count_with(points, "/ssid", truth["ssid"]), points.size());
  EXPECT_EQ(count_with(points, "/bssid", truth["bssid_last"]), 1u);
}

TEST_F(Iphone8, TheSimCard) {
  const Json truth = facts_["sim"];
  const auto cards = artefacts(kIphone8, "SimCard");
  EXPECT_EQ(count_with(cards, "/iccid", truth["iccid"]), cards.size()) << "one SIM, told by several lists";
  EXPECT_GE(count_with(cards, "/phone_number", truth["phone_number"]), 1u);
  EXPECT_GE(count_with(cards, "/imsi", truth["imsi"]), 1u);
  const auto facts = artefacts(kIphone8, "DeviceInfo");
  EXPECT_GE(count_with(facts, "/name", "imei"), 1u);
  EXPECT_EQ(count_with(facts, "/name", "imei"), count_with(facts, "/value", truth["imei"]));
}

}  // namespace
}  // namespace exhibit::tests
