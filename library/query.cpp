#include "query.h"

#include <algorithm>

#include "boundary.h"
#include "casefile/records.h"
#include "service_record.h"

namespace exhibit::library {

namespace {

constexpr exhibit_field kApp = 2;
constexpr exhibit_field kTime = 10;
constexpr exhibit_field kExhibit = 0x0601;  // provenance.exhibit

/// The names of one exhibit's files, for records that outlive a step.
class CaseFileNames : public model::FileNames {
 public:
  CaseFileNames(std::shared_ptr<CaseState> state, std::shared_ptr<casefile::Artefacts> artefacts,
                const model::FileNames& names)
      : state_(std::move(state)), artefacts_(std::move(artefacts)), names_(names) {}

  std::string name(std::uint64_t file) const override { return names_.name(file); }
  std::uint64_t number(std::string_view name) const override { return names_.number(name); }

 private:
  std::shared_ptr<CaseState> state_;
  std::shared_ptr<casefile::Artefacts> artefacts_;
  const model::FileNames& names_;
};

class CaseNames {
 public:
  CaseNames(std::shared_ptr<CaseState> state, std::shared_ptr<casefile::Artefacts> artefacts)
      : state_(std::move(state)), artefacts_(std::move(artefacts)) {}

  std::shared_ptr<const model::FileNames> of(std::int64_t exhibit) {
    if (exhibit == 0) return nullptr;
    auto& names = names_[exhibit];
    if (names != nullptr) return names;
    if (const auto files = artefacts_->files(exhibit))
      names = std::make_shared<CaseFileNames>(state_, artefacts_, **files);
    return names;
  }

 private:
  std::shared_ptr<CaseState> state_;
  std::shared_ptr<casefile::Artefacts> artefacts_;
  std::map<std::int64_t, std::shared_ptr<const model::FileNames>> names_;
};

class ArtefactCursor : public exhibit_cursor {
 public:
  ArtefactCursor(std::shared_ptr<CaseState> state, std::shared_ptr<casefile::Artefacts> artefacts,
                 std::vector<std::int64_t> numbers)
      : state_(std::move(state)),
        artefacts_(std::move(artefacts)),
        names_(state_, artefacts_),
        numbers_(std::move(numbers)) {}

  exhibit_status next(const exhibit_record*& record, exhibit_error** error) override {
    if (at_ == numbers_.size()) return EXHIBIT_NONE;
    const std::lock_guard lock(state_->mutex);
    const std::int64_t n = numbers_[at_];
    const auto line = artefacts_->line(n);
    if (!line) return fail(error, line.error(), state_->opened.path());
    const auto wire = artefacts_->wire(n, casefile::Whole::with_derived);
    if (!wire) return fail(error, wire.error(), state_->opened.path());
    ++at_;
    set_record(record_, static_cast<std::int32_t>(line->kind), model::Model::get().message("Artefact"),
               std::string(*wire));
    record_.files = names_.of(line->exhibit);
    record_.title = line->title;
    record = &record_;
    return EXHIBIT_OK;
  }

