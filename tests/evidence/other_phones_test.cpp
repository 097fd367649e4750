// What the other phones hold against their ground truth.
#include <gtest/gtest.h>

#include <set>

#include "examined_evidence.h"

namespace exhibit::tests {
namespace {

TEST(ImessageDatabase, LiveMessagesAndTombstones) {
  EXHIBIT_NEEDS_EVIDENCE(kImessageFolder);
  const Json truth = ground_truth(kImessageFolder)["imessage_chat.db"];
  EXPECT_EQ(artefacts(kImessageFolder, "Message", "message").size(), truth["message"]);
  EXPECT_EQ(artefacts(kImessageFolder, "Conversation", "chat").size(), truth["chat"]);
  const auto gone = artefacts(kImessageFolder, "Message", "deleted_messages");
  EXPECT_EQ(gone.size(), 226u);  // sqlite3: SELECT count(*) FROM deleted_messages
  EXPECT_EQ(count_with(gone, "/state/status", "tombstone"), gone.size());
}

TEST(Iphone3g, People) {
  EXHIBIT_NEEDS_EVIDENCE(kIphone3g);
  const Json truth = ground_truth(kIphone3g)["AddressBook"];
  const auto contacts = artefacts(kIphone3g, "Contact", "ABPerson");
  ASSERT_EQ(contacts.size(), truth["people"].size());
  EXPECT_EQ(contacts.size(), 6u);
  for (const Json& contact : contacts) {
    const auto row = contact["provenance"]["rowid"];
    for (const Json& person : truth["people"]) {
      if (person[0] != row) continue;
      EXPECT_EQ(contact.value("given_name", Json()), person[1]);
      EXPECT_EQ(contact.value("family_name", Json()), person[2]);
      EXPECT_EQ(contact.value("organization", Json()), person[3]);
    }
    std::multiset<std::string> expected, found;
    for (const Json& value : truth["values"])
      if (value[0] == row && value[2].is_string()) expected.insert(value[2].get<std::string>());
    for (const char* field : {"phones", "emails", "urls"})
      for (const Json& value : contact.value(field, Json::array())) found.insert(value["value"].get<std::string>());
    EXPECT_EQ(found, expected) << contact.dump();
  }
}

TEST(Samsung, ShortMessages) {
  EXHIBIT_NEEDS_EVIDENCE(kSamsung);
  const Json truth = ground_truth(kSamsung)["mmssms.db"];
  const auto messages = artefacts(kSamsung, "Message", "sms");
  ASSERT_EQ(messages.size(), truth["sms"][0]);
  EXPECT_EQ(count_with(messages, "/direction", "incoming"), truth["by_type"][0][1]);
  EXPECT_EQ(count_with(messages, "/direction", "outgoing"), truth["by_type"][1][1]);
  for (const Json& counted : truth["by_address"]) {
    const std::size_t from = count_with(messages, "/sender/address", counted[0]);
    const std::size_t to = count_with(messages, "/recipients/0/address", counted[0]);
    EXPECT_EQ(from + to, counted[1]) << counted.dump();
  }
}

TEST(ComposedDevice, ShortMessages) {
  EXHIBIT_NEEDS_EVIDENCE(kComposedDevice);
  const Json truth = ground_truth(kComposedDevice)["mmssms.db"];
  const auto messages = artefacts(kComposedDevice, "Message", "sms");
  ASSERT_EQ(messages.size(), truth["sms"]);
  EXPECT_EQ(count_with(messages, "/direction", "incoming"), truth["received"]);
  EXPECT_EQ(count_with(messages, "/direction", "outgoing"), truth["sent"]);
  std::set<std::int64_t> times;
  for (const Json& message : messages) times.insert(microseconds(message["sent_at"]));
  EXPECT_EQ(*times.begin(), truth["first_ms"].get<std::int64_t>() * 1000);
  EXPECT_EQ(*times.rbegin(), truth["last_ms"].get<std::int64_t>() * 1000);
}

TEST(ComposedDevice, Calls) {
  EXHIBIT_NEEDS_EVIDENCE(kComposedDevice);
  const Json truth = ground_truth(kComposedDevice);
  const auto calls = artefacts(kComposedDevice, "Call", "calls");
  EXPECT_EQ(calls.size(), 4u);
  for (const char* database : {"contacts2.db", "calllog.db"})
    for (const Json& expected : truth[database]["calls"]) {
      std::size_t found = 0;
      for (const Json& call : calls) {
        if (microseconds(call["started_at"]) != expected[1].get<std::int64_t>() * 1000) continue;
        ++found;
        EXPECT_EQ(call["other"]["address"], expected[0]);
        EXPECT_EQ(call["duration_s"], expected[2]);
        if (expected[3] == "missed")
          EXPECT_EQ(call["outcome"], "missed");
        else
          EXPECT_EQ(call["direction"], expected[3]);
      }
      EXPECT_EQ(found, 1u) << expected.dump();
    }
}

}  // namespace
}  // namespace exhibit::tests
