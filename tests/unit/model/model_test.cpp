// The rules that hold for the whole model, and the ways to find a field.
#include "model/model.h"

#include <map>
#include <set>

namespace exhibit::model {
namespace {

const Model& model() { return Model::get(); }

// Numbers and how many fields each kind had when the model was laid down: neither may ever shrink or move.
const std::map<std::string_view, std::pair<std::uint32_t, std::size_t>> kKinds = {
    {"Message", {20, 47}},         {"Call", {21, 20}},
    {"Voicemail", {22, 9}},        {"Email", {23, 20}},
    {"Conversation", {24, 20}},    {"Contact", {25, 35}},
    {"Account", {26, 22}},         {"Post", {27, 16}},
    {"Location", {30, 10}},        {"Visit", {31, 9}},
    {"Journey", {32, 10}},         {"Place", {33, 9}},
    {"Media", {40, 36}},           {"BrowserVisit", {50, 17}},
    {"Search", {51, 10}},          {"Download", {52, 11}},
    {"Bookmark", {53, 9}},         {"Cookie", {54, 12}},
    {"UserInput", {55, 8}},        {"Note", {60, 13}},
    {"CalendarEvent", {61, 18}},   {"Reminder", {62, 14}},
    {"InstalledApp", {70, 18}},    {"AppUsage", {71, 11}},
    {"Notification", {72, 13}},    {"Permission", {73, 8}},
    {"NetworkUsage", {74, 11}},    {"WifiNetwork", {80, 18}},
    {"BluetoothDevice", {81, 11}}, {"CellularEvent", {82, 15}},
    {"ConnectedDevice", {83, 11}}, {"HealthSample", {90, 13}},
    {"Workout", {91, 10}},         {"Payment", {100, 14}},
    {"WalletItem", {101, 14}},     {"Credential", {110, 13}},
    {"DeviceInfo", {120, 4}},      {"DeviceEvent", {121, 7}},
    {"SimCard", {122, 13}},        {"FileEntry", {130, 14}},
    {"LogEntry", {131, 6}},        {"Record", {199, 5}}};

TEST(Model, HasTheKindsWithTheirNumbers) {
  ASSERT_EQ(model().kinds().size(), 42u);
  for (const MessageInfo* kind : model().kinds()) {
    const auto expected = kKinds.find(kind->name);
    ASSERT_NE(expected, kKinds.end()) << kind->name;
    EXPECT_EQ(kind->number, expected->second.first) << kind->name;
    EXPECT_EQ(kind->fields.size(), expected->second.second) << kind->name;
    EXPECT_EQ(model().kind(kind->number), kind);
    EXPECT_EQ(model().kind(kind->name), kind);
  }
  EXPECT_EQ(model().kind("Party"), nullptr);
  EXPECT_EQ(model().kind(28), nullptr);
}

TEST(Model, KindsFieldsAreNumberedFromOneWithoutGaps) {
  for (const MessageInfo* kind : model().kinds())
    for (std::size_t i = 0; i < kind->fields.size(); ++i)
      EXPECT_EQ(kind->fields[i].number, i + 1) << kind->name << "." << kind->fields[i].name;
}

TEST(Model, ServiceRecordsHaveTheirRoots) {
  std::map<std::string_view, std::uint32_t> roots;
  for (const MessageInfo* service : model().services()) roots[service->name] = service->number;
  const std::map<std::string_view, std::uint32_t> expected = {
      {"Parser", 200},     {"Kind", 201},         {"Field", 202},    {"Format", 203},  {"Container", 206},
      {"Run", 207},        {"Ledger", 208},       {"Problem", 209},  {"Unread", 210},  {"Audit", 211},
      {"Finding", 213},    {"EvidenceFile", 214}, {"CaseFile", 215}, {"Exhibit", 216}, {"Case", 217},
      {"CaseParser", 218}, {"FileFact", 223},     {"FileRead", 224}};
  EXPECT_EQ(roots, expected);
}

TEST(Model, ATaskHandsOverRecordsUnderTheirRoots) {
  for (const FieldInfo& field : model().message("TaskOutput").fields)
    EXPECT_EQ(field.number, field.name == "artefact" ? 1 : field.message->number) << field.name;
}

TEST(Model, EveryKindIsDocumentedAndShownSomewhere) {
  const std::set<std::string_view> known = {"chat", "calls", "map", "timeline", "gallery", "table", "tree"};
  for (const MessageInfo* kind : model().kinds()) {
    EXPECT_FALSE(kind->documentation.empty()) << kind->name;
    EXPECT_EQ(kind->key.empty(), kind->name == "Record") << kind->name;
    std::string_view views = kind->views;
    while (!views.empty()) {
      EXPECT_TRUE(known.contains(views.substr(0, views.find(',')))) << kind->name << ": " << views;
      views.remove_prefix(std::min(views.size(), views.find(',') == views.npos ? views.size() : views.find(',') + 2));
    }
    EXPECT_TRUE(std::ranges::any_of(kind->fields, &FieldInfo::title)) << kind->name;
  }
}

TEST(Model, NoFieldOfAKindIsNamedLikeAKeyOfTheEnvelope) {
  std::set<std::string_view> keys = {"kind"};
  for (const FieldInfo& field : model().message("Artefact").fields)
    if (field.number < 20) keys.insert(field.name);
  for (const MessageInfo* kind : model().kinds())
    for (const FieldInfo& field : kind->fields)
      EXPECT_FALSE(keys.contains(field.name)) << kind->name << "." << field.name;
}

TEST(Model, NoEnumIsNamedLikeItsMessage) {
  for (const MessageInfo& message : model().messages())
    for (const FieldInfo& field : message.fields)
      if (field.enumeration != nullptr) {
        EXPECT_NE(field.enumeration->name, std::string(message.name) + "." + std::string(message.name));
        for (std::size_t i = 0; i < field.enumeration->values.size(); ++i) {
          EXPECT_EQ(field.enumeration->values[i].number, static_cast<std::int32_t>(i + 1)) << field.enumeration->name;
          EXPECT_FALSE(field.enumeration->values[i].word.empty()) << field.enumeration->name;
        }
      }
}

std::size_t deepest(const MessageInfo& message, std::size_t limit) {
  std::size_t depth = 0;
  for (const FieldInfo& field : message.fields) {
    EXPECT_LT(field.number, 256u) << message.name << "." << field.name;
    if (limit > 0) depth = std::max(depth, 1 + (field.message != nullptr ? deepest(*field.message, limit - 1) : 0));
  }
  return depth;
}

TEST(Model, EveryPathFitsIntoAFieldId) {
  EXPECT_EQ(deepest(model().message("Artefact"), 20), 6u) << "a cycle would give 20; more than 8 does not fit";
  for (const MessageInfo* service : model().services()) EXPECT_LE(deepest(*service, 20), 7u) << service->name;
}

TEST(Model, NoTimeIsRepeated) {  // it could not have sibling keys
  for (const MessageInfo& message : model().messages())
    for (const FieldInfo& field : message.fields)
      EXPECT_FALSE(field.repeated && field.message != nullptr && field.message->name == "Time") << field.name;
}

TEST(Model, PrimaryTimesAreTimesInOrder) {
  for (const MessageInfo* kind : model().kinds()) {
    std::set<std::uint32_t> places;
    for (const FieldInfo& field : kind->fields) {
      if (field.primary == 0) continue;
      EXPECT_EQ(field.message, &model().message("Time")) << kind->name << "." << field.name;
      EXPECT_TRUE(places.insert(field.primary).second) << kind->name << "." << field.name;
    }
    const std::set<std::uint32_t> one = {1};
    const std::set<std::uint32_t> two = {1, 2};
    EXPECT_TRUE(places == one || places == two) << kind->name;
  }
}

TEST(Model, UnitsFollowTheName) {
  for (const MessageInfo& message : model().messages())
    for (const FieldInfo& field : message.fields)
      for (const auto& [ending, unit] : std::map<std::string_view, std::string_view>{
               {"_s", "s"}, {"_ms", "ms"}, {"_bytes", "bytes"}, {"_m", "m"}, {"_mps", "m/s"}, {"_deg", "deg"}})
        if (field.name.ends_with(ending) && field.type != FieldType::boolean && message.name != "Time") {
          EXPECT_EQ(field.unit, unit) << message.name << "." << field.name;
        }
}

TEST(Model, FarTimesAreMarked) {
  std::set<std::string> far;
  for (const MessageInfo& message : model().messages())
    for (const FieldInfo& field : message.fields)
      if (field.far) far.insert(std::string(message.name) + "." + std::string(field.name));
  EXPECT_THAT(far, testing::ElementsAre("Account.birthday_on", "CalendarEvent.ends_at", "CalendarEvent.starts_at",
                                        "Contact.birthday_on", "Cookie.expires_at", "Reminder.due_at",
                                        "Voicemail.expires_at", "WalletItem.expires_at", "WalletItem.valid_from"));
}

TEST(Model, SecretsAreMarked) {
  std::set<std::string> secrets;
  for (const MessageInfo& message : model().messages())
    for (const FieldInfo& field : message.fields)
      if (field.secret) secrets.insert(std::string(message.name) + "." + std::string(field.name));
  EXPECT_THAT(secrets, testing::ElementsAre("Cookie.value", "Credential.secret", "Payment.instrument",
                                            "WalletItem.number", "WifiNetwork.password"));
}

TEST(Model, FileNumbersAreThoseOfTheFileTable) {
  std::set<std::string> files;
  for (const MessageInfo& message : model().messages())
    for (const FieldInfo& field : message.fields)
      if (field.type == FieldType::unsigned_integer && (field.name == "file" || field.name == "thumbnail"))
        files.insert(std::string(message.name) + "." + std::string(field.name));
  EXPECT_THAT(files,
              testing::ElementsAre("ByteRange.file", "File.file", "File.thumbnail", "FileFact.file", "FileRead.file",
                                   "Ledger.file", "Problem.file", "Provenance.file", "RowRef.file", "Unread.file"));
}

TEST(Model, CommentsAreTheDocumentation) {
  EXPECT_EQ(model().message("Message").find("thread_root_id")->documentation, "First message of a reply thread.");
  EXPECT_EQ(model().message("ByteRange").find("offset")->documentation, "");
  EXPECT_EQ(model().message("Ledger").find("pass")->documentation, "\"live\" or \"recovered\".");
  EXPECT_EQ(model().kind("Message")->documentation, "One message, or one event in a conversation.");
}

TEST(Model, FieldsAreNumbersByPath) {
  EXPECT_EQ(model().field("Message"), 20u);
  EXPECT_EQ(model().field("Message.sender.address"), 0x140301u);
  EXPECT_EQ(model().field("state.status"), 0x0501u);
  EXPECT_EQ(model().field("id"), 1u);
  EXPECT_EQ(model().field("Problem.code"), 0xD101u);
  EXPECT_EQ(model().field("Message.reactions.state.deleted_by.avatar.path"), 0x14170F030901u);
  for (const char* none : {"", "Party", "Party.address", "message.text", "Message.sender.adress", "Message.",
                           "nonsense", "TaskOutput", "ServiceRecord", "Message.text.length"})
    EXPECT_EQ(model().field(none), 0u) << none;
}

TEST(Model, FieldNumbersLeadBack) {
  for (const char* path : {"Message", "Message.sender.address", "state.status", "id", "Problem.code",
                           "Record.pairs.label", "also_in.ranges.wal_frame"})
    EXPECT_EQ(model().field_path(model().field(path)), path);
  for (const FieldId none : {0ull, 28ull, 0x1400ull, 0x140001ull, 0x14FFull, 0x140901ull, ~0ull, 0x0100000000000000ull})
    EXPECT_EQ(model().field_path(none), "") << none;
}

TEST(Model, PathsResolve) {
  const auto path = model().path(*model().kind("Message"), "sender.address");
  ASSERT_TRUE(path.has_value());
  ASSERT_EQ(path->steps.size(), 2u);
  EXPECT_EQ(path->last().name, "address");
  EXPECT_EQ(path->last().type, FieldType::text);
  EXPECT_TRUE(model().path(*model().kind("Message"), "sent_at.clock").has_value());
}

TEST(Model, AWrongPathNamesTheNearest) {
  const auto wrong = [](std::string_view dotted) { return model().path(*model().kind("Message"), dotted).error(); };
  EXPECT_EQ(wrong("sender.adress"), "sender.address");
  EXPECT_EQ(wrong("sendr.address"), "sender.address");
  EXPECT_EQ(wrong("sender_address"), "sender.address");
  EXPECT_EQ(wrong("sent_a"), "sent_at");
  EXPECT_EQ(wrong("zzzzzzzz"), "");
  EXPECT_EQ(wrong(""), "");
  EXPECT_EQ(wrong(std::string(100'000, 'a')), "");
}

TEST(Model, EnumsTranslateBothWays) {
  const EnumInfo& type = *model().kind("Message")->find("type")->enumeration;
  EXPECT_EQ(type.name, "Message.Type");
  EXPECT_EQ(type.number("group_event"), 7);
  EXPECT_EQ(type.word(7), "group_event");
  EXPECT_EQ(type.number("unspecified"), 0);
  for (const std::int32_t none : {0, -1, 13, std::numeric_limits<std::int32_t>::min()}) EXPECT_EQ(type.word(none), "");
}

TEST(Model, AMessageThatIsNoneHasNoFields) {
  EXPECT_EQ(model().find_message("Nonsense"), nullptr);
  EXPECT_TRUE(model().message("Nonsense").fields.empty());
}

TEST(Nearest, TakesAThirdOfTheWordAtMost) {
  const std::vector<std::string_view> words = {"address", "name", "at"};
  EXPECT_EQ(nearest("adress", words), "address");
  EXPECT_EQ(nearest("adr", words), "");
  EXPECT_EQ(nearest("nam", words), "name");
  EXPECT_EQ(nearest("xy", words), "");
  EXPECT_EQ(nearest("at", words), "at");
}

}  // namespace
}  // namespace exhibit::model
