#include "stored_artefact.h"

#include <algorithm>

#include "model/wire_reader.h"
#include "model/wire_writer.h"

namespace exhibit::casefile {

using model::WireField;
using model::WireReader;
using model::WireWriter;

namespace {

void copy_field(WireWriter& out, const WireField& field) {
  switch (field.type) {
    case model::WireType::varint:
      out.unsigned_integer(field.number, field.value);
      break;
    case model::WireType::bytes:
      out.bytes(field.number, field.bytes);
      break;
    default:
      out.fixed_integer(field.number, field.integer());
  }
}

/// All rows of a statement through `take`.
template <class Take>
Result<void> each_row(const Connection& connection, std::string_view sql, Take take) {
  auto select = connection.prepare(sql);
  if (!select) return std::unexpected(select.error());
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    take(*select);
  }
}

void append_contact_key(std::string& key, std::int64_t exhibit, std::int64_t app) {
  key.append(reinterpret_cast<const char*>(&exhibit), sizeof exhibit);
  key.append(reinterpret_cast<const char*>(&app), sizeof app);
}

}  // namespace

Result<void> StoredArtefacts::load() {
  if (is_loaded_) return {};
  auto select = connection_->prepare(
      "SELECT id, kind, exhibit, app, at, at_field, at_zone, status, reason, found_in, same_as, conversation, query, "
      "file, row, key, body, rest FROM artefact WHERE n = ?1");
  if (!select) return std::unexpected(select.error());
  select_ = std::move(*select);
  if (auto loaded = load_names(); !loaded) return loaded;
  if (auto loaded = load_contacts(); !loaded) return loaded;
  if (auto loaded = load_uses(); !loaded) return loaded;
  if (auto loaded = load_links(); !loaded) return loaded;
  is_loaded_ = true;
  return {};
}

Result<void> StoredArtefacts::load_names() {
  if (auto read = each_row(*connection_, "SELECT n, id FROM app",
                           [&](const Statement& row) { apps_[row.integer(0)] = row.text(1); });
      !read)
    return read;
  if (auto read = each_row(*connection_, "SELECT n, label FROM exhibit",
                           [&](const Statement& row) { labels_[row.integer(0)] = row.text(1); });
      !read)
    return read;
  return each_row(*connection_,
                  "SELECT q.n, p.name, p.version, q.name, q.tbl FROM query q LEFT JOIN parser p ON p.n = q.parser",
                  [&](const Statement& row) {
                    queries_[row.integer(0)] = {std::string(row.text(1)), std::string(row.text(2)),
                                                std::string(row.text(3)), std::string(row.text(4)), !row.is_null(4)};
                  });
}

Result<void> StoredArtefacts::load_contacts() {
  return each_row(*connection_,
                  "SELECT p.exhibit, p.app, p.address, p.address_kind, p.normalized, p.name, p.is_owner, a.id FROM "
                  "party p JOIN artefact a ON a.n = p.contact",
                  [&](const Statement& row) {
                    std::string key;
                    append_contact_key(key, row.integer(0), row.integer(1));
                    WireWriter writer(key);
                    if (!row.is_null(2)) writer.text(field::kPartyAddress, row.text(2));
                    if (!row.is_null(3)) writer.integer(field::kPartyAddressKind, row.integer(3));
                    if (!row.is_null(4)) writer.text(field::kPartyNormalized, row.text(4));
                    if (!row.is_null(5)) writer.text(field::kPartyName, row.text(5));
                    if (!row.is_null(6)) writer.integer(field::kPartyIsOwner, row.integer(6));
                    contact_index_.emplace(std::move(key), static_cast<std::int64_t>(contact_ids_.size()));
                    contact_ids_.emplace_back(row.text(7));
                  });
}

Result<void> StoredArtefacts::load_uses() {
  auto read = each_row(*connection_, "SELECT artefact, field, file FROM file_use", [&](const Statement& row) {
    uses_.push_back({row.integer(0), row.integer(1), row.integer(2)});
  });
  std::ranges::sort(uses_, {}, [](const FileUse& use) { return std::tuple(use.artefact, use.field, use.file); });
  return read;
}

