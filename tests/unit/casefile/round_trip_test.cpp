#include "case_fixture.h"
#include "model/model.h"

namespace exhibit::casefile {
namespace {

using model::FieldInfo;
using model::FieldType;
using model::MessageInfo;
using model::WireWriter;
using namespace tests;

/// Writes every field of a message, from the model's tables alone; `number` makes values differ.
class EveryField {
 public:
  explicit EveryField(std::string& out) : out_(out), writer_(out) {}

  void write(const MessageInfo& message) {
    for (const FieldInfo& field : message.fields) {
      if (is_left_out(message, field)) continue;
      if (field.repeated && field.type == FieldType::integer) {
        std::string packed;
        WireWriter::pack_integer(packed, 5);
        WireWriter::pack_integer(packed, 300);
        writer_.text(field.number, packed);
        continue;
      }
      for (int i = 0; i < (field.repeated ? 2 : 1); ++i) write_field(message, field);
    }
  }

 private:
  /// What the case works out by itself.
  static bool is_left_out(const MessageInfo& message, const FieldInfo& field) {
    if (message.name == "Provenance") return field.name == "parser_version" || field.name == "container_path";
    return message.name == "Artefact" && (field.name == "time" || field.name == "time_field");
  }

  void write_field(const MessageInfo& message, const FieldInfo& field) {
    ++number_;
    switch (field.type) {
      case FieldType::boolean:
        return writer_.boolean(field.number, number_ % 2 == 0);
      case FieldType::integer:
        return writer_.integer(field.number, -number_);
      case FieldType::unsigned_integer:
        return writer_.unsigned_integer(field.number, message.name == "Provenance" && field.name == "file"
                                                          ? 1
                                                          : static_cast<std::uint64_t>(number_));
      case FieldType::signed_integer:
        return writer_.signed_integer(field.number, -static_cast<int>(number_));
      case FieldType::fixed_integer:
        return writer_.fixed_integer(field.number, 1'682'944'496'000'000 + number_);
      case FieldType::real:
        return writer_.real(field.number, static_cast<double>(number_) / 3);
      case FieldType::text:
        return writer_.text(field.number, text_of(message, field));
      case FieldType::bytes:
        return writer_.text(field.number, std::string(16, static_cast<char>(number_)));
      case FieldType::enumeration:
        return writer_.enumeration(field.number, field.enumeration->values.back().number);
      case FieldType::message: {
        const auto mark = writer_.begin(field.number);
        write(*field.message);
        return writer_.end(mark);
      }
    }
  }

  std::string text_of(const MessageInfo& message, const FieldInfo& field) const {
    if (message.name == "Provenance" && field.name == "exhibit") return "KA/1";
    return std::string(field.name) + " \xC3\xA9 " + std::to_string(number_);
  }

  std::string& out_;
  WireWriter writer_;
  std::int64_t number_ = 0;
};

/// A whole Artefact with this kind's body and nothing unset.
std::string full_artefact(const MessageInfo& kind) {
  const MessageInfo& artefact = model::Model::get().message("Artefact");
  MessageInfo envelope = artefact;
  std::vector<FieldInfo> fields;
  for (const FieldInfo& field : artefact.fields)
    if (field.number < 20 || field.number == kind.number) fields.push_back(field);
  envelope.fields = fields;
  std::string wire;
  EveryField(wire).write(envelope);
  return wire;
}

class RoundTrip : public CaseTest {};

TEST_F(RoundTrip, EveryKindWithEveryFieldComesBackWhole) {
  const auto evidence = phone();
  std::vector<std::string> given;
  std::vector<std::string> batches;
  for (const MessageInfo* kind : model::Model::get().kinds()) {
    given.push_back(full_artefact(*kind));
    WireWriter(batches.emplace_back()).message(1, given.back());
  }
  Case subject = memory_case();
  add(subject, *evidence, batches);
  Artefacts artefacts(subject);
  ASSERT_GE(given.size(), 40u);
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto wire = artefacts.wire(static_cast<std::int64_t>(i) + 1);
    ASSERT_TRUE(wire);
    EXPECT_EQ(std::string(*wire), given[i]) << model::Model::get().kinds()[i]->name;
  }
}

TEST_F(RoundTrip, UnsetStaysUnsetAndEmptyStaysEmpty) {
  const auto evidence = phone();
  const std::string line =
      R"({"kind":"Message","id":")" + id_of(1) +
      R"(","text":"","forward_count":0,"is_spam":false,"state":{"deleted_by":{"is_owner":false},"looked_up":["text"]},)"
      R"("provenance":{"exhibit":"KA/1","file":"home:Library/SMS/sms.db","key":"","parser":"ios.sms"}})";
  Case subject = memory_case();
  add(subject, *evidence, {task(line, *evidence)});
  EXPECT_EQ(artefact_lines(subject), std::vector<std::string>{line});
}

TEST_F(RoundTrip, WireBytesThatAreNoneEndTheRun) {
  const auto evidence = phone();
  Case subject = memory_case();
  ASSERT_TRUE(subject.begin_run({}));
  auto writer = ExhibitWriter::begin(subject, {.label = "KA/1", .sources = {{.evidence = evidence.get()}}});
  ASSERT_TRUE(writer);
  const std::string good = task(message(id_of(1), R"("text":"hello")", 1), *evidence);
  EXPECT_FALSE((*writer)->take(as_bytes(good.substr(0, good.size() - 1))));
  EXPECT_FALSE((*writer)->take(as_bytes(good))) << "half of the one before may stand in the tables";
  EXPECT_FALSE((*writer)->finish());
}

TEST_F(RoundTrip, AnArtefactWithoutAnIdEndsTheRun) {
  const auto evidence = phone();
  Case subject = memory_case();
  ASSERT_TRUE(subject.begin_run({}));
  auto writer = ExhibitWriter::begin(subject, {.label = "KA/1", .sources = {{.evidence = evidence.get()}}});
  ASSERT_TRUE(writer);
  std::string body;
  std::string output;
  WireWriter(body).text(9, "text without an id");
  std::string artefact;
  WireWriter(artefact).message(20, body);
  WireWriter(output).message(1, artefact);
  EXPECT_FALSE((*writer)->take(as_bytes(output)));
  subject.abandon_run();
  EXPECT_TRUE(artefact_lines(subject).empty());
}

}  // namespace
}  // namespace exhibit::casefile
