#include "artefact_rows.h"

#include <algorithm>

#include "casefile/query.h"
#include "model/json.h"
#include "model/wire_writer.h"
#include "search_text.h"

namespace exhibit::casefile {

using model::WireField;
using model::WireReader;
using model::WireWriter;

namespace {

Error malformed() { return {ErrorCode::malformed, "wire bytes of an artefact", 0, {}}; }

/// A packed list counts its numbers: each varint has one byte without the high bit.
std::int64_t count_packed(const FieldPlan& plan, Bytes packed) {
  if (plan.part == Part::real) return static_cast<std::int64_t>(packed.size() / sizeof(double));
  return std::ranges::count_if(packed, [](std::uint8_t byte) { return (byte & 0x80) == 0; });
}

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

void append_labelled(std::string& out, Bytes labelled) {
  std::string_view label;
  std::string_view value;
  WireReader reader(labelled);
  WireField field;
  while (reader.next(field)) (field.number == 1 ? label : value) = field.text();
  out += label;
  if (!label.empty() && !value.empty()) out += ": ";
  out += value;
}

void append_money(std::string& out, Bytes money) {
  WireReader reader(money);
  WireField field;
  while (reader.next(field)) {
    if (!out.empty()) out += ' ';
    out += field.text();
  }
}

/// A part of the content hash: its length, then its bytes; nothing is told from empty.
void append_part(std::string& out, std::string_view part, bool is_set = true) {
  const std::uint32_t size = is_set ? static_cast<std::uint32_t>(part.size()) : 0xffffffff;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(size >> shift);
  if (is_set) out += part;
}

void append_number(std::string& out, std::int64_t number, bool is_set = true) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> shift);
  append_part(out, bytes, is_set);
}

}  // namespace

FieldPlace PlaceCounter::next(std::int64_t path) {
  for (auto& [known, count] : counts_) {
    if (known != path) continue;
    count = std::min(count + 1, kLastOrdinal);
    return path | count << kOrdinalShift;
  }
  counts_.emplace_back(path, 0);
  return path;
}

void append_party_label(std::string& out, Bytes party) {
  std::string_view address;
  std::string_view name;
  WireReader reader(party);
  WireField field;
  while (reader.next(field)) {
    if (field.number == field::kPartyAddress) address = field.text();
    if (field.number == field::kPartyName) name = field.text();
  }
  out += name.empty() ? address : name;
  if (name.empty() || address.empty()) return;
  out += " (";
  out += address;
  out += ')';
}

