// Properties over every path of every kind and service record: the text gives the bytes back, the bytes the text, and
// protobuf, which reads the same descriptor set, writes the same bytes.
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <functional>
#include <limits>

#include "model/json.h"
#include "model/wire_writer.h"
#include "named_files.h"

namespace exhibit::model {
namespace {

using namespace std::string_literals;

const NamedFiles kFiles = {"home:one", "home:two", "#2 home:three"};

/// Protobuf's own view of the model.
class Protobuf {
 public:
  Protobuf() {
    google::protobuf::FileDescriptorSet set;
    const Bytes bytes = Model::get().descriptor_set();
    EXPECT_TRUE(set.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())));
    for (const auto& file : set.file()) EXPECT_NE(pool_.BuildFile(file), nullptr) << file.name();
  }

  const google::protobuf::Descriptor* descriptor(std::string_view name) const {
    return pool_.FindMessageTypeByName("exhibit." + std::string(name));
  }

  /// What protobuf writes after reading `wire`; nothing if it does not read it or finds fields it does not know.
  std::string rewritten(std::string_view message, const std::string& wire) {
    const std::unique_ptr<google::protobuf::Message> read(factory_.GetPrototype(descriptor(message))->New());
    if (!read->ParseFromString(wire)) return "not read";
    if (!read->GetReflection()->GetUnknownFields(*read).empty()) return "unknown fields";
    std::string out;
    google::protobuf::io::StringOutputStream stream(&out);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    if (!read->SerializeToCodedStream(&coded)) return "not written";
    coded.Trim();
    return out;
  }

 private:
  google::protobuf::DescriptorPool pool_;
  google::protobuf::DynamicMessageFactory factory_{&pool_};
};

Protobuf& protobuf() {
  static Protobuf protobuf;
  return protobuf;
}

using Write = std::function<void(WireWriter&, std::uint32_t)>;

