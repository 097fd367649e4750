#include <algorithm>
#include <unordered_set>

#include "case_state.h"
#include "casefile/query.h"
#include "hex.h"
#include "model/json.h"
#include "model/wire_reader.h"
#include "schema.h"
#include "search.h"
#include "stored_artefact.h"

namespace exhibit::casefile {

struct Artefacts::Parts {
  explicit Parts(const Case& subject_of) : subject(&subject_of), stored(subject_of.state().connection) {}

  const Connection& connection() const { return subject->state().connection; }

  const Case* subject;
  StoredArtefacts stored;
  StoredRow row;
  std::string wire, json;
};

namespace {

using Numbers = std::vector<std::int64_t>;

/// All first columns of a statement that stands ready.
Result<Numbers> all_numbers(Statement& select) {
  Numbers numbers;
  for (;;) {
    const auto row = select.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return numbers;
    numbers.push_back(select.integer(0));
  }
}

template <class Number>
std::string list_of(const std::vector<Number>& numbers) {
  std::string list;
  for (const auto number : numbers) list += (list.empty() ? "" : ",") + std::to_string(number);
  return list;
}

/// The part of a filter that columns can answer; ?1 is the exhibit's label.
std::string condition_of(const Filter& filter) {
  std::string sql = "a.same_as IS NULL";
  if (!filter.kinds.empty()) sql += " AND a.kind IN (" + list_of(filter.kinds) + ")";
  if (!filter.apps.empty()) sql += " AND a.app IN (" + list_of(filter.apps) + ")";
  if (filter.since_us) sql += " AND a.at >= " + std::to_string(*filter.since_us);
  if (filter.until_us) sql += " AND a.at < " + std::to_string(*filter.until_us);
  if (!filter.exhibit.empty()) sql += " AND a.exhibit = (SELECT n FROM exhibit WHERE label = ?1)";
  if (filter.only_deleted) sql += " AND a.status <> 1";
  if (filter.only_deleted || !filter.with_history)
    sql += " AND NOT (a.status = " + std::to_string(kRecovered) +
           " AND coalesce(a.reason, 0) = " + std::to_string(kSuperseded) + ")";
  return sql;
}

bool contains_folded(std::string_view text, std::string_view folded_part) {
  return fold(text).find(folded_part) != std::string::npos;
}

/// Numbers of rows of which one of the text columns contains the text.
Result<std::unordered_set<std::int64_t>> rows_with(const Connection& connection, std::string_view sql,
                                                   std::string_view folded) {
  auto select = connection.prepare(sql);
  if (!select) return std::unexpected(select.error());
  std::unordered_set<std::int64_t> found;
  const int columns = sqlite3_column_count(select->get());
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    for (int column = 1; column < columns; ++column)
      if (contains_folded(select->text(column), folded)) found.insert(select->integer(0));
  }
}

/// Artefacts of which a party or the conversation contains the text.
class WithText {
 public:
  static Result<WithText> find(const Connection& connection, std::string_view text) {
    WithText with;
    const std::string folded = fold(text);
    auto parties = rows_with(connection, "SELECT n, address, normalized, name FROM party", folded);
    if (!parties) return std::unexpected(parties.error());
    auto chats = rows_with(
        connection, "SELECT c.n, c.id, f.title FROM chat c LEFT JOIN f_conversation f ON f.n = c.artefact", folded);
    if (!chats) return std::unexpected(chats.error());
    with.chats_ = std::move(*chats);
    with.parties_ = std::move(*parties);
    if (auto added = with.add(connection, "SELECT artefact, party FROM party_use"); !added)
      return std::unexpected(added.error());
    for (const auto& kind : Plans::get().kinds())
      for (const FieldPlan& plan : kind->fields)
        if (plan.part == Part::party && plan.column != 0 && !plan.field->repeated)
          if (auto added =
                  with.add(connection, "SELECT n, \"" + std::string(plan.field->name) + "\" FROM f_" + kind->name);
              !added)
            return std::unexpected(added.error());
    return with;
  }

  bool has(std::int64_t artefact, std::int64_t chat) const {
    return chats_.contains(chat) || artefacts_.contains(artefact);
  }

