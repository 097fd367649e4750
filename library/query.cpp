#include "query.h"

#include <algorithm>

#include "boundary.h"
#include "case_reading.h"
#include "casefile/records.h"
#include "service_record.h"
#include "zone.h"

namespace exhibit::library {

namespace {

constexpr exhibit_field kApp = 2;
constexpr exhibit_field kTime = 10;
constexpr exhibit_field kExhibit = 0x0601;  // provenance.exhibit

class ArtefactCursor : public exhibit_cursor {
 public:
  ArtefactCursor(std::shared_ptr<CaseReading> reading, std::vector<std::int64_t> numbers,
                 std::shared_ptr<const model::ShownZone> zone)
      : reading_(std::move(reading)), names_(reading_), numbers_(std::move(numbers)) {
    record_.zone = std::move(zone);
  }

  exhibit_status next(const exhibit_record*& record, exhibit_error** error) override {
    if (at_ == numbers_.size()) return EXHIBIT_NONE;
    CaseReading::Lock lock;
    if (const auto status = reading_->lock_again(lock, error); status != EXHIBIT_OK) return status;
    const std::int64_t n = numbers_[at_];
    const auto line = reading_->artefacts().line(n, record_.zone.get());
    if (!line) return fail(error, line.error(), reading_->state().path);
    const auto wire = reading_->artefacts().wire(n, casefile::Whole::with_derived);
    if (!wire) return fail(error, wire.error(), reading_->state().path);
    ++at_;
    set_record(record_, static_cast<std::int32_t>(line->kind), model::Model::get().message("Artefact"),
               std::string(*wire));
    record_.files = names_.of(line->exhibit);
    record_.title = line->title;
    record = &record_;
    return EXHIBIT_OK;
  }

 private:
  std::shared_ptr<CaseReading> reading_;
  CaseNames names_;
  std::vector<std::int64_t> numbers_;
  std::size_t at_ = 0;
  exhibit_record record_;
};

struct ServiceList {
  std::int32_t kind;
  casefile::RecordList list;
  std::string_view message;
};

constexpr ServiceList kLists[] = {
    {EXHIBIT_LEDGER, casefile::RecordList::ledger, "Ledger"},
    {EXHIBIT_PROBLEM, casefile::RecordList::problems, "Problem"},
    {EXHIBIT_UNREAD, casefile::RecordList::unread, "Unread"},
    {EXHIBIT_AUDIT, casefile::RecordList::audit, "Audit"},
    {EXHIBIT_CASE_PARSER, casefile::RecordList::parsers, "CaseParser"},
    {EXHIBIT_CASE_FILE, casefile::RecordList::files, "CaseFile"},
};

Result<std::vector<RecordPtr>> summary_records(const casefile::Case& subject, std::int32_t kind,
                                               const std::string& label) {
  const auto summary = casefile::summarize(subject);
  if (!summary) return std::unexpected(summary.error());
  std::vector<RecordPtr> records;
  if (kind == EXHIBIT_CASE) {
    std::vector<std::string> facts;
    for (const std::string_view key : {"number", "examiner", "agency", "note"}) {
      auto fact = subject.fact(key);
      if (!fact) return std::unexpected(fact.error());
      facts.push_back(std::move(*fact));
    }
    records.push_back(case_record(*summary, facts));
    return records;
  }
  for (const casefile::ExhibitSummary& exhibit : summary->exhibits)
    if (label.empty() || exhibit.label == label) records.push_back(exhibit_summary_record(exhibit));
  return records;
}

Result<std::vector<RecordPtr>> service_records(const std::shared_ptr<CaseReading>& reading, std::int32_t kind,
                                               const std::string& label) {
  const casefile::Case& subject = reading->subject();
  const auto list = std::ranges::find(kLists, kind, &ServiceList::kind);
  if (list == std::end(kLists)) return summary_records(subject, kind, label);
  auto rows = casefile::list_records(subject, list->list, label);
  if (!rows) return std::unexpected(rows.error());
  CaseNames names(reading);
  std::vector<RecordPtr> records;
  const model::MessageInfo& message = model::Model::get().message(list->message);
  for (casefile::ServiceRecord& row : *rows)
    records.push_back(make_record(kind, message, std::move(row.wire), names.of(row.exhibit)));
  return records;
}

bool is_query_kind(std::int32_t kind) {
  if (kind == 0 || kind == EXHIBIT_CASE || kind == EXHIBIT_EXHIBIT) return true;
  if (std::ranges::find(kLists, kind, &ServiceList::kind) != std::end(kLists)) return true;
  return kind > 0 && model::Model::get().kind(static_cast<std::uint32_t>(kind)) != nullptr;
}

}  // namespace

}  // namespace exhibit::library