std::vector<Write> make_times() {
  std::vector<Write> writes;
  constexpr std::int64_t kLimit = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t us : {std::int64_t{1'682'944'496'000'000}, std::int64_t{1'682'944'496'123'456},
                                std::int64_t{1'672'531'200'000'000}, std::int64_t{0}, -kLimit - 1, kLimit})
    for (int zone = 1; zone <= 5; ++zone)
      for (int precision = 1; precision <= 9; ++precision)
        for (const std::int32_t offset : {0, 7200, -75, 86'400, std::numeric_limits<std::int32_t>::min()})
          writes.push_back([=](WireWriter& writer, std::uint32_t field) {
            const Moment moment{us, static_cast<Zone>(zone), static_cast<Precision>(precision), offset};
            writer.time(field, moment, static_cast<Clock>(precision), zone == 4 ? "Europe/Berlin" : "",
                        zone == 3 ? "raw\n" : "");
          });
  return writes;
}

const std::vector<Write>& times() {
  static const std::vector<Write> writes = make_times();
  return writes;
}

template <class Value, class Method>
void add(std::vector<Write>& writes, Method method, std::initializer_list<Value> values) {
  for (const Value& value : values)
    writes.push_back([=](WireWriter& writer, std::uint32_t field) { (writer.*method)(field, value); });
}

/// Values worth trying in a field that holds no message.
std::vector<Write> values_for(const MessageInfo& message, const FieldInfo& field) {
  using Limit = std::numeric_limits<std::int64_t>;
  std::vector<Write> writes;
  switch (field.type) {
    case FieldType::boolean:
      add<bool>(writes, &WireWriter::boolean, {false, true});
      break;
    case FieldType::integer:
      if (field.repeated) {
        writes.push_back([](WireWriter& writer, std::uint32_t number) {
          std::string packed;
          for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, Limit::max()})
            WireWriter::pack_integer(packed, value);
          writer.text(number, packed);
        });
        break;
      }
      add<std::int64_t>(writes, &WireWriter::integer,
                        {0, -1, (1ll << 53) - 1, 1ll << 53, -(1ll << 53), Limit::min(), Limit::max()});
      break;
    case FieldType::unsigned_integer:
      // Absent by rule are a device_user of 0 and a file inside that equals the provenance's: 2 is the outer one's
      // alone.
      if (message.name == "Provenance")
        add<std::uint64_t>(writes, &WireWriter::unsigned_integer, {2});
      else
        add<std::uint64_t>(writes, &WireWriter::unsigned_integer, {0, 1, 3, 4, 1ull << 53, ~0ull});
      break;
    case FieldType::real:
      add<double>(writes, &WireWriter::real, {0.0, -0.0, 0.1, 1e21, 5e-324, -1.7976931348623157e308, 271.5});
      break;
    case FieldType::text:
      add<std::string>(writes, &WireWriter::text, {"", "plain", "\"\\\n\t\r\b\0\x7f\u0085\u202e\ufffc😀\U000e0041 é"s});
      break;
    case FieldType::bytes:
      add<std::string>(writes, &WireWriter::text, {"", "\0\xff"s, "0123456789abcdef", std::string(36, 'x')});
      break;
    case FieldType::enumeration:
      for (const EnumValue& value : field.enumeration->values)
        add<std::int32_t>(writes, &WireWriter::enumeration, {value.number});
      add<std::int32_t>(writes, &WireWriter::enumeration, {0, 99, -1, std::numeric_limits<std::int32_t>::max()});
      break;
    default:
      ADD_FAILURE() << "no values for " << message.name << "." << field.name;
  }
  return writes;
}

/// Filled by the engine and no part of the text, or absent by rule.
bool is_outside_the_text(const MessageInfo& message, const FieldInfo& field) {
  return (message.name == "Provenance" && (field.name == "parser_version" || field.name == "container_path")) ||
         (message.name == "Artefact" &&
          (field.name == "app_name" || field.name == "time" || field.name == "time_field"));
}

/// Calls `check` with the bytes of `message` in which nothing is set but one path, for each path and value below it.
void each_single_path(const MessageInfo& message, const std::function<void(const std::string&)>& check) {
  for (const FieldInfo& field : message.fields) {
    if (is_outside_the_text(message, field)) continue;
    const auto one = [&](const Write& write) {
      std::string wire;
      WireWriter writer(wire);
      write(writer, field.number);
      check(wire);
    };
    if (field.message == nullptr)
      for (const Write& write : values_for(message, field)) one(write);
    else if (field.message->name == "Time")
      for (const Write& write : times()) one(write);
    else
      each_single_path(*field.message, [&](const std::string& inner) {
        one([&](WireWriter& writer, std::uint32_t number) { writer.message(number, inner); });
      });
  }
}

/// All fields of the message, lists with three elements; `variant` chooses the values.
std::string full(const MessageInfo& message, std::size_t variant) {
  std::string wire;
  WireWriter writer(wire);
  for (const FieldInfo& field : message.fields) {
    if (is_outside_the_text(message, field)) continue;
    for (std::size_t i = 0; i < (field.repeated && field.type != FieldType::integer ? 3u : 1u); ++i) {
      if (field.message == nullptr) {
        const auto values = values_for(message, field);
        values[(variant + i) % values.size()](writer, field.number);
      } else if (field.message->name == "Time") {
        const auto& values = times();
        values[(variant * 31 + field.number) % values.size()](writer, field.number);
      } else {
        writer.message(field.number, full(*field.message, variant + i));
      }
    }
  }
  return wire;
}

void check_round_trip(const MessageInfo& message, const std::string& wire) {
  const std::string text = message_json(message, as_bytes(wire), kFiles, {.with_secrets = true});
  const auto again = message_from_json(message, text, kFiles);
  ASSERT_TRUE(again.has_value()) << text << "\n" << again.error().path << ": " << again.error().message;
  ASSERT_EQ(testing::PrintToString(*again), testing::PrintToString(wire)) << text;
  ASSERT_EQ(message_json(message, as_bytes(*again), kFiles, {.with_secrets = true}), text);
  ASSERT_EQ(testing::PrintToString(protobuf().rewritten(message.name, wire)), testing::PrintToString(wire)) << text;
}

/// A message with its envelope, if it is a kind.
void check_in_envelope(const MessageInfo& message, const std::string& wire) {
  if (Model::get().kind(message.number) != &message) {
    check_round_trip(message, wire);
    return;
  }
  std::string artefact;
  WireWriter(artefact).text(message.number, wire);
  check_round_trip(Model::get().message("Artefact"), artefact);
}

TEST(RoundTrip, EveryPathOfEveryKindAlone) {
  std::size_t paths = 0;
  for (const MessageInfo* kind : Model::get().kinds()) {
    // Parts that all kinds share are tried below, once.
    for (const FieldInfo& field : kind->fields) {
      const bool shared = field.message != nullptr && field.message->name != "Time";
      const auto try_one = [&](const Write& write) {
        std::string wire;
        WireWriter writer(wire);
        write(writer, field.number);
        check_in_envelope(*kind, wire);
        ++paths;
      };
      if (shared)
        try_one(
            [&](WireWriter& writer, std::uint32_t number) { writer.message(number, full(*field.message, number)); });
      else if (field.message != nullptr)
        for (std::size_t i = field.number; i < times().size(); i += 97) try_one(times()[i]);
      else
        for (const Write& write : values_for(*kind, field)) try_one(write);
      if (HasFatalFailure()) return;
    }
  }
  EXPECT_GT(paths, 1500u);
}

TEST(RoundTrip, EveryPathOfTheCommonPartsAlone) {
  std::size_t paths = 0;
  for (const MessageInfo& message : Model::get().messages()) {
    if (message.number != 0 && Model::get().kind(message.number) == &message) continue;
    if (message.name == "Time" || message.name == "Artefact" || message.name == "TaskOutput" ||
        message.name == "ServiceRecord")
      continue;
    if (message.name == "Reaction" || message.name == "Revision" || message.name == "Receipt")
      continue;  // of these parts
    each_single_path(message, [&](const std::string& wire) {
      if (HasFatalFailure() || (message.name == "State" && wire == "\x08\x01")) return;
      check_round_trip(message, wire);
      ++paths;
    });
  }
  EXPECT_GT(paths, 2000u);
}

TEST(RoundTrip, EveryMessageInFull) {
  for (const MessageInfo& message : Model::get().messages()) {
    if (message.name == "Time" || message.name == "Artefact" || message.name == "TaskOutput" ||
        message.name == "ServiceRecord")
      continue;
    for (std::size_t variant = 0; variant < 13; ++variant) {
      check_in_envelope(message, full(message, variant));
      if (HasFatalFailure()) return;
    }
  }
}

TEST(RoundTrip, TheEnvelopeInFull) {
  const MessageInfo& artefact = Model::get().message("Artefact");
  for (const MessageInfo* kind : Model::get().kinds()) {
    std::string wire;
    WireWriter writer(wire);
    for (const FieldInfo& field : artefact.fields) {
      if (field.number >= 20 || is_outside_the_text(artefact, field)) continue;
      for (int i = 0; i < (field.repeated ? 2 : 1); ++i)
        field.message != nullptr ? writer.message(field.number, full(*field.message, kind->number))
                                 : writer.text(field.number, "0123456789abcdef");
    }
    writer.message(kind->number, full(*kind, kind->number));
    check_round_trip(artefact, wire);
    if (HasFatalFailure()) return;
  }
}

TEST(RoundTrip, EveryTruncationAndFlippedByteEndsCleanly) {
  const MessageInfo& kind = *Model::get().kind("Message");
  std::string wire;
  WireWriter(wire).message(20, full(kind, 2).substr(0, 700));
  std::size_t readable = 0;
  for (std::size_t i = 0; i < wire.size(); ++i) {
    for (const int change : {-1, 0xFF, 0x80, 0x01, 0x07}) {
      std::string damaged = change < 0 ? wire.substr(0, i) : wire;
      if (change >= 0) damaged[i] = static_cast<char>(damaged[i] ^ change);
      const std::string text = artefact_json(as_bytes(damaged), kFiles, {.with_secrets = true});
      const auto again = artefact_from_json(text, kFiles);
      if (again)
        ++readable;
      else
        ASSERT_EQ(again.error().path, "kind") << text << ": only the kind itself may have been lost";
    }
  }
  EXPECT_GT(readable, 3 * wire.size());
}

TEST(Descriptors, SayWhatProtobufReads) {
  using google::protobuf::FieldDescriptor;
  for (const MessageInfo& message : Model::get().messages()) {
    const auto* proto = protobuf().descriptor(message.name);
    ASSERT_NE(proto, nullptr) << message.name;
    ASSERT_EQ(static_cast<std::size_t>(proto->field_count()), message.fields.size()) << message.name;
    for (const FieldInfo& field : message.fields) {
      const FieldDescriptor* other = proto->FindFieldByNumber(static_cast<int>(field.number));
      ASSERT_NE(other, nullptr) << message.name << "." << field.name;
      EXPECT_EQ(other->name(), field.name);
      EXPECT_EQ(other->is_repeated(), field.repeated) << field.name;
      const std::map<FieldType, FieldDescriptor::Type> types = {
          {FieldType::boolean, FieldDescriptor::TYPE_BOOL},
          {FieldType::integer, FieldDescriptor::TYPE_INT64},
          {FieldType::unsigned_integer, FieldDescriptor::TYPE_UINT64},
          {FieldType::signed_integer, FieldDescriptor::TYPE_SINT32},
          {FieldType::fixed_integer, FieldDescriptor::TYPE_SFIXED64},
          {FieldType::real, FieldDescriptor::TYPE_DOUBLE},
          {FieldType::text, FieldDescriptor::TYPE_STRING},
          {FieldType::bytes, FieldDescriptor::TYPE_BYTES},
          {FieldType::enumeration, FieldDescriptor::TYPE_ENUM},
          {FieldType::message, FieldDescriptor::TYPE_MESSAGE}};
      EXPECT_EQ(other->type(), types.at(field.type)) << message.name << "." << field.name;
      if (field.message != nullptr) {
        EXPECT_EQ(other->message_type()->name(), field.message->name);
      } else {
        EXPECT_NE(other->has_presence(), field.repeated) << message.name << "." << field.name << " is not optional";
      }
      if (field.enumeration == nullptr) continue;
      ASSERT_EQ(static_cast<std::size_t>(other->enum_type()->value_count()), field.enumeration->values.size() + 1);
      for (const EnumValue& value : field.enumeration->values) {
        std::string prefixed = std::string(field.name) + "_" + std::string(value.word);
        for (char& c : prefixed) c = static_cast<char>(std::toupper(c));
        EXPECT_EQ(other->enum_type()->FindValueByNumber(value.number)->name(), prefixed);
      }
    }
  }
}

}  // namespace
}  // namespace exhibit::model