Result<ArtefactRows> ArtefactRows::open(const Connection& connection, Dictionary& dictionary, FileFinder& finder,
                                        const Exhibit& exhibit) {
  ArtefactRows rows;
  rows.connection_ = &connection;
  rows.dictionary_ = &dictionary;
  rows.finder_ = &finder;
  rows.exhibit_ = exhibit;
  rows.first_ = rows.next_ = exhibit.next_artefact;
  rows.flat_.resize(256);
  const std::pair<Statement*, std::string_view> statements[] = {
      {&rows.artefact_,
       "INSERT INTO artefact(n, id, kind, exhibit, app, at, at_field, at_zone, status, reason, found_in, conversation, "
       "query, file, row, key, body, rest) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17,?18)"},
      {&rows.geo_, "INSERT INTO geo(artefact, field, lat, lon, accuracy_m, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"},
      {&rows.words_, "INSERT INTO words(rowid, text) VALUES(?1, ?2)"},
      {&rows.link_, "INSERT INTO link(artefact, kind, field, target) VALUES(?1, ?2, ?3, ?4)"}};
  for (const auto& [statement, sql] : statements) {
    auto prepared = connection.prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return rows;
}

Result<void> ArtefactRows::add(Bytes artefact) {
  Envelope envelope;
  if (auto read = read_envelope(artefact, envelope); !read) return read;
  if (auto read = read_body(envelope); !read) return read;
  if (auto written = write_artefact(envelope); !written) return written;
  if (auto written = write_positions(); !written) return written;
  if (auto written = write_words(); !written) return written;
  hash_content(envelope);
  ++next_;
  return {};
}

Result<void> ArtefactRows::read_envelope(Bytes artefact, Envelope& envelope) {
  rest_.clear();
  text_.clear();
  kept_.clear();
  positions_.clear();
  party_places_.clear();
  file_places_.clear();
  state_ = {};
  provenance_ = {};
  chat_ = 0;
  WireWriter rest(rest_);
  WireReader reader(artefact);
  WireField field;
  const MessagePlan& plan = Plans::get().artefact();
  while (reader.next(field)) {
    switch (field.number) {
      case field::kId:
        envelope.id = field.bytes;
        break;
      case field::kApp:
        envelope.app = field.text();
        break;
      case field::kState:
        envelope.state = field.bytes;
        read_state(field.bytes);
        break;
      case field::kProvenance:
        envelope.provenance = field.bytes;
        read_provenance(field.bytes);
        break;
      case field::kTime:  // the case works these out by itself
      case field::kTimeField:
        break;
      default:
        if (field.number >= field::kFirstKind) {
          envelope.kind = Plans::get().kind(field.number);
          envelope.body = field.bytes;
          break;
        }
        if (field.number == field::kAppName) envelope.app_name = field.text();
        copy_field(rest, field);
        if (field.number == field::kLinks) {
          const auto kind = model::find_field(field.bytes, field::kLinkKind);
          const auto target = model::find_field(field.bytes, field::kLinkArtefact);
          if (target) links_.push_back({next_, kind ? kind->integer() : 0, std::string(target->text())});
        }
    }
  }
  if (!reader.ok() || envelope.kind == nullptr || envelope.id.size() != 16) return std::unexpected(malformed());
  app_ = 0;
  if (!envelope.app.empty()) {
    const auto app = dictionary_->app(envelope.app, envelope.app_name);
    if (!app) return std::unexpected(app.error());
    app_ = *app;
  }
  for (const std::uint32_t number : {field::kLocalAccount, field::kState}) {
    const auto part = model::find_field(artefact, number);
    if (!part) continue;
    if (auto read = read_nested(plan.at(number), part->bytes, number, nullptr); !read) return read;
  }
  append_rest_text(text_, as_bytes(rest_));
  return {};
}

void ArtefactRows::read_state(Bytes state) {
  WireWriter rest(rest_);
  const auto mark = rest.begin(field::kState);
  WireReader reader(state);
  WireField field;
  while (reader.next(field)) {
    if (field.number == field::kStateStatus && field.integer() != kLive)
      state_.status = field.integer();
    else if (field.number == field::kStateReason)
      state_.reason = field.integer();
    else if (field.number == field::kStateFoundIn)
      state_.found_in = field.integer();
    else
      copy_field(rest, field);  // a live state that is told stays told
  }
  rest.end(mark);
}

void ArtefactRows::read_provenance(Bytes provenance) {
  WireWriter rest(rest_);
  const auto mark = rest.begin(field::kProvenance);
  WireReader reader(provenance);
  WireField field;
  while (reader.next(field)) {
    switch (field.number) {
      case field::kProvenanceExhibit:  // known from the exhibit and the file's row
      case field::kProvenanceContainerPath:
        break;
      case field::kProvenanceFile:
        provenance_.file = field.value;
        break;
      case field::kProvenanceDeviceUser: {
        const auto* entry = finder_->entry(provenance_.file);
        if (entry == nullptr || entry->device_user != field.value) copy_field(rest, field);
        break;
      }
      case field::kProvenanceTable:
        provenance_.table = field.text();
        provenance_.has_table = true;
        break;
      case field::kProvenanceRowid:
        provenance_.row = field.integer();
        provenance_.has_row = true;
        break;
      case field::kProvenanceKey:
        provenance_.key = field.text();
        provenance_.has_key = true;
        break;
      case field::kProvenanceParser:
        provenance_.parser = field.text();
        break;
      case field::kProvenanceParserVersion:
        provenance_.version = field.text();
        break;
      case field::kProvenanceQuery:
        provenance_.query = field.text();
        break;
      default:
        copy_field(rest, field);
    }
  }
  rest.end(mark);
}

Result<Statement*> ArtefactRows::flat_statement(const KindPlan& kind) {
  Statement& statement = flat_[kind.number];
  if (!statement) {
    std::string names = "n";
    std::string places = "?1";
    for (std::size_t i = 0; i < kind.columns.size(); ++i) {
      names += ", \"" + kind.columns[i].name + '"';
      places += ", ?" + std::to_string(i + 2);
    }
    auto prepared = connection_->prepare("INSERT INTO f_" + kind.name + "(" + names + ") VALUES(" + places + ")");
    if (!prepared) return std::unexpected(prepared.error());
    statement = std::move(*prepared);
  }
  return &statement;
}

Result<void> ArtefactRows::read_body(const Envelope& envelope) {
  const KindPlan& kind = *envelope.kind;
  const auto flat = flat_statement(kind);
  if (!flat) return std::unexpected(flat.error());
  has_primary_.assign(kind.primary.size(), false);
  primary_.resize(kind.primary.size());
  if (counts_.size() < kind.columns.size() + 2) {
    counts_.resize(kind.columns.size() + 2);
    joined_.resize(kind.columns.size() + 2);
  }
  lists_.clear();
  WireReader reader(envelope.body);
  WireField field;
  while (reader.next(field)) {
    const FieldPlan& plan = kind.at(field.number);
    if (plan.part == Part::unknown) continue;
    if (auto read = read_body_field(envelope, plan, field, **flat); !read) return read;
  }
  if (!reader.ok()) return std::unexpected(malformed());
  bind_lists(**flat);
  (*flat)->bind(1, next_);
  at_field_ = 0;
  for (std::size_t i = 0; i < has_primary_.size() && at_field_ == 0; ++i) {
    if (!has_primary_[i]) continue;
    at_field_ = kind.primary[i];
    at_ = primary_[i];
  }
  return (*flat)->run();
}

Result<void> ArtefactRows::read_body_field(const Envelope& envelope, const FieldPlan& plan, const WireField& field,
                                           Statement& flat) {
  const KindPlan& kind = *envelope.kind;
  const std::int64_t path = std::int64_t{kind.number} << 8 | field.number;
  if (plan.field->repeated) {
    if (auto read = read_list_element(plan, field); !read) return read;
    return plan.child == nullptr ? Result<void>{} : read_nested(plan, field.bytes, path, nullptr);
  }
  switch (plan.part) {
    case Part::integer:
      if (plan.column != 0) flat.bind(plan.column, field.integer());
      return {};
    case Part::zigzag:
      if (plan.column != 0) flat.bind(plan.column, std::int64_t{field.zigzag()});
      return {};
    case Part::real:
      if (plan.column != 0) flat.bind(plan.column, field.real());
      return {};
    case Part::text: {
      if (!plan.secret && field.number != kind.identifier) add_text(field.text());
      if (plan.column != 0) flat.bind_text(plan.column, field.text());
      if (field.number != kind.conversation || field.text().empty()) return {};
      const auto chat = dictionary_->chat(app_, field.text());
      if (!chat) return std::unexpected(chat.error());
      chat_ = *chat;
      return kind.name == "conversation" && state_.status == kLive ? dictionary_->set_conversation(chat_, next_)
                                                                   : Result<void>{};
    }
    case Part::time:
      read_time(plan, field.bytes, flat);
      return {};
    case Part::party: {
      const auto party = dictionary_->party(app_, field.bytes);
      if (!party) return std::unexpected(party.error());
      flat.bind(plan.column, *party);
      append_message_text(text_, *plan.child, field.bytes);
      return read_nested(plan, field.bytes, path, nullptr);
    }
    case Part::geo:
      append_message_text(text_, *plan.child, field.bytes);
      read_geo(plan, field.bytes, path, nullptr, &flat);
      return {};
    case Part::file:
      append_message_text(text_, *plan.child, field.bytes);
      read_file(plan, field.bytes, path, &flat);
      return {};
    case Part::quote:
      for (const auto& [number, column] : {std::pair{field::kQuoteText, 0}, std::pair{field::kQuoteMessageId, 1}})
        if (const auto part = model::find_field(field.bytes, number))
          flat.bind_text(plan.column + column, part->text());
      has_quotes_ = true;
      append_message_text(text_, *plan.child, field.bytes);
      return read_nested(plan, field.bytes, path, nullptr);
    case Part::money:
      append_money(kept_.emplace_back(), field.bytes);
      flat.bind_text(plan.column, kept_.back());
      append_message_text(text_, *plan.child, field.bytes);
      return {};
    case Part::message: {
      std::string& cell = kept_.emplace_back();
      append_message_text(cell, *plan.child, field.bytes);
      text_ += cell;
      if (!cell.empty()) cell.pop_back();
      std::ranges::replace(cell, '\n', ';');
      flat.bind_text(plan.column, cell);
      return read_nested(plan, field.bytes, path, nullptr);
    }
    default:
      return {};
  }
}

Result<void> ArtefactRows::read_list_element(const FieldPlan& plan, const WireField& field) {
  if (plan.part == Part::text && !plan.secret) add_text(field.text());
  if (plan.child != nullptr) append_message_text(text_, *plan.child, field.bytes);
  if (plan.column == 0) return {};
  const auto column = static_cast<std::size_t>(plan.column);
  if (std::ranges::find(lists_, plan.column) == lists_.end()) {
    lists_.push_back(plan.column);
    counts_[column] = 0;
    joined_[column].clear();
  }
  const bool is_packed = plan.child == nullptr && plan.part != Part::text && field.type == model::WireType::bytes;
  const bool is_first = counts_[column] == 0;
  counts_[column] += is_packed ? count_packed(plan, field.bytes) : 1;
  if (!plan.joined) return {};
  std::string& cell = joined_[column];
  if (!is_first) cell += "; ";
  if (plan.part == Part::text) {
    cell += field.text();
  } else if (plan.part == Part::party) {
    append_party_label(cell, field.bytes);
  } else if (plan.field->message->name == "Labelled") {
    append_labelled(cell, field.bytes);
  } else if (const auto party = model::find_field(field.bytes, plan.field->message->find("party")->number)) {
    append_party_label(cell, party->bytes);
  }
  return {};
}

void ArtefactRows::bind_lists(Statement& flat) {
  for (const int column : lists_) {
    const auto index = static_cast<std::size_t>(column);
    flat.bind(column, counts_[index]);
    if (!joined_[index].empty()) flat.bind_text(column + 1, joined_[index]);
  }
}

void ArtefactRows::read_time(const FieldPlan& plan, Bytes message, Statement& flat) {
  const auto time = model::read_time(message);
  if (!time) return;
  if (plan.field->primary != 0) {
    has_primary_[plan.field->primary - 1] = true;
    primary_[plan.field->primary - 1] = *time;
  }
  if (plan.column == 0) return;
  if (time->moment.zone == Zone::utc) {
    flat.bind(plan.column, time->moment.us);
  } else {
    kept_.push_back(model::time_text(*time));
    flat.bind_text(plan.column, kept_.back());
  }
}

void ArtefactRows::read_geo(const FieldPlan& plan, Bytes message, std::int64_t path, const std::int64_t* at,
                            Statement* flat) {
  Position position{path, 0, 0, 0, false, at != nullptr, at == nullptr ? 0 : *at};
  bool has_latitude = false;
  bool has_longitude = false;
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    if (field.number == field::kGeoLatitude) {
      has_latitude = true;
      position.latitude = field.real();
      if (flat != nullptr) flat->bind(plan.column, field.real());
    } else if (field.number == field::kGeoLongitude) {
      has_longitude = true;
      position.longitude = field.real();
      if (flat != nullptr) flat->bind(plan.column + 1, field.real());
    } else if (field.number == field::kGeoAccuracy) {
      position.has_accuracy = true;
      position.accuracy = field.real();
      if (flat != nullptr) flat->bind(plan.column + 2, field.real());
    }
  }
  if (has_latitude && has_longitude) positions_.push_back(position);
}