using namespace exhibit::library;  // NOLINT(google-build-using-namespace): the functions below are its face

exhibit_query::exhibit_query(std::shared_ptr<CaseState> of, std::int32_t query_kind)
    : state(std::move(of)), kind(query_kind) {
  if (!is_query_kind(kind)) mistake = "expected a query over artefacts, one of their kinds, or a list of the case";
  if (kind > 0 && kind < 200) filter.kinds.push_back(static_cast<std::uint32_t>(kind));
}

void exhibit_query::where(exhibit_field field, std::int32_t comparison, const exhibit_value& value) {
  if (!takes(field, comparison, value) && mistake.empty()) mistake = "expected a condition that a case can answer";
}

bool exhibit_query::takes(exhibit_field field, std::int32_t comparison, const exhibit_value& value) {
  const bool is_equal = comparison == EXHIBIT_EQUAL;
  const bool is_text = value.type == EXHIBIT_TYPE_TEXT && value.data != nullptr;
  const bool is_time = value.type == EXHIBIT_TYPE_TIME;
  if (field == 0 && is_equal) {
    const auto number = static_cast<std::uint32_t>(value.integer);
    if (value.integer <= 0 || value.integer >= 200 || exhibit::model::Model::get().kind(number) == nullptr)
      return false;
    filter.kinds.push_back(number);
  } else if (field == kApp && is_equal && is_text) {
    apps.emplace_back(value.data, value.length);
  } else if (field == kExhibit && is_equal && is_text) {
    const std::string label(value.data, value.length);
    if (label.empty() || (!filter.exhibit.empty() && filter.exhibit != label)) return false;
    filter.exhibit = label;
  } else if (field == kTime && comparison == EXHIBIT_AT_LEAST && is_time) {
    filter.since_us = std::max(filter.since_us.value_or(value.integer), value.integer);
  } else if (field == kTime && comparison == EXHIBIT_LESS && is_time) {
    filter.until_us = std::min(filter.until_us.value_or(value.integer), value.integer);
  } else {
    return false;
  }
  return true;
}

void exhibit_query::show_in_zone(std::string_view name) {
  auto found = load_zone(name);
  if (found)
    zone = std::make_shared<const exhibit::model::ShownZone>(std::string(name), std::move(*found));
  else if (mistake.empty())
    mistake = found.error();
}

/// Beside the kind of the query and the exhibit.
bool exhibit_query::has_conditions() const {
  const bool has_more_kinds = filter.kinds.size() > (kind > 0 && kind < 200 ? 1u : 0u);
  return has_more_kinds || !apps.empty() || filter.since_us || filter.until_us || !filter.search.empty() ||
         !filter.with.empty() || filter.only_deleted || filter.last != 0;
}

exhibit_status exhibit_query::check(exhibit_error** error) const {
  if (is_out_of_memory) return fail_memory(error);
  if (!mistake.empty()) return fail(error, EXHIBIT_E_INVALID, mistake);
  if (kind >= 200 && (has_conditions() || !id_prefix.empty()))
    return fail(error, EXHIBIT_E_INVALID, "a list of the case has no condition but provenance.exhibit");
  if (!id_prefix.empty() && (has_conditions() || kind != 0 || !filter.exhibit.empty()))
    return fail(error, EXHIBIT_E_INVALID, "an id needs no other condition");
  return EXHIBIT_OK;
}

exhibit::Result<std::optional<exhibit::casefile::Filter>> exhibit_query::resolved(
    exhibit::casefile::Artefacts& artefacts) const {
  exhibit::casefile::Filter whole = filter;
  for (const std::string& app : apps) {
    const auto numbers = artefacts.find_app(app);
    if (!numbers) return std::unexpected(numbers.error());
    whole.apps.insert(whole.apps.end(), numbers->begin(), numbers->end());
  }
  // Apps that the case does not have match nothing, which is not the same as no condition.
  if (!apps.empty() && whole.apps.empty()) return std::nullopt;
  return whole;
}

exhibit::Result<std::vector<std::int64_t>> exhibit_query::select(exhibit::casefile::Artefacts& artefacts) const {
  if (!id_prefix.empty()) return artefacts.find_id(id_prefix);
  const auto whole = resolved(artefacts);
  if (!whole) return std::unexpected(whole.error());
  return *whole ? artefacts.select(**whole) : std::vector<std::int64_t>();
}