Result<void> StoredArtefacts::load_links() {
  auto read = each_row(
      *connection_,
      "SELECT l.artefact, l.kind, l.field, a.id FROM link l JOIN artefact a ON a.n = l.target WHERE l.field <> " +
          std::to_string(field::kLinks),
      [&](const Statement& row) {
        links_.push_back({row.integer(0), row.integer(1), row.integer(2), std::string(row.text(3))});
      });
  if (!read) return read;
  std::ranges::stable_sort(links_, {}, [](const LinkRow& link) { return std::tuple(link.artefact, link.field); });
  read = each_row(*connection_, "SELECT same_as, n FROM artefact WHERE same_as IS NOT NULL",
                  [&](const Statement& row) { equals_.emplace_back(row.integer(0), row.integer(1)); });
  std::ranges::sort(equals_);
  return read;
}

Result<const CaseFileNames*> StoredArtefacts::files(std::int64_t exhibit) {
  if (const auto found = files_.find(exhibit); found != files_.end()) return &found->second;
  auto names = CaseFileNames::open(*connection_, exhibit);
  if (!names) return std::unexpected(names.error());
  return &files_.emplace(exhibit, std::move(*names)).first->second;
}

Result<std::string_view> StoredArtefacts::app_id(std::int64_t app) {
  if (auto loaded = load(); !loaded) return std::unexpected(loaded.error());
  const auto found = apps_.find(app);
  return found == apps_.end() ? std::string_view() : std::string_view(found->second);
}

Result<void> StoredArtefacts::read_row(std::int64_t n, StoredRow& row) {
  if (auto loaded = load(); !loaded) return loaded;
  select_.reset();
  select_.bind(1, n);
  const auto found = select_.step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return fail(ErrorCode::not_found, "an artefact of the case", static_cast<std::uint64_t>(n));
  row.n = n;
  row.id = select_.text(0);
  row.kind = static_cast<std::uint32_t>(select_.integer(1));
  row.exhibit = select_.integer(2);
  row.app = select_.integer(3);
  row.at = select_.is_null(4) ? std::nullopt : std::optional(select_.integer(4));
  row.at_field = select_.integer(5);
  row.at_zone = select_.integer(6);
  row.status = select_.integer(7);
  row.reason = select_.integer(8);
  row.found_in = select_.integer(9);
  row.same_as = select_.integer(10);
  row.conversation = select_.integer(11);
  row.query = select_.integer(12);
  row.file = select_.integer(13);
  row.row = select_.is_null(14) ? std::nullopt : std::optional(select_.integer(14));
  row.key = select_.is_null(15) ? std::nullopt : std::optional(std::string(select_.text(15)));
  row.body = select_.text(16);
  row.rest = select_.text(17);
  select_.reset();
  return {};
}

Result<void> StoredArtefacts::build(const StoredRow& row, Whole whole, std::string& wire) {
  if (auto loaded = load(); !loaded) return loaded;
  const auto names = files(row.exhibit);
  if (!names) return std::unexpected(names.error());
  row_ = &row;
  row_files_ = *names;
  file_places_.clear();
  wire.clear();
  WireWriter out(wire);
  const MessagePlan& plan = Plans::get().artefact();
  out.text(field::kId, row.id);
  if (row.app != 0) out.text(field::kApp, apps_[row.app]);
  const Bytes rest = as_bytes(row.rest);
  if (const auto name = model::find_field(rest, field::kAppName)) out.text(field::kAppName, name->text());
  if (const auto account = model::find_field(rest, field::kLocalAccount)) {
    const auto mark = out.begin(field::kLocalAccount);
    resolve(*plan.at(field::kLocalAccount).child, account->bytes, field::kLocalAccount, wire);
    out.end(mark);
  }
  if (auto written = write_state(row, wire); !written) return written;
  if (auto written = write_provenance(row, field::kProvenance, whole, wire); !written) return written;
  WireReader reader(rest);
  WireField field;
  while (reader.next(field))
    if (field.number == field::kExtra) copy_field(out, field);
  if (auto written = write_links(row, wire); !written) return written;
  if (auto written = write_also_in(row, whole, wire); !written) return written;
  const KindPlan* kind = Plans::get().kind(row.kind);
  if (whole == Whole::with_derived && row.at_field != 0 && kind != nullptr) {
    const auto at = static_cast<std::uint32_t>(row.at_field);
    if (const auto time = model::find_field(as_bytes(row.body), at)) out.bytes(field::kTime, time->bytes);
    out.unsigned_integer(field::kTimeField, at);
  }
  if (kind == nullptr || !kind->is_resolved) {
    out.text(row.kind, row.body);
  } else {
    std::string body;
    resolve(*kind, as_bytes(row.body), row.kind, body);
    out.text(row.kind, body);
  }
  return {};
}