void ArtefactRows::read_file(const FieldPlan& plan, Bytes message, std::int64_t path, Statement* flat) {
  FileWanted wanted;
  std::vector<std::uint64_t> found;
  const FieldPlace place = file_places_.next(path);
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    if (field.number == field::kFilePath) wanted.path = field.text();
    if (field.number == field::kFileDevicePath) wanted.device_path = field.text();
    if (field.number == field::kFileFile) found.push_back(field.value);
    if (field.number == field::kFileSize) {
      wanted.size = field.value;
      wanted.has_size = true;
    }
    if (field.number == field::kFileThumbnail)
      file_uses_.push_back({absolute_file(exhibit_.file_base, field.value), next_,
                            file_places_.next(path << 8 | field::kFileThumbnail)});
  }
  if (flat != nullptr && !(wanted.path.empty() && wanted.device_path.empty()))
    flat->bind_text(plan.column, wanted.path.empty() ? wanted.device_path : wanted.path);
  if (found.empty()) found = finder_->find(wanted, provenance_.file);
  for (const std::uint64_t number : found)
    file_uses_.push_back({absolute_file(exhibit_.file_base, number), next_, place});
  if (flat != nullptr && found.size() == 1)
    flat->bind(plan.column + 1, absolute_file(exhibit_.file_base, found.front()));
}

