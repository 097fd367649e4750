// The part of google/protobuf/descriptor.proto that is read here (numbers are frozen since 2008):
//
//   FileDescriptorSet     1 file
//   FileDescriptorProto   2 package, 4 message_type, 9 source_code_info
//   DescriptorProto       1 name, 2 field, 4 enum_type, 7 options
//   FieldDescriptorProto  1 name, 3 number, 4 label (3 = repeated), 5 type, 6 type_name, 8 options
//   EnumDescriptorProto   1 name, 2 value {1 name, 2 number}
//   SourceCodeInfo        1 location {1 path (packed), 3 leading_comments, 4 trailing_comments}
//
// A location's path is the numbers and indexes that lead to an element: 4, 7, 2, 0 = first field of the eighth message.
// The options that artefact.proto defines are its extensions from 50001 on.
#include "descriptors.h"

#include <algorithm>

#include "model/wire_reader.h"
#include "model/wire_writer.h"

namespace exhibit::model {

namespace {

constexpr std::uint32_t kMessageTypeInFile = 4;
constexpr std::uint32_t kFieldInMessage = 2;
constexpr std::uint32_t kFirstOption = 50001;

using Comments = std::unordered_map<std::string, std::string>;

FieldType field_type(std::int64_t proto_type) {
  switch (proto_type) {
    case 1:
      return FieldType::real;
    case 3:
      return FieldType::integer;
    case 4:
      return FieldType::unsigned_integer;
    case 8:
      return FieldType::boolean;
    case 11:
      return FieldType::message;
    case 12:
      return FieldType::bytes;
    case 14:
      return FieldType::enumeration;
    case 16:
      return FieldType::fixed_integer;
    case 17:
      return FieldType::signed_integer;
    default:
      return FieldType::text;  // 9; the model's conformance test refuses all other types
  }
}

template <class Visit>
void each_field(Bytes message, Visit visit) {
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) visit(field);
}

std::string_view text_of(Bytes message, std::uint32_t number) {
  const auto field = find_field(message, number);
  return field ? field->text() : std::string_view{};
}

std::int64_t integer_of(Bytes message, std::uint32_t number) {
  const auto field = find_field(message, number);
  return field ? field->integer() : 0;
}

/// A comment as one line of text.
std::string one_line(std::string_view comment) {
  std::string line;
  bool space = false;
  for (const char c : comment) {
    if (c == ' ' || c == '\n') {
      space = !line.empty();
      continue;
    }
    if (space) line += ' ';
    space = false;
    line += c;
  }
  return line;
}

Comments read_comments(Bytes file) {
  Comments comments;
  const auto source = find_field(file, 9);
  if (!source) return comments;
  each_field(source->bytes, [&](const WireField& location) {
    std::string text = one_line(text_of(location.bytes, 3));
    text += one_line(text_of(location.bytes, 4));
    if (!text.empty()) comments.emplace(text_of(location.bytes, 1), std::move(text));
  });
  return comments;
}

std::string path_key(std::initializer_list<std::size_t> steps) {
  std::string key;
  for (const std::size_t step : steps) WireWriter::pack_integer(key, static_cast<std::int64_t>(step));
  return key;
}

class DescriptorReader {
 public:
  explicit DescriptorReader(Model::Tables& tables) : tables_(tables) {}

  void read_file(Bytes file);
  void resolve();

 private:
  /// A field whose type was named and may not have been read yet.
  struct Reference {
    std::vector<FieldInfo>* fields;
    std::uint32_t number;
    std::string_view type_name;
  };

  void read_message(Bytes message, std::size_t index, const Comments& comments);
  void read_enum(Bytes proto, std::string_view message_name);
  FieldInfo read_field(Bytes proto);
  std::string_view comment(const Comments& comments, std::initializer_list<std::size_t> path);
  std::string_view keep(std::string text) { return tables_.texts.emplace_back(std::move(text)); }