 private:
  std::shared_ptr<CaseState> state_;
  std::shared_ptr<casefile::Artefacts> artefacts_;
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

Result<std::vector<RecordPtr>> summary_records(CaseState& state, std::int32_t kind, const std::string& label) {
  const auto summary = casefile::summarize(state.opened);
  if (!summary) return std::unexpected(summary.error());
  std::vector<RecordPtr> records;
  if (kind == EXHIBIT_CASE) {
    std::vector<std::string> facts;
    for (const std::string_view key : {"number", "examiner", "agency", "note"}) {
      auto fact = state.opened.fact(key);
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

Result<std::vector<RecordPtr>> service_records(const std::shared_ptr<CaseState>& state, std::int32_t kind,
                                               const std::string& label) {
  const auto list = std::ranges::find(kLists, kind, &ServiceList::kind);
  if (list == std::end(kLists)) return summary_records(*state, kind, label);
  auto rows = casefile::list_records(state->opened, list->list, label);
  if (!rows) return std::unexpected(rows.error());
  CaseNames names(state, std::make_shared<casefile::Artefacts>(state->opened));
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
  if (!is_query_kind(kind)) mistake = "a query over artefacts, one of their kinds, or a list of the case";
  if (kind > 0 && kind < 200) filter.kinds.push_back(static_cast<std::uint32_t>(kind));
}

void exhibit_query::where(exhibit_field field, std::int32_t comparison, const exhibit_value& value) {
  const bool is_equal = comparison == EXHIBIT_EQUAL;
  const bool is_text = value.type == EXHIBIT_TYPE_TEXT && value.data != nullptr;
  if (field == 0 && is_equal && value.integer > 0 && value.integer < 200) {
    filter.kinds.push_back(static_cast<std::uint32_t>(value.integer));
  } else if (field == kApp && is_equal && is_text) {
    apps.emplace_back(value.data, value.length);
  } else if (field == kExhibit && is_equal && is_text) {
    filter.exhibit.assign(value.data, value.length);
  } else if (field == kTime && comparison == EXHIBIT_AT_LEAST && value.type == EXHIBIT_TYPE_TIME) {
    filter.since_us = value.integer;
  } else if (field == kTime && comparison == EXHIBIT_LESS && value.type == EXHIBIT_TYPE_TIME) {
    filter.until_us = value.integer;
  } else if (mistake.empty()) {
    mistake = "a condition that a case can answer";
  }
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

extern "C" {

exhibit_query* exhibit_case_query(exhibit_case* of, int32_t kind) {
  if (of == nullptr) return nullptr;
  try {
    return new exhibit_query(of->state, kind);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void exhibit_query_where(exhibit_query* query, exhibit_field field, int32_t comparison, exhibit_value value) {
  if (query == nullptr) return;
  guarded(nullptr, [&]() -> exhibit_status {
    query->where(field, comparison, value);
    return EXHIBIT_OK;
  });
}

void exhibit_query_search(exhibit_query* query, const char* text, size_t length) {
  if (query == nullptr || text == nullptr) return;
  guarded(nullptr, [&]() -> exhibit_status {
    query->filter.search.assign(text, length);
    return EXHIBIT_OK;
  });
}

void exhibit_query_with(exhibit_query* query, const char* text, size_t length) {
  if (query == nullptr || text == nullptr) return;
  guarded(nullptr, [&]() -> exhibit_status {
    query->filter.with.assign(text, length);
    return EXHIBIT_OK;
  });
}

void exhibit_query_id_prefix(exhibit_query* query, const char* digits) {
  if (query == nullptr || digits == nullptr) return;
  guarded(nullptr, [&]() -> exhibit_status {
    query->id_prefix = digits;
    return EXHIBIT_OK;
  });
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
    if (!query->mistake.empty()) return fail(error, EXHIBIT_E_INVALID, "expected " + query->mistake);
    const std::lock_guard lock(query->state->mutex);
    const std::string path = query->state->opened.path();
    if (query->kind >= 200) {
      auto records = service_records(query->state, query->kind, query->filter.exhibit);
      if (!records) return fail(error, records.error(), path);
      *cursor = new ListCursor(std::move(*records));
      return EXHIBIT_OK;
    }
    auto artefacts = std::make_shared<exhibit::casefile::Artefacts>(query->state->opened);
    auto numbers = query->select(*artefacts);
    if (!numbers) return fail(error, numbers.error(), path);
    *cursor = new ArtefactCursor(query->state, std::move(artefacts), std::move(*numbers));
    return EXHIBIT_OK;
  });
}

exhibit_status exhibit_query_count(exhibit_query* query, uint64_t* n, exhibit_error** error) {
  if (n != nullptr) *n = 0;
  return guarded(error, [&]() -> exhibit_status {
    if (query == nullptr || n == nullptr)
      return fail(error, EXHIBIT_E_INVALID, "a query and a place for the count are needed");
    if (!query->mistake.empty()) return fail(error, EXHIBIT_E_INVALID, "expected " + query->mistake);
    const std::lock_guard lock(query->state->mutex);
    if (query->kind >= 200) {
      const auto records = service_records(query->state, query->kind, query->filter.exhibit);
      if (!records) return fail(error, records.error(), query->state->opened.path());
      *n = records->size();
      return EXHIBIT_OK;
    }
    exhibit::casefile::Artefacts artefacts(query->state->opened);
    const auto numbers = query->select(artefacts);
    if (!numbers) return fail(error, numbers.error(), query->state->opened.path());
    *n = numbers->size();
    return EXHIBIT_OK;
  });
}

void exhibit_query_free(exhibit_query* query) { delete query; }

exhibit_status exhibit_time_span(const char* iso_prefix, int64_t* from_us, int64_t* to_us) {
  if (iso_prefix == nullptr || from_us == nullptr || to_us == nullptr) return EXHIBIT_E_INVALID;
  const auto span = exhibit::casefile::time_span(iso_prefix);
  if (!span) return EXHIBIT_E_INVALID;
  *from_us = span->from_us;
  *to_us = span->to_us;
  return EXHIBIT_OK;
}

}  // extern "C"