Result<void> ArtefactRows::read_nested(const FieldPlan& plan, Bytes message, std::int64_t path,
                                       const std::int64_t* at) {
  if (plan.part == Part::time) return {};
  if (plan.part == Part::geo) {
    read_geo(plan, message, path, at, nullptr);
    return {};
  }
  if (plan.part == Part::file) {
    read_file(plan, message, path, nullptr);
    return {};
  }
  // A single party of a kind stands in the flat table; all others are uses.
  const bool is_flat = plan.column != 0 && !plan.field->repeated;
  if (plan.part == Part::party && !is_flat) {
    const auto party = dictionary_->party(app_, message);
    if (!party) return std::unexpected(party.error());
    party_uses_.push_back({*party, next_, party_places_.next(path)});
  }
  // A track's point has its own time.
  std::int64_t own_at = 0;
  if (plan.child->info->name == "TrackPoint")
    if (const auto time = model::find_field(message, 1))
      if (const auto value = model::read_time(time->bytes)) {
        own_at = value->moment.us;
        at = &own_at;
      }
  WireReader reader(message);
  WireField field;
  while (reader.next(field)) {
    const FieldPlan& inner = plan.child->at(field.number);
    if (inner.child == nullptr) continue;
    if (auto read = read_nested(inner, field.bytes, path << 8 | field.number, at); !read) return read;
  }
  if (!reader.ok()) return std::unexpected(malformed());
  return {};
}