Result<void> StoredArtefacts::write_state(const StoredRow& row, std::string& wire) {
  WireWriter out(wire);
  const auto mark = out.begin(field::kState);
  const auto rest = model::find_field(as_bytes(row.rest), field::kState);
  std::vector<WireField> fields;
  if (rest) {
    WireReader reader(rest->bytes);
    WireField field;
    while (reader.next(field)) fields.push_back(field);
  }
  const auto put_column = [&](std::uint32_t number, std::int64_t value, bool is_set) {
    if (!is_set) return;
    WireField column;
    column.number = number;
    column.value = static_cast<std::uint64_t>(value);
    fields.push_back(column);
  };
  put_column(field::kStateStatus, row.status, row.status != kLive);
  put_column(field::kStateReason, row.reason, row.reason != 0);
  put_column(field::kStateFoundIn, row.found_in, row.found_in != 0);
  std::ranges::stable_sort(fields, {}, &WireField::number);
  const MessagePlan& plan = *Plans::get().artefact().at(field::kState).child;
  for (const WireField& field : fields) {
    const FieldPlan& own = plan.at(field.number);
    if (own.child == nullptr || !own.child->is_resolved) {
      copy_field(out, field);
      continue;
    }
    const auto inner = out.begin(field.number);
    resolve(*own.child, field.bytes, std::int64_t{field::kState} << 8 | field.number, wire);
    out.end(inner);
  }
  out.end(mark);
  return {};
}

Result<void> StoredArtefacts::write_provenance(const StoredRow& row, std::uint32_t number, Whole whole,
                                               std::string& wire) {
  const auto names = files(row.exhibit);
  if (!names) return std::unexpected(names.error());
  const std::uint64_t file = (*names)->relative(row.file);
  const FilePlace* place = file == 0 ? nullptr : (*names)->place(file);
  const QueryNames& query = queries_[row.query];
  const auto part = model::find_field(as_bytes(row.rest), field::kProvenance);
  const Bytes rest = part ? part->bytes : Bytes{};
  WireWriter out(wire);
  const auto mark = out.begin(number);
  out.text(field::kProvenanceExhibit, labels_[row.exhibit]);
  if (file != 0) out.unsigned_integer(field::kProvenanceFile, file);
  if (const auto user = model::find_field(rest, field::kProvenanceDeviceUser))
    out.unsigned_integer(field::kProvenanceDeviceUser, user->value);
  else if (place != nullptr && place->device_user != 0)
    out.integer(field::kProvenanceDeviceUser, place->device_user);
  if (query.has_table) out.text(field::kProvenanceTable, query.table);
  if (row.row) out.integer(field::kProvenanceRowid, *row.row);
  if (row.key) out.text(field::kProvenanceKey, *row.key);
  WireReader reader(rest);
  WireField field;
  while (reader.next(field))
    if (field.number > field::kProvenanceKey && field.number < field::kProvenanceParser) copy_field(out, field);
  if (!query.parser.empty()) out.text(field::kProvenanceParser, query.parser);
  if (whole == Whole::with_derived && !query.version.empty()) out.text(field::kProvenanceParserVersion, query.version);
  if (!query.name.empty()) out.text(field::kProvenanceQuery, query.name);
  if (whole == Whole::with_derived && place != nullptr)
    out.text(field::kProvenanceContainerPath, place->container_path);
  out.end(mark);
  return {};
}

Result<void> StoredArtefacts::write_links(const StoredRow& row, std::string& wire) {
  WireWriter out(wire);
  WireReader reader(as_bytes(row.rest));
  WireField field;
  while (reader.next(field))
    if (field.number == field::kLinks) copy_field(out, field);
  const auto links = std::ranges::equal_range(links_, row.n, {}, &LinkRow::artefact);
  for (const LinkRow& link : links) {
    if (link.field != 0) continue;  // a quote's, which stands in the quote
    const auto mark = out.begin(field::kLinks);
    out.integer(field::kLinkKind, link.kind);
    out.text(field::kLinkArtefact, link.target);
    out.end(mark);
  }
  return {};
}