namespace {

/// A step tells nothing: what it could not keep is told by the final call.
template <class Step>
void take_step(exhibit_query* query, Step step) noexcept {
  if (query == nullptr) return;
  const auto kept = guarded(nullptr, [&]() -> exhibit_status {
    step();
    return EXHIBIT_OK;
  });
  if (kept != EXHIBIT_OK) query->is_out_of_memory = true;
}

exhibit_status run_query(const exhibit_query& query, exhibit_cursor*& cursor, exhibit_error** error) {
  std::shared_ptr<CaseReading> reading;
  CaseReading::Lock lock;
  if (const auto status = CaseReading::open(query.state, reading, lock, error); status != EXHIBIT_OK) return status;
  if (query.kind >= 200) {
    auto records = service_records(reading, query.kind, query.filter.exhibit);
    if (!records) return fail(error, records.error(), query.state->path);
    cursor = new ListCursor(std::move(*records));
    return EXHIBIT_OK;
  }
  auto numbers = query.select(reading->artefacts());
  if (!numbers) return fail(error, numbers.error(), query.state->path);
  // A case that has no file yet is empty, and its reading must not outlive this call: the file will take its place.
  if (numbers->empty())
    cursor = new ListCursor({});
  else
    cursor = new ArtefactCursor(std::move(reading), std::move(*numbers), query.zone);
  return EXHIBIT_OK;
}

exhibit_status count_query(const exhibit_query& query, std::uint64_t& n, exhibit_error** error) {
  std::shared_ptr<CaseReading> reading;
  CaseReading::Lock lock;
  if (const auto status = CaseReading::open(query.state, reading, lock, error); status != EXHIBIT_OK) return status;
  if (query.kind >= 200) {
    const auto records = service_records(reading, query.kind, query.filter.exhibit);
    if (!records) return fail(error, records.error(), query.state->path);
    n = records->size();
    return EXHIBIT_OK;
  }
  const auto numbers = query.select(reading->artefacts());
  if (!numbers) return fail(error, numbers.error(), query.state->path);
  n = numbers->size();
  return EXHIBIT_OK;
}

}  // namespace

extern "C" {

exhibit_query* exhibit_case_query(exhibit_case* of, int32_t kind) {
  exhibit_query* query = nullptr;
  guarded(nullptr, [&]() -> exhibit_status {
    if (of != nullptr) query = new exhibit_query(of->state, kind);
    return EXHIBIT_OK;
  });
  return query;
}

void exhibit_query_where(exhibit_query* query, exhibit_field field, int32_t comparison, exhibit_value value) {
  take_step(query, [&] { query->where(field, comparison, value); });
}

void exhibit_query_search(exhibit_query* query, const char* text, size_t length) {
  if (text != nullptr) take_step(query, [&] { query->filter.search.assign(text, length); });
}

void exhibit_query_with(exhibit_query* query, const char* text, size_t length) {
  if (text != nullptr) take_step(query, [&] { query->filter.with.assign(text, length); });
}

void exhibit_query_id_prefix(exhibit_query* query, const char* digits) {
  if (digits != nullptr) take_step(query, [&] { query->id_prefix = digits; });
}

void exhibit_query_time_zone(exhibit_query* query, const char* name) {
  if (name != nullptr) take_step(query, [&] { query->show_in_zone(name); });
}

void exhibit_query_deleted(exhibit_query* query) {
  if (query != nullptr) query->filter.only_deleted = true;
}

void exhibit_query_last(exhibit_query* query, uint64_t n) {
  if (query != nullptr) query->filter.last = n;
}

exhibit_status exhibit_query_run(exhibit_query* query, exhibit_cursor** cursor, exhibit_error** error) {
  if (cursor != nullptr) *cursor = nullptr;
  return guarded(error, [&]() -> exhibit_status {
    if (query == nullptr || cursor == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a query and a place for the cursor are needed");
    if (const auto status = query->check(error); status != EXHIBIT_OK) return status;
    return run_query(*query, *cursor, error);
  });
}

exhibit_status exhibit_query_count(exhibit_query* query, uint64_t* n, exhibit_error** error) {
  if (n != nullptr) *n = 0;
  return guarded(error, [&]() -> exhibit_status {
    if (query == nullptr || n == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a query and a place for the count are needed");
    if (const auto status = query->check(error); status != EXHIBIT_OK) return status;
    return count_query(*query, *n, error);
  });
}

void exhibit_query_free(exhibit_query* query) { delete query; }

exhibit_status exhibit_time_span(const char* iso_prefix, int64_t* from_us, int64_t* to_us) {
  if (from_us != nullptr) *from_us = 0;
  if (to_us != nullptr) *to_us = 0;
  if (iso_prefix == nullptr || from_us == nullptr || to_us == nullptr) return EXHIBIT_E_INVALID;
  return guarded(nullptr, [&]() -> exhibit_status {
    const auto span = exhibit::casefile::time_span(iso_prefix);
    if (!span) return EXHIBIT_E_INVALID;
    *from_us = span->from_us;
    *to_us = span->to_us;
    return EXHIBIT_OK;
  });
}

}  // extern "C"
