#include "service_record.h"

#include "base/unicode.h"
#include "model/wire_writer.h"

namespace exhibit::library {

namespace {

using model::WireWriter;

RecordPtr finish(std::int32_t kind, std::string_view name, std::string wire) {
  return make_record(kind, model::Model::get().message(name), std::move(wire));
}

void put(WireWriter& out, std::uint32_t field, std::string_view text) {
  if (!text.empty()) out.text(field, text);
}

void put(WireWriter& out, std::uint32_t field, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) out.text(field, text);
}

void put_time(WireWriter& out, std::uint32_t field, const std::optional<std::int64_t>& us, Zone zone) {
  if (us) out.time(field, Moment{*us, zone, Precision::s, 0});
}

void put_problem(WireWriter& out, const evidence::Problem& problem) {
  const auto mark = out.begin(7);
  out.text(1, problem.code);
  if (problem.file != 0) out.unsigned_integer(2, problem.file);
  put(out, 5, problem.expected);
  put(out, 6, problem.found);
  out.unsigned_integer(7, problem.offset);
  out.end(mark);
}

std::string_view type_word(model::FieldType type) {
  switch (type) {
    case model::FieldType::boolean:
      return "bool";
    case model::FieldType::integer:
    case model::FieldType::signed_integer:
    case model::FieldType::fixed_integer:
      return "int";
    case model::FieldType::unsigned_integer:
      return "uint";
    case model::FieldType::real:
      return "double";
    case model::FieldType::text:
      return "text";
    case model::FieldType::bytes:
      return "bytes";
    case model::FieldType::enumeration:
      return "enum";
    case model::FieldType::message:
      return "message";
  }
  return "";
}

std::string_view type_word(evidence::EntryType type) {
  switch (type) {
    case evidence::EntryType::file:
      return "file";
    case evidence::EntryType::folder:
      return "folder";
    case evidence::EntryType::symlink:
      return "symlink";
    case evidence::EntryType::other:
      return "other";
  }
  return "";
}

}  // namespace

RecordPtr parser_record(const engine::Module& module) {
  std::string wire;
  WireWriter out(wire);
  out.text(1, module.name);
  out.text(2, module.title);
  for (const model::MessageInfo* kind : module.kinds()) out.text(3, kind->name);
  put(out, 4, module.files);
  put(out, 5, module.seen_on);
  out.text(6, module.notes);
  out.bytes(7, module.version);
  out.text(8, module.origin);
  return finish(EXHIBIT_PARSER, "Parser", std::move(wire));
}

RecordPtr kind_record(const model::MessageInfo& kind) {
  std::string wire;
  WireWriter out(wire);
  out.unsigned_integer(1, kind.number);
  out.text(2, kind.name);
  put(out, 3, kind.documentation);
  put(out, 4, kind.key);
  put(out, 5, kind.views);
  return finish(EXHIBIT_KIND, "Kind", std::move(wire));
}

RecordPtr field_record(const model::FieldInfo& field, exhibit_field place, const std::string& path) {
  std::string wire;
  WireWriter out(wire);
  out.unsigned_integer(1, place << 8 | field.number);
  out.text(2, path);
  out.text(3, field.message != nullptr ? field.message->name : type_word(field.type));
  if (field.repeated) out.boolean(4, true);
  put(out, 5, field.unit);
  put(out, 6, field.documentation);
  if (field.enumeration != nullptr)
    for (const model::EnumValue& value : field.enumeration->values) out.text(7, value.word);
  if (field.secret) out.boolean(8, true);
  if (field.primary != 0) out.unsigned_integer(9, field.primary);
  return finish(EXHIBIT_FIELD, "Field", std::move(wire));
}

RecordPtr format_record(std::string_view name, std::string_view title) {
  std::string wire;
  WireWriter out(wire);
  out.text(1, name);
  out.text(2, title);
  return finish(EXHIBIT_FORMAT, "Format", std::move(wire));
}

RecordPtr container_record(const evidence::Evidence& evidence, bool is_unlocked) {
  std::string wire;
  WireWriter out(wire);
  out.text(1, escape_invalid_utf8(evidence.path()));
  out.text(2, evidence.format());
  out.unsigned_integer(3, evidence.container_size());
  std::uint64_t files = 0;
  for (const evidence::Entry& entry : evidence.entries()) files += entry.type == evidence::EntryType::file ? 1u : 0u;
  out.unsigned_integer(4, files);
  out.bytes(5, evidence.fingerprint());
  if (is_unlocked) out.boolean(6, true);
  for (const evidence::Problem& problem : evidence.problems()) put_problem(out, problem);
  for (const evidence::Problem& problem : evidence.problems())
    out.text(8, problem.file == 0 ? std::string() : escape_invalid_utf8(evidence.entry(problem.file).container_path));
  return finish(EXHIBIT_CONTAINER, "Container", std::move(wire));
}

RecordPtr evidence_file_record(const evidence::Entry& entry, std::uint32_t number,
                               const std::vector<std::string_view>& parsers) {
  std::string wire;
  WireWriter out(wire);
  out.text(1, entry.device_path);
  out.text(2, escape_invalid_utf8(entry.container_path));
  out.text(3, type_word(entry.type));
  out.unsigned_integer(4, entry.size);
  put_time(out, 5, entry.times.modified_us, entry.times.zone);
  put_time(out, 6, entry.times.created_us, entry.times.zone);
  put_time(out, 7, entry.times.accessed_us, entry.times.zone);
  put_time(out, 8, entry.times.changed_us, entry.times.zone);
  if (entry.device_user != 0) out.unsigned_integer(9, entry.device_user);
  for (const std::string_view parser : parsers) out.text(10, parser);
  out.unsigned_integer(11, number);
  return finish(EXHIBIT_EVIDENCE_FILE, "EvidenceFile", std::move(wire));
}

RecordPtr finding_record(const engine::Finding& finding) {
  std::string wire;
  WireWriter out(wire);
  if (finding.line != 0) out.unsigned_integer(1, finding.line);
  if (finding.column != 0) out.unsigned_integer(2, finding.column);
  put(out, 3, finding.where);
  out.text(4, finding.message);
  put(out, 5, finding.nearest);
  return finish(EXHIBIT_FINDING, "Finding", std::move(wire));
}

RecordPtr run_record(std::string_view label, const engine::RunSummary& summary) {
  std::string wire;
  WireWriter out(wire);
  out.text(1, label);
  out.unsigned_integer(2, summary.artefacts);
  out.unsigned_integer(3, summary.problems);
  out.boolean(4, summary.ledger_adds_up);
  out.unsigned_integer(5, summary.files_wanted);
  out.unsigned_integer(6, summary.files_read);
  out.unsigned_integer(7, summary.parsers_used);
  return finish(EXHIBIT_RUN, "Run", std::move(wire));
}

}  // namespace exhibit::library