Result<void> ArtefactRows::write_artefact(const Envelope& envelope) {
  const auto query = dictionary_->query(provenance_.parser, provenance_.version, provenance_.query, provenance_.table,
                                        provenance_.has_table, envelope.kind->number);
  if (!query) return std::unexpected(query.error());
  const std::int64_t file = provenance_.file == 0 ? 0 : absolute_file(exhibit_.file_base, provenance_.file);
  artefact_.bind(1, next_);
  artefact_.bind_blob(2, envelope.id);
  artefact_.bind(3, std::int64_t{envelope.kind->number});
  artefact_.bind(4, exhibit_.number);
  if (app_ != 0) artefact_.bind(5, app_);
  if (at_field_ != 0) {
    artefact_.bind(6, at_.moment.us);
    artefact_.bind(7, at_field_);
    artefact_.bind(8, static_cast<std::int64_t>(at_.moment.zone));
  }
  artefact_.bind(9, state_.status);
  if (state_.reason != 0) artefact_.bind(10, state_.reason);
  if (state_.found_in != 0) artefact_.bind(11, state_.found_in);
  if (chat_ != 0) artefact_.bind(12, chat_);
  artefact_.bind(13, *query);
  artefact_.bind(14, file);
  if (provenance_.has_row) artefact_.bind(15, provenance_.row);
  if (provenance_.has_key) artefact_.bind_text(16, provenance_.key);
  artefact_.bind_blob(17, envelope.body);
  if (!rest_.empty()) artefact_.bind_blob(18, as_bytes(rest_));
  note_span(*query, file);
  return artefact_.run();
}