  Model::Tables& tables_;
  std::vector<Reference> references_;
};

std::string_view DescriptorReader::comment(const Comments& comments, std::initializer_list<std::size_t> path) {
  const auto found = comments.find(path_key(path));
  return found == comments.end() ? std::string_view{} : keep(found->second);
}

void DescriptorReader::read_file(Bytes file) {
  if (text_of(file, 2) != "exhibit") return;  // descriptor.proto itself
  const Comments comments = read_comments(file);
  std::size_t index = 0;
  each_field(file, [&](const WireField& field) {
    if (field.number == kMessageTypeInFile) read_message(field.bytes, index++, comments);
  });
}

void DescriptorReader::read_message(Bytes proto, std::size_t index, const Comments& comments) {
  MessageInfo message;
  message.name = text_of(proto, 1);
  message.documentation = comment(comments, {kMessageTypeInFile, index});
  if (const auto options = find_field(proto, 7)) {
    message.key = text_of(options->bytes, kFirstOption);
    message.views = text_of(options->bytes, kFirstOption + 1);
  }
  std::vector<FieldInfo>& fields = tables_.fields.emplace_back();
  each_field(proto, [&](const WireField& part) {
    if (part.number == 4) read_enum(part.bytes, message.name);
    if (part.number != kFieldInMessage) return;
    FieldInfo field = read_field(part.bytes);
    field.documentation = comment(comments, {kMessageTypeInFile, index, kFieldInMessage, fields.size()});
    if (field.type == FieldType::message || field.type == FieldType::enumeration)
      references_.push_back({&fields, field.number, text_of(part.bytes, 6)});
    fields.push_back(field);
  });
  std::ranges::sort(fields, {}, &FieldInfo::number);
  message.fields = fields;
  tables_.messages.push_back(message);
}

FieldInfo DescriptorReader::read_field(Bytes proto) {
  FieldInfo field;
  field.name = text_of(proto, 1);
  field.number = static_cast<std::uint32_t>(integer_of(proto, 3));
  field.repeated = integer_of(proto, 4) == 3;
  field.type = field_type(integer_of(proto, 5));
  if (const auto options = find_field(proto, 8)) {
    field.primary = static_cast<std::uint32_t>(integer_of(options->bytes, kFirstOption));
    field.far = integer_of(options->bytes, kFirstOption + 1) != 0;
    field.secret = integer_of(options->bytes, kFirstOption + 2) != 0;
    field.title = integer_of(options->bytes, kFirstOption + 3) != 0;
    field.unit = text_of(options->bytes, kFirstOption + 4);
  }
  return field;
}

void DescriptorReader::read_enum(Bytes proto, std::string_view message_name) {
  constexpr std::string_view kUnspecified = "UNSPECIFIED";
  std::vector<EnumValue>& values = tables_.values.emplace_back();
  std::size_t prefix = 0;
  each_field(proto, [&](const WireField& part) {
    if (part.number != 2) return;
    const std::string_view name = text_of(part.bytes, 1);
    const auto number = static_cast<std::int32_t>(integer_of(part.bytes, 2));
    if (number == 0) {
      prefix = name.size() - std::min(kUnspecified.size(), name.size());
      return;
    }
    std::string word(name.substr(std::min(prefix, name.size())));
    for (char& c : word)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    values.push_back({number, keep(std::move(word))});
  });
  std::string name(message_name);
  name.append(".").append(text_of(proto, 1));
  tables_.enums.push_back({keep(std::move(name)), values});
}

/// Type names are ".exhibit.Party" and ".exhibit.Message.Type".
void DescriptorReader::resolve() {
  constexpr std::string_view kPackage = ".exhibit.";
  std::unordered_map<std::string_view, const EnumInfo*> enums;
  for (const EnumInfo& enumeration : tables_.enums) enums.emplace(enumeration.name, &enumeration);
  for (const MessageInfo& message : tables_.messages) tables_.by_name.emplace(message.name, &message);
  for (const Reference& reference : references_) {
    const std::string_view name = reference.type_name.substr(std::min(kPackage.size(), reference.type_name.size()));
    const auto field = std::ranges::find(*reference.fields, reference.number, &FieldInfo::number);
    if (const auto message = tables_.by_name.find(name); message != tables_.by_name.end())
      field->message = message->second;
    if (const auto enumeration = enums.find(name); enumeration != enums.end()) field->enumeration = enumeration->second;
  }
}

/// The messages below `root` from field `first` on are roots of their own: kinds or service records.
std::vector<const MessageInfo*> number_roots(Model::Tables& tables, std::string_view root, std::uint32_t first) {
  std::vector<const MessageInfo*> roots;
  for (const FieldInfo& field : tables.by_name.at(root)->fields) {
    if (field.number < first) continue;
    const auto index = static_cast<std::size_t>(field.message - tables.messages.data());
    tables.messages[index].number = field.number;
    roots.push_back(field.message);
  }
  return roots;
}

}  // namespace

void read_descriptors(Bytes set, Model::Tables& tables) {
  DescriptorReader reader(tables);
  each_field(set, [&](const WireField& file) { reader.read_file(file.bytes); });
  reader.resolve();
  constexpr std::uint32_t kFirstKind = 20;
  constexpr std::uint32_t kFirstService = 200;
  tables.kinds = number_roots(tables, "Artefact", kFirstKind);
  tables.services = number_roots(tables, "ServiceRecord", kFirstService);
  tables.envelope = tables.by_name.at("Artefact");
}

}  // namespace exhibit::model