 private:
  Result<void> add(const Connection& connection, std::string_view sql) {
    auto select = connection.prepare(sql);
    if (!select) return std::unexpected(select.error());
    for (;;) {
      const auto row = select->step();
      if (!row) return std::unexpected(row.error());
      if (!*row) return {};
      if (!select->is_null(1) && parties_.contains(select->integer(1))) artefacts_.insert(select->integer(0));
    }
  }

  std::unordered_set<std::int64_t> parties_, chats_, artefacts_;
};

/// Artefacts whose identifier contains the first word of a phrase.
Result<void> add_identified(const Connection& connection, const SearchTerms::Term& phrase, Numbers& found) {
  for (const auto& kind : Plans::get().kinds()) {
    if (kind->identifier == 0) continue;
    const std::string column(kind->at(kind->identifier).field->name);
    auto select =
        connection.prepare("SELECT n, " + column + " FROM f_" + kind->name + " WHERE " + column + " IS NOT NULL");
    if (!select) return std::unexpected(select.error());
    for (;;) {
      const auto row = select->step();
      if (!row) return std::unexpected(row.error());
      if (!*row) break;
      if (fold(select->text(1)).find(phrase.words.front()) != std::string::npos) found.push_back(select->integer(0));
    }
  }
  return {};
}

/// All artefacts that can have the phrase, ascending.
Result<Numbers> indexed(const Connection& connection, const SearchTerms::Term& phrase) {
  auto select = connection.prepare("SELECT rowid FROM words WHERE words MATCH ?1");
  if (!select) return std::unexpected(select.error());
  const std::string expression = index_expression(phrase);
  select->bind_text(1, expression);
  auto found = all_numbers(*select);
  if (!found) return found;
  if (auto added = add_identified(connection, phrase, *found); !added) return std::unexpected(added.error());
  std::ranges::sort(*found);
  return found;
}

/// What no column can answer, row by row.
class RowFilter {
 public:
  static Result<RowFilter> make(const Case& subject, const Filter& filter) {
    const Connection& connection = subject.state().connection;
    RowFilter rows;
    rows.terms_ = parse_search(filter.search);
    if (!filter.with.empty()) {
      auto with = WithText::find(connection, filter.with);
      if (!with) return std::unexpected(with.error());
      rows.with_.emplace(std::move(*with));
    }
    const auto no_index = subject.fact("no_text_index");
    if (!no_index) return std::unexpected(no_index.error());
    if (!no_index->empty()) return rows;
    for (const SearchTerms::Term& term : rows.terms_.wanted) {
      if (term.words.empty()) continue;
      auto found = indexed(connection, term);
      if (!found) return std::unexpected(found.error());
      rows.indexed_.push_back(std::move(*found));
    }
    return rows;
  }

  bool needs_texts() const { return !terms_.empty(); }

  /// Columns: n, conversation, and if it needs texts kind, body, rest.
  bool passes(const Statement& row) {
    const std::int64_t n = row.integer(0);
    if (with_ && !with_->has(n, row.is_null(1) ? 0 : row.integer(1))) return false;
    for (const Numbers& numbers : indexed_)
      if (!std::ranges::binary_search(numbers, n)) return false;
    if (terms_.empty()) return true;
    text_.clear();
    append_search_text(text_, static_cast<std::uint32_t>(row.integer(2)), row.blob(3), row.blob(4));
    return matches(terms_, text_);
  }