Result<void> ArtefactRows::write_positions() {
  for (const Position& position : positions_) {
    geo_.bind(1, next_);
    geo_.bind(2, position.path);
    geo_.bind(3, position.latitude);
    geo_.bind(4, position.longitude);
    if (position.has_accuracy) geo_.bind(5, position.accuracy);
    if (position.has_at)
      geo_.bind(6, position.at);
    else if (at_field_ != 0)
      geo_.bind(6, at_.moment.us);
    if (auto written = geo_.run(); !written) return written;
  }
  return {};
}

Result<void> ArtefactRows::write_words() {
  if (!exhibit_.has_text_index || text_.empty()) return {};
  const std::string folded = fold(text_);
  words_.bind(1, next_);
  words_.bind_text(2, folded);
  return words_.run();
}

void ArtefactRows::hash_content(const Envelope& envelope) {
  hashed_.clear();
  append_part(hashed_, as_text(envelope.id));
  append_number(hashed_, envelope.kind->number);
  append_number(hashed_, state_.status);
  append_number(hashed_, static_cast<std::int64_t>(provenance_.file));
  append_part(hashed_, provenance_.table, provenance_.has_table);
  append_number(hashed_, provenance_.row, provenance_.has_row);
  append_part(hashed_, provenance_.key, provenance_.has_key);
  append_part(hashed_, as_text(envelope.body));
  append_part(hashed_, rest_, !rest_.empty());
  content_.update(as_bytes(hashed_));
}

void ArtefactRows::note_span(std::int64_t query, std::int64_t file) {
  const std::int64_t pass = state_.status == kRecovered ? 1 : 0;
  if (spans_.empty() || spans_[last_span_].query != query || spans_[last_span_].file != file ||
      spans_[last_span_].pass != pass) {
    const auto [found, is_new] = span_of_.try_emplace({query, file, pass}, spans_.size());
    if (is_new) spans_.push_back({query, file, pass, next_, next_});
    last_span_ = found->second;
  }
  spans_[last_span_].last = next_;
}

Result<void> ArtefactRows::finish() {
  if (auto written =
          write_uses(party_uses_, "INSERT OR IGNORE INTO party_use(party, artefact, field) VALUES(?1, ?2, ?3)");
      !written)
    return written;
  if (auto written = write_uses(file_uses_, "INSERT OR IGNORE INTO file_use(file, artefact, field) VALUES(?1, ?2, ?3)");
      !written)
    return written;
  return write_links();
}

Result<void> ArtefactRows::write_uses(std::vector<Use>& uses, std::string_view sql) {
  std::ranges::sort(uses);
  auto insert = connection_->prepare(sql);
  if (!insert) return std::unexpected(insert.error());
  for (const Use& use : uses) {
    insert->bind(1, use.number);
    insert->bind(2, use.artefact);
    insert->bind(3, use.field);
    if (auto written = insert->run(); !written) return written;
  }
  uses.clear();
  return {};
}

/// Links name artefacts by id: those of this exhibit are looked up, others stay in the artefact's bytes alone.
Result<void> ArtefactRows::write_links() {
  if (links_.empty()) return {};
  NumberOf numbers;
  for (const PendingLink& link : links_) numbers.emplace(link.target, 0);
  auto select = connection_->prepare("SELECT n, id FROM artefact WHERE n >= ?1");
  if (!select) return std::unexpected(select.error());
  select->bind(1, first_);
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    if (const auto found = numbers.find(select->text(1)); found != numbers.end()) found->second = select->integer(0);
  }
  for (const PendingLink& link : links_) {
    const std::int64_t target = numbers.find(link.target)->second;
    if (target == 0) continue;
    link_.bind(1, link.artefact);
    link_.bind(2, link.kind);
    link_.bind(3, std::int64_t{field::kLinks});
    link_.bind(4, target);
    if (auto written = link_.run(); !written) return written;
  }
  return {};
}

}  // namespace exhibit::casefile
