// The text form as a reader meets it: whole lines, written by hand.
#include "model/json.h"

#include "model/wire_writer.h"
#include "named_files.h"

namespace exhibit::model {
namespace {

using namespace std::string_literals;

const NamedFiles kFiles = {"home:Library/SMS/sms.db",
                           "group:group.net.whatsapp.WhatsApp.shared/ChatStorage.sqlite",
                           "group:group.net.whatsapp.WhatsApp.shared/Message/Media/9/c/pier.jpg",
                           "home:Library/CallHistoryDB/CallHistory.storedata",
                           "home:Library/Caches/com.apple.routined/Cache.sqlite",
                           "app:com.example.fridge/Documents/log.json"};

std::string wire_of(std::string_view line) {
  const auto wire = artefact_from_json(line, kFiles);
  EXPECT_TRUE(wire.has_value()) << line << ": " << wire.error().path << ": " << wire.error().message;
  return wire.value_or("");
}

std::string line_of(std::string_view wire, bool with_secrets = true) {
  return artefact_json(as_bytes(wire), kFiles, {.with_secrets = with_secrets});
}

/// What is wrong with the line, as "path: message".
std::string error_of(std::string_view line) {
  const auto wire = artefact_from_json(line, kFiles);
  return wire ? "nothing" : wire.error().path + ": " + wire.error().message;
}

const char* const kSamples[] = {
    R"({"kind":"Message","id":"0b9d6f0e-3c57-5a41-9d0a-6f1f6d2a7c11","app":"net.whatsapp.WhatsApp","message_id":"3EB0C431A7F9","conversation_id":"447700900001-1610000000@g.us","sender":{"address":"447700900001@s.whatsapp.net","address_kind":"phone","normalized":"+447700900001","name":"Nell"},"direction":"incoming","type":"media","text":"the pier at nine? 😀","sent_at":"2023-05-01T12:34:56.000000Z","sent_at.clock":"server","attachments":[{"path":"Media/9/c/pier.jpg","file":"group:group.net.whatsapp.WhatsApp.shared/Message/Media/9/c/pier.jpg","mime":"image/jpeg","size_bytes":217088}],"reactions":[{"by":{"is_owner":true},"emoji":"❤️","at":"2023-05-01T12:35:20.120Z"}],"provenance":{"exhibit":"KA/1","file":"group:group.net.whatsapp.WhatsApp.shared/ChatStorage.sqlite","table":"ZWAMESSAGE","rowid":4711,"joined":[{"table":"ZWAMEDIAITEM","rowid":388}],"parser":"ios.whatsapp","query":"Message:ZWAMESSAGE"}})", R"({"kind":"Call","id":"5a0f3a52-7b0e-5c1e-8a55-0d0c6a3b9e02","app":"com.apple.mobilephone","call_id":"6E0C1B7A","direction":"incoming","outcome":"missed","other":{"address":"+44 7700 900 002","address_kind":"phone","normalized":"+447700900002","name":"Sam"},"started_at":"2023-05-01T13:02:11.482913Z","started_at.clock":"device","duration_s":0,"media":"audio","service":"cellular","country":"gb","is_read":false,"provenance":{"exhibit":"KA/1","file":"home:Library/CallHistoryDB/CallHistory.storedata","table":"ZCALLRECORD","rowid":57,"parser":"ios.call_history","query":"Call:ZCALLRECORD"}})",
    R"({"kind":"Message","id":"c2f01b77-90ad-5e6b-b1c3-3f7d5e0f8a44","app":"com.apple.MobileSMS","message_id":"1D2C6A0E","sender":{"address":"+447700900002","address_kind":"phone","normalized":"+447700900002"},"direction":"incoming","type":"text","service":"SMS","text":"bring the keys","sent_at":"2023-05-01T12:36:44.000000Z","read_at":"2023-05-01T12:37:02.000000Z","state":{"status":"recovered","found_in":"freeblock","confidence":90,"missing_fields":["conversation_id"],"looked_up":["sender.address"]},"provenance":{"exhibit":"KA/1","file":"home:Library/SMS/sms.db","table":"message","rowid":418,"ranges":[{"offset":86234,"length":131,"page":22,"what":"freeblock"}],"joined":[{"table":"handle","rowid":3}],"parser":"ios.sms","query":"Message:message"}})",
    R"({"kind":"Location","id":"7e1a4c58-2f3b-5d07-a6c9-41b2de5f9a30","app":"com.apple.routined","at":"2023-05-01T12:33:08.750000Z","at.clock":"gnss","position":{"latitude":50.81953,"longitude":-0.13638,"altitude_m":11.25,"horizontal_accuracy_m":8,"speed_mps":1.4,"course_deg":271.5},"activity":"walking","reason":"fix","provenance":{"exhibit":"KA/1","file":"home:Library/Caches/com.apple.routined/Cache.sqlite","table":"ZRTCLLOCATIONMO","rowid":90211,"parser":"ios.locations","query":"Record:ios.locations"}})",
    R"({"kind":"Record","id":"e90d2b64-6a1f-5b8e-9f03-7c2a1d4e8b55","app":"com.example.fridge","title":"Door","timestamp":"2023-05-01T09:12","timestamp_meaning":"door opened","pairs":[{"label":"door","value":"left"},{"label":"name","value":"\u202egpj.exe"}],"extra":[{"name":"fw","value":"7"}],"provenance":{"exhibit":"KA/1","file":"app:com.example.fridge/Documents/log.json","key":"$.events[3]","parser":"apps.fridge","query":"Record:events"}})"};

TEST(Json, SamplesReadBackAsTheyStand) {
  for (const char* line : kSamples) EXPECT_EQ(line_of(wire_of(line)), line);
}

TEST(Json, WritesTheBytesThatTheModelSays) {
  const std::string wire =
      wire_of(R"({"kind":"Record","id":"00010203-0405-0607-0809-0a0b0c0d0e0f","title":"A","extra":[{"name":"n"}]})");
  EXPECT_EQ(wire, "\x0a\x10\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"s +  // 1 id
                      "\x3a\x03\x0a\x01n"                                                        // 7 extra {1 name}
                      "\xba\x0c\x03\x0a\x01"
                      "A"s);  // 199 Record {1 title}
}

TEST(Json, KeysMayComeInAnyOrderWithSpaces) {
  const std::string canonical = wire_of(
      R"({"kind":"Call","app":"a","direction":"incoming","started_at":"2023Z","started_at.clock":"peer","state":{"status":"tombstone"}})");
  EXPECT_EQ(
      wire_of(
          " {\t\"started_at.clock\" : \"peer\", \"state\":{ \"status\" :\"tombstone\" },\r\n\"started_at\":\"2023Z\" , "
          "\"direction\":\"incoming\",\"app\":\"a\",\"kind\":\"Call\" }\n"),
      canonical);
}

TEST(Json, IntegersThatADoubleDoesNotHoldAreStrings) {
  const std::string line =
      R"({"kind":"Message","forward_count":9007199254740991,"expires_after_s":"9007199254740992","error_code":"-9007199254740992"})";
  EXPECT_EQ(line_of(wire_of(line)), line);
  EXPECT_EQ(line_of(wire_of(R"({"kind":"Message","forward_count":"7","error_code":-9223372036854775808})")),
            R"({"kind":"Message","forward_count":7,"error_code":"-9223372036854775808"})");
}

TEST(Json, EnumsOfALaterModelAreNumbers) {
  const std::string line = R"({"kind":"Message","direction":99,"type":0})";
  EXPECT_EQ(line_of(wire_of(line)), line);
  EXPECT_EQ(line_of(wire_of(R"({"kind":"Message","direction":1})")), R"({"kind":"Message","direction":"incoming"})");
}

TEST(Json, BytesAreHexAndIdsUuids) {
  const std::string line =
      R"({"kind":"Message","sender":{"contact":"00000000-0000-0000-0000-0000000000ff"},"attachments":[{"hash_claimed":"00ff"}],"reply_to":{"artefact":"ffffffff-ffff-ffff-ffff-ffffffffffff"},"state":{"live_twin":"01020304-0506-0708-090a-0b0c0d0e0f10"},"links":[{"kind":"part_of","artefact":"01020304-0506-0708-090a-0b0c0d0e0f10"}]})";
  EXPECT_EQ(line_of(wire_of(line)), line);
  EXPECT_EQ(line_of(wire_of(R"({"kind":"Record","id":"aabb"})")), R"({"kind":"Record","id":"aabb"})")
      << "16 bytes or hex";
}

TEST(Json, PackedNumbersAreAList) {
  const std::string line = R"({"kind":"CalendarEvent","reminders_min":[10,-1,"9223372036854775807"]})";
  EXPECT_EQ(line_of(wire_of(line)), line);
  std::string body;  // the form that is not packed
  WireWriter writer(body);
  writer.integer(15, 10);
  writer.integer(15, 20);
  std::string wire;
  WireWriter(wire).message(61, body);
  EXPECT_EQ(line_of(wire), R"({"kind":"CalendarEvent","reminders_min":[10,20]})");
}

TEST(Json, SiblingsOfTimesSayWhatTheTextCannot) {
  const std::string line =
      R"({"kind":"Media","taken_at":"2023-05-01T12:34:56Z","taken_at.zone":"assumed","taken_at.zone_name":"Europe/Berlin","added_at":"2023-05-01T12:34:56.000000Z","added_at.precision":"day","added_at.raw":"1682944496.5","modified_at":"us:-62135596800000001","modified_at.precision":"us","trashed_at":"2023-05-01T14:34:56+02:00","trashed_at.zone_name":"Europe/Berlin"})";
  EXPECT_EQ(line_of(wire_of(line)), line);
  const std::string odd =
      R"({"kind":"Media","taken_at":"2023-05-01T12:34:56Z","taken_at.zone":"offset","taken_at.offset_s":-2147483648,"added_at":"2023-05-01T12:34:56.000000Z","added_at.zone":9,"added_at.offset_s":60,"added_at.precision":9,"added_at.clock":200})";
  EXPECT_EQ(line_of(wire_of(odd)), odd);
  EXPECT_EQ(line_of(wire_of(
                R"({"kind":"Media","taken_at":"2023-05-01T12Z","taken_at.clock":"unknown","taken_at.zone":"utc"})")),
            R"({"kind":"Media","taken_at":"2023-05-01T12Z"})");
}

TEST(Json, SiblingsOfNestedTimesStandBesideThem) {
  const std::string line =
      R"({"kind":"Message","receipts":[{"read_at":"2023-05-01T12:34:56Z","read_at.clock":"peer"}],"state":{"deleted_at":"2023Z","deleted_at.clock":"device"}})";
  EXPECT_EQ(line_of(wire_of(line)), line);
}

TEST(Json, SecretsAreMaskedUnlessAskedFor) {
  const std::string wire = wire_of(R"({"kind":"Credential","service":"example.com","secret":"c0ffee","label":"web"})");
  EXPECT_EQ(line_of(wire, true), R"({"kind":"Credential","service":"example.com","secret":"c0ffee","label":"web"})");
  const std::string masked = R"({"kind":"Credential","service":"example.com","secret.masked":true,"label":"web"})";
  EXPECT_EQ(line_of(wire, false), masked);
  EXPECT_EQ(artefact_json(as_bytes(wire), kFiles), masked) << "the default";
  EXPECT_EQ(error_of(masked), "secret.masked: the value was left out of this text");
}

TEST(Json, AFileInsideThatEqualsTheOuterOneIsAbsent) {
  std::string range;
  WireWriter(range).unsigned_integer(1, 1);
  WireWriter(range).unsigned_integer(2, 5);
  std::string other;
  WireWriter(other).unsigned_integer(1, 4);
  std::string provenance;
  WireWriter writer(provenance);
  writer.unsigned_integer(2, 1);
  writer.message(7, range);
  writer.message(8, other);
  std::string wire;
  WireWriter(wire).message(6, provenance);
  WireWriter(wire).text(199, "");
  EXPECT_EQ(
      line_of(wire),
      R"({"kind":"Record","provenance":{"file":"home:Library/SMS/sms.db","ranges":[{"offset":5}],"joined":[{"file":"home:Library/CallHistoryDB/CallHistory.storedata"}]}})");
}

TEST(Json, ADevicePathThatIsTheFilesNameIsAbsent) {
  std::string file;
  WireWriter writer(file);
  writer.text(2, "home:Library/SMS/sms.db");
  writer.unsigned_integer(3, 1);
  EXPECT_EQ(message_json(Model::get().message("File"), as_bytes(file), kFiles),
            R"({"file":"home:Library/SMS/sms.db"})");
  file.clear();
  writer.text(2, "home:elsewhere");
  writer.unsigned_integer(3, 1);
  EXPECT_EQ(message_json(Model::get().message("File"), as_bytes(file), kFiles),
            R"({"device_path":"home:elsewhere","file":"home:Library/SMS/sms.db"})");
}

TEST(Json, AFileWithoutNameIsItsNumber) {
  std::string wire;
  WireWriter(wire).unsigned_integer(3, 77);
  EXPECT_EQ(message_json(Model::get().message("File"), as_bytes(wire), kFiles), R"({"file":77})");
  EXPECT_EQ(message_from_json(Model::get().message("File"), R"({"file":77})", kFiles), wire);
}

TEST(Json, WhatTheEngineFillsIsNotInTheText) {
  std::string wire;
  WireWriter writer(wire);
  writer.text(2, "app");
  writer.text(3, "App");
  const auto provenance = writer.begin(6);
  writer.text(1, "KA/1");
  writer.unsigned_integer(3, 0);
  writer.text(10, "1.0");
  writer.text(12, "a.zip!b");
  writer.end(provenance);
  writer.time(10, {.us = 1});
  writer.unsigned_integer(11, 10);
  writer.text(20, "");
  EXPECT_EQ(line_of(wire), R"({"kind":"Message","app":"app","provenance":{"exhibit":"KA/1"}})");
  EXPECT_EQ(error_of(R"({"kind":"Message","time":"2023Z"})"), "time: no field of Message");
}

TEST(Json, ALiveStateIsAbsent) {
  const std::string line = R"({"kind":"Message","state":{"status":"live"}})";
  EXPECT_EQ(line_of(wire_of(line)), R"({"kind":"Message"})");
  std::string wire = "\x2a\x02\x08\x01"s;
  WireWriter(wire).text(20, "");
  EXPECT_EQ(line_of(wire), R"({"kind":"Message"})");
  const std::string nested = R"({"kind":"Message","reactions":[{"emoji":"a","state":{"status":"live"}}]})";
  EXPECT_EQ(line_of(wire_of(nested)), R"({"kind":"Message","reactions":[{"emoji":"a"}]})");
}

TEST(Json, EmptyListsAndMessagesAreAbsent) {
  EXPECT_EQ(line_of(wire_of(
                R"({"kind":"Message","sender":{},"recipients":[],"attachments":[{},{"path":""}],"mentions":[{}]})")),
            R"({"kind":"Message","attachments":[{"path":""}]})");
  std::string body;
  WireWriter writer(body);
  writer.text(3, "");
  writer.text(4, "");
  writer.text(9, "");
  std::string wire;
  WireWriter(wire).message(20, body);
  EXPECT_EQ(line_of(wire), R"({"kind":"Message","text":""})");
}

TEST(Json, ServiceRecordsAreMessagesLikeAnyOther) {
  const MessageInfo& ledger = Model::get().message("Ledger");
  const std::string line =
      R"({"parser":"ios.sms","file":"home:Library/SMS/sms.db","table":"message","pass":"live","read":9,"emitted":6,"attached":1,"skipped":[{"reason":"no_text","count":2}],"dropped":0,"adds_up":true})";
  const auto wire = message_from_json(ledger, line, kFiles);
  ASSERT_TRUE(wire.has_value()) << wire.error().message;
  EXPECT_EQ(message_json(ledger, as_bytes(*wire), kFiles), line);
  EXPECT_EQ(message_json(ledger, {}, kFiles), "{}");
}

TEST(Json, DisorderedBytesGiveTheSameText) {
  std::string name;
  WireWriter(name).text(5, "Sam");
  WireWriter(name).text(1, "first");
  WireWriter(name).text(1, "last");
  std::string body;
  WireWriter writer(body);
  writer.text(9, "text");
  writer.message(4, name);
  writer.text(1, "id");
  writer.message(4, name);
  std::string wire;
  WireWriter(wire).message(20, body);
  EXPECT_EQ(
      line_of(wire),
      R"({"kind":"Message","message_id":"id","recipients":[{"address":"last","name":"Sam"},{"address":"last","name":"Sam"}],"text":"text"})");
}

TEST(Json, OfAFieldGivenTwiceTheLastOneCounts) {
  std::string party;
  WireWriter(party).text(1, "first");
  WireWriter(party).text(1, "last");
  EXPECT_EQ(message_json(Model::get().message("Party"), as_bytes(party), kFiles), R"({"address":"last"})");
}

TEST(Json, TheEnvelopesKeysStandInTheirOrder) {
  const std::string line =
      R"({"kind":"Record","id":"","app":"a","local_account":{"name":"me"},"title":"t","state":{"confidence":0},)"
      R"("extra":[{"name":"n"}],"links":[{"kind":"same_as"}],"provenance":{"table":"x"},"also_in":[{"table":"y"}]})";
  EXPECT_EQ(line_of(wire_of(line)), line);
}

TEST(Json, ADeviceUserOf0IsAbsent) {
  EXPECT_EQ(wire_of(R"({"kind":"Record","provenance":{"table":"x","device_user":0}})"),
            wire_of(R"({"kind":"Record","provenance":{"table":"x"}})"));
}

TEST(Json, WhatCannotBeReadIsLeftOut) {
  std::string body;
  WireWriter writer(body);
  writer.integer(1, 5);              // message_id is a string
  writer.text(24, "yes");            // is_forwarded is a bool
  writer.text(32, "\x09\x00\x00"s);  // a position cut off
  writer.integer(200, 1);            // of a later model
  writer.integer(300, 1);
  std::string wire;
  WireWriter(wire).text(20, body + "\x0a");
  EXPECT_EQ(line_of(wire), R"({"kind":"Message"})");
  std::string geo;
  WireWriter(geo).real(1, std::numeric_limits<double>::quiet_NaN());
  WireWriter(geo).real(2, 1);
  EXPECT_EQ(message_json(Model::get().message("Geo"), as_bytes(geo), kFiles), R"({"longitude":1})");
  EXPECT_EQ(line_of("\xff"s), "{}");
  EXPECT_EQ(line_of(""), "{}");
}

TEST(Json, WrongKeysNameTheNearest) {
  EXPECT_EQ(error_of(R"({"kind":"Message","sender":{"adress":"1"}})"),
            "sender.adress: no field of Party; nearest: sender.address");
  EXPECT_EQ(error_of(R"({"kind":"Message","sender_address":"1"})"),
            "sender_address: no field of Message; nearest: sender.address");
  EXPECT_EQ(error_of(R"({"kind":"Message","provenence":{}})"), "provenence: no field of Message; nearest: provenance");
  EXPECT_EQ(error_of(R"({"kind":"Message","sent_at":"2023Z","sent_at.clok":"device"})"),
            "sent_at.clok: no field of Message; nearest: sent_at.clock");
  EXPECT_EQ(error_of(R"({"kind":"Message","message":{"text":"a"}})"), "message: no field of Message");
  EXPECT_EQ(error_of(R"({"kind":"Mesage"})"), "kind: no such kind; nearest: Message");
  EXPECT_EQ(error_of(R"({"kind":"Message","type":"texts"})"), "type: no value of Message.Type; nearest: text");
  EXPECT_EQ(error_of(R"({"app":"a"})"), "kind: expected the name of a kind");
  EXPECT_EQ(error_of(R"({"kind":"Ledger"})"), "kind: no such kind");
}

TEST(Json, WrongValuesSayWhatIsExpected) {
  const auto in_message = [](std::string_view members) {
    return error_of("{\"kind\":\"Message\"," + std::string(members) + "}");
  };
  EXPECT_EQ(in_message(R"("text":1)"), "text: expected a string");
  EXPECT_EQ(in_message(R"("text":null)"), "text: expected a string");
  EXPECT_EQ(in_message(R"("is_starred":1)"), "is_starred: expected true or false");
  EXPECT_EQ(in_message(R"("forward_count":1.0)"), "forward_count: expected an integer");
  EXPECT_EQ(in_message(R"("forward_count":9223372036854775808)"), "forward_count: expected an integer");
  EXPECT_EQ(in_message(R"("location":{"latitude":"1"})"), "location.latitude: expected a number");
  EXPECT_EQ(in_message(R"("location":{"latitude":1e999})"), "location.latitude: expected a number");
  EXPECT_EQ(in_message(R"("sender":[])"), "sender: expected an object");
  EXPECT_EQ(in_message(R"("recipients":{})"), "recipients: expected a list");
  EXPECT_EQ(in_message(R"("sent_at":1)"), "sent_at: expected a time such as 2023-05-01T12:34:56Z");
  EXPECT_EQ(in_message(R"("sent_at.clock":"device")"), "sent_at.clock: says more of a time that is not there");
  EXPECT_EQ(in_message(R"("sent_at":"us:1")"), "sent_at.precision: expected beside a time in microseconds");
  EXPECT_EQ(in_message(R"("sent_at":"2023Z","sent_at.clock":"moon")"),
            "sent_at.clock: expected a word such as device, server");
  EXPECT_EQ(in_message(R"("text":"a","text":"b")"), "text: stands twice");
  EXPECT_EQ(in_message(R"("sender":{"name":"a","name":"b"})"), "sender.name: stands twice");
  EXPECT_EQ(in_message(R"("kind":"Call")"), "kind: stands twice");
  EXPECT_EQ(in_message(R"("id":"0")"), "id: expected a UUID");
  EXPECT_EQ(in_message(R"("provenance":{"file":"home:none"})"), "provenance.file: no such file");
  EXPECT_EQ(in_message(R"("attachments":[{"hash_claimed":"0g"}])"), "attachments.hash_claimed: expected hex digits");
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* wrong :
       {"", "{", "[]", "null", "{\"kind\":\"Message\"} x", "{\"kind\":\"Message\",}", "{'kind':'Message'}",
        "{\"kind\":\"Mess\nage\"}", "{\"kind\":\"Message\",\"text\":\"\\ud800\"}",
        "{\"kind\":\"Message\",\"text\":\"\\ud800\\u0041\"}", "{\"kind\":\"Message\",\"text\":\"\\udc00\"}",
        "{\"kind\":\"Message\",\"text\":\"\\x41\"}", "{\"kind\":\"Message\",\"text\":\"\xff\"}",
        "{\"kind\":\"Message\",\"forward_count\":01}", "{\"kind\":\"Message\",\"forward_count\":+1}",
        "{\"kind\":\"Message\",\"forward_count\":1.}", "{\"kind\":\"Message\",\"forward_count\":-}"})
    EXPECT_NE(error_of(wrong), "nothing") << wrong;
  EXPECT_EQ(error_of("{\"kind\" \"Message\"}"), ": expected ':' at byte 8");
  EXPECT_EQ(error_of(std::string(100'000, '[')), ": expected less nesting at byte 33");
}

TEST(Json, ReadsAllEscapes) {
  const std::string wire = wire_of(R"({"kind":"Message","text":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\u0000"})");
  EXPECT_EQ(find_path(as_bytes(wire), {20, 9})->text(), "\"\\/\b\f\n\r\té😀\0"s);
}

}  // namespace
}  // namespace exhibit::model