 private:
  SearchTerms terms_;
  std::optional<WithText> with_;
  std::vector<Numbers> indexed_;  // of each phrase
  std::string text_;
};

void append_title_part(std::string& title, std::string_view part) {
  if (part.empty()) return;
  if (!title.empty()) title += " - ";
  title += part;
}

std::string title_of_field(const FieldPlan& plan, const model::WireField& field, const model::ShownZone* zone) {
  std::string text;
  switch (plan.part) {
    case Part::integer:
      if (plan.field->enumeration != nullptr) text = plan.field->enumeration->word(static_cast<int>(field.integer()));
      return text.empty() ? std::to_string(field.integer()) : text;
    case Part::real:
      model::append_json_double(text, field.real());
      return text;
    case Part::text:
      return std::string(field.text());
    case Part::time:
      if (const auto time = model::read_time(field.bytes))
        return zone == nullptr ? model::time_text(*time) : model::time_text(*time, *zone);
      return text;
    case Part::party:
      if (const auto name = model::find_field(field.bytes, field::kPartyName)) return std::string(name->text());
      if (const auto address = model::find_field(field.bytes, field::kPartyAddress))
        return std::string(address->text());
      if (const auto owner = model::find_field(field.bytes, field::kPartyIsOwner); owner && owner->value != 0)
        return "Owner";
      return text;
    default:
      break;
  }
  if (plan.child == nullptr) return text;
  model::WireReader reader(field.bytes);
  model::WireField inner;
  while (reader.next(inner)) {
    const FieldPlan& own = plan.child->at(inner.number);
    if (own.part == Part::unknown || own.secret || !own.field->title) continue;
    const std::string part = title_of_field(own, inner, zone);
    if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
  }
  return text;
}

std::int64_t span_us(const Civil& from, Precision precision) {
  constexpr std::int64_t kSecond = 1'000'000;
  Civil to = from;
  switch (precision) {
    case Precision::year:
      ++to.year;
      return us_from_civil(to).value_or(0) - us_from_civil(from).value_or(0);
    case Precision::month:
      to.year += to.month == 12 ? 1 : 0;
      to.month = to.month % 12 + 1;
      return us_from_civil(to).value_or(0) - us_from_civil(from).value_or(0);
    case Precision::day:
      return 86'400 * kSecond;
    case Precision::h:
      return 3600 * kSecond;
    case Precision::min:
      return 60 * kSecond;
    case Precision::ms:
      return 1000;
    case Precision::us:
      return 1;
    default:
      return kSecond;
  }
}

}  // namespace

std::optional<TimeSpan> time_span(std::string_view iso_prefix) {
  const TimeReading reading = iso_time(iso_prefix);
  if (reading.reading != Reading::moment) return std::nullopt;
  const std::int64_t from = reading.moment.us;
  return TimeSpan{from, from + span_us(civil_from_us(from), reading.moment.precision)};
}

std::string title_text(std::uint32_t kind, Bytes body, const model::ShownZone* zone) {
  std::string title;
  const KindPlan* plan = Plans::get().kind(kind);
  if (plan == nullptr) return title;
  model::WireReader reader(body);
  model::WireField field;
  while (reader.next(field)) {
    const FieldPlan& own = plan->at(field.number);
    if (own.part != Part::unknown && own.field->title && !own.secret)
      append_title_part(title, title_of_field(own, field, zone));
  }
  return title;
}

Artefacts::Artefacts(const Case& subject) : parts_(std::make_unique<Parts>(subject)) {}
Artefacts::~Artefacts() = default;
Artefacts::Artefacts(Artefacts&&) noexcept = default;

Result<std::vector<std::int64_t>> Artefacts::select(const Filter& filter) {
  auto rows = RowFilter::make(*parts_->subject, filter);
  if (!rows) return std::unexpected(rows.error());
  const std::string columns =
      std::string("SELECT a.n, a.conversation") + (rows->needs_texts() ? ", a.kind, a.body, a.rest" : "");
  const std::string condition = " FROM artefact a WHERE " + condition_of(filter);
  Numbers found;
  // Two statements, since an order with unset times last would not use the index.
  for (const std::string_view part :
       {" AND a.at IS NOT NULL ORDER BY a.at, a.kind, a.id", " AND a.at IS NULL ORDER BY a.kind, a.id"}) {
    auto select = parts_->connection().prepare(columns + condition + std::string(part));
    if (!select) return std::unexpected(select.error());
    if (!filter.exhibit.empty()) select->bind(1, std::string_view(filter.exhibit));
    for (;;) {
      const auto row = select->step();
      if (!row) return std::unexpected(row.error());
      if (!*row) break;
      if (rows->passes(*select)) found.push_back(select->integer(0));
    }
  }
  if (filter.last != 0 && found.size() > filter.last)
    found.erase(found.begin(), found.end() - static_cast<std::ptrdiff_t>(filter.last));
  return found;
}