Result<void> StoredArtefacts::write_also_in(const StoredRow& row, Whole whole, std::string& wire) {
  WireWriter out(wire);
  WireReader reader(as_bytes(row.rest));
  WireField field;
  while (reader.next(field))
    if (field.number == field::kAlsoIn) copy_field(out, field);
  using Equal = std::pair<std::int64_t, std::int64_t>;
  for (const Equal& equal : std::ranges::equal_range(equals_, row.n, {}, &Equal::first)) {
    StoredRow other;
    if (auto read = read_row(equal.second, other); !read) return read;
    if (auto written = write_provenance(other, field::kAlsoIn, whole, wire); !written) return written;
  }
  return {};
}

void StoredArtefacts::resolve(const MessagePlan& plan, Bytes message, std::int64_t path, std::string& out) {
  if (plan.info->name == "Party") return resolve_party(plan, message, path, out);
  if (plan.info->name == "File") return resolve_file(message, path, out);
  if (plan.info->name == "Quote") return resolve_quote(plan, message, path, out);
  resolve_fields(plan, message, path, out);
}

void StoredArtefacts::resolve_fields(const MessagePlan& plan, Bytes message, std::int64_t path, std::string& out) {
  WireWriter writer(out);
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    const FieldPlan& own = plan.at(field.number);
    if (own.child == nullptr || !own.child->is_resolved) {
      copy_field(writer, field);
      continue;
    }
    const auto mark = writer.begin(field.number);
    resolve(*own.child, field.bytes, path << 8 | field.number, out);
    writer.end(mark);
  }
}

void StoredArtefacts::resolve_party(const MessagePlan& plan, Bytes message, std::int64_t path, std::string& out) {
  resolve_fields(plan, message, path, out);
  if (contact_index_.empty() || model::find_field(message, field::kPartyContact)) return;
  key_.clear();
  append_contact_key(key_, row_->exhibit, row_->app);
  append_party_key(key_, message);
  const auto found = contact_index_.find(key_);
  if (found == contact_index_.end()) return;
  const std::string& id = contact_ids_[static_cast<std::size_t>(found->second)];
  if (id != row_->id) WireWriter(out).text(field::kPartyContact, id);  // a contact does not name itself
}

void StoredArtefacts::resolve_file(Bytes message, std::int64_t path, std::string& out) {
  const FieldPlace place = file_places_.next(path);
  const auto uses = std::ranges::equal_range(uses_, std::pair(row_->n, place), {},
                                             [](const FileUse& use) { return std::pair(use.artefact, use.field); });
  WireWriter writer(out);
  bool has_file = false;
  bool has_missing = false;
  bool is_placed = false;
  bool has_path = false;
  bool has_content = false;
  std::vector<WireField> fields;
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    fields.push_back(field);
    has_file = has_file || field.number == field::kFileFile;
    has_missing = has_missing || field.number == field::kFileMissing;
    has_path = has_path || field.number == field::kFilePath || field.number == field::kFileDevicePath;
    has_content = has_content || field.number == field::kFileContent;
  }
  const auto put_found = [&] {
    if (is_placed) return;
    is_placed = true;
    if (!has_file && uses.size() == 1) writer.unsigned_integer(field::kFileFile, row_files_->relative(uses[0].file));
    if (!has_file && uses.empty() && has_path && !has_missing && !has_content)
      writer.integer(field::kFileMissing, kNotInExtraction);
  };
  for (const WireField& own : fields) {
    if (own.number > field::kFileDevicePath) put_found();
    copy_field(writer, own);
  }
  put_found();
}

void StoredArtefacts::resolve_quote(const MessagePlan& plan, Bytes message, std::int64_t path, std::string& out) {
  const auto links = std::ranges::equal_range(links_, row_->n, {}, &LinkRow::artefact);
  const auto link = std::ranges::find(links, path, &LinkRow::field);
  if (link == links.end() || model::find_field(message, field::kQuoteArtefact))
    return resolve_fields(plan, message, path, out);
  std::string resolved;
  resolve_fields(plan, message, path, resolved);
  WireWriter writer(out);
  bool is_placed = false;
  WireReader reader(as_bytes(resolved));
  WireField field;
  while (reader.next(field)) {
    if (field.number > field::kQuoteArtefact && !is_placed) {
      is_placed = true;
      writer.text(field::kQuoteArtefact, link->target);
    }
    copy_field(writer, field);
  }
  if (!is_placed) writer.text(field::kQuoteArtefact, link->target);
}

}  // namespace exhibit::casefile