Result<std::string_view> Artefacts::wire(std::int64_t n, Whole whole) {
  if (auto read = parts_->stored.read_row(n, parts_->row); !read) return std::unexpected(read.error());
  if (auto built = parts_->stored.build(parts_->row, whole, parts_->wire); !built)
    return std::unexpected(built.error());
  return parts_->wire;
}

Result<std::string_view> Artefacts::json(std::int64_t n, const model::JsonOptions& options) {
  const auto bytes = wire(n);
  if (!bytes) return bytes;
  const auto names = parts_->stored.files(parts_->row.exhibit);
  if (!names) return std::unexpected(names.error());
  parts_->json = model::artefact_json(as_bytes(*bytes), **names, options);
  return parts_->json;
}

Result<ArtefactLine> Artefacts::line(std::int64_t n, const model::ShownZone* zone) {
  StoredRow& row = parts_->row;
  if (auto read = parts_->stored.read_row(n, row); !read) return std::unexpected(read.error());
  const auto app = parts_->stored.app_id(row.app);
  if (!app) return std::unexpected(app.error());
  return ArtefactLine{.n = n,
                      .kind = row.kind,
                      .exhibit = row.exhibit,
                      .id = uuid(as_bytes(row.id)),
                      .app = std::string(*app),
                      .at_us = row.at,
                      .at_zone = row.at_zone,
                      .status = row.status,
                      .reason = row.reason,
                      .found_in = row.found_in,
                      .conversation = row.conversation,
                      .title = title_text(row.kind, as_bytes(row.body), zone)};
}

Result<std::vector<std::int64_t>> Artefacts::find_id(std::string_view prefix) {
  std::string digits;
  for (const char letter : prefix) {
    if (letter == '-') continue;
    digits += letter >= 'a' && letter <= 'f' ? static_cast<char>(letter - 'a' + 'A') : letter;
  }
  if (digits.empty()) return Numbers{};
  auto select = parts_->connection().prepare("SELECT n FROM artefact WHERE substr(hex(id), 1, ?1) = ?2 LIMIT 2");
  if (!select) return std::unexpected(select.error());
  select->bind(1, static_cast<std::int64_t>(digits.size()));
  select->bind_text(2, digits);
  return all_numbers(*select);
}

Result<std::vector<std::int64_t>> Artefacts::history(std::int64_t n) {
  StoredRow live;
  if (auto read = parts_->stored.read_row(n, live); !read) return std::unexpected(read.error());
  auto select = parts_->connection().prepare(
      "SELECT n, rest FROM artefact WHERE exhibit = ?1 AND kind = ?2 AND status = 3 AND reason = 6 AND rest IS NOT "
      "NULL "
      "ORDER BY n");
  if (!select) return std::unexpected(select.error());
  select->bind(1, live.exhibit);
  select->bind(2, std::int64_t{live.kind});
  constexpr std::uint32_t kLiveTwin = 8;
  Numbers found;
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    const auto twin = model::find_path(select->blob(1), {field::kState, kLiveTwin});
    if (twin && twin->text() == live.id) found.push_back(select->integer(0));
  }
}

Result<std::vector<std::int64_t>> Artefacts::find_app(std::string_view text) {
  const std::string wanted = fold(text);
  auto select = parts_->connection().prepare("SELECT n, id, name FROM app ORDER BY n");
  if (!select) return std::unexpected(select.error());
  Numbers equal;
  Numbers prefixed;
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const std::string id = fold(select->text(1));
    const std::string name = fold(select->text(2));
    if (id == wanted || name == wanted) equal.push_back(select->integer(0));
    if (id.starts_with(wanted) || name.starts_with(wanted)) prefixed.push_back(select->integer(0));
  }
  if (!equal.empty()) return equal;
  return prefixed.size() == 1 ? prefixed : Numbers{};
}

Result<const model::FileNames*> Artefacts::files(std::int64_t exhibit) {
  const auto names = parts_->stored.files(exhibit);
  if (!names) return std::unexpected(names.error());
  return *names;
}

}  // namespace exhibit::casefile
