#include "query_run.h"

#include <algorithm>

#include "base/unicode.h"
#include "column_plan.h"
#include "field_writer.h"

namespace exhibit::engine {

namespace {

using sqlite::Value;
using sqlite::ValueType;

// Field numbers of Artefact, Provenance, RowRef and Extra (core/model/artefact.proto).
namespace artefact_field {
constexpr std::uint32_t kId = 1, kApp = 2, kLocalAccount = 4, kState = 5, kProvenance = 6, kExtra = 7;
}
namespace provenance_field {
constexpr std::uint32_t kFile = 2, kDeviceUser = 3, kTable = 4, kRowid = 5, kKey = 6, kJoined = 8, kParser = 9,
                        kQuery = 11;
}
namespace row_ref_field {
constexpr std::uint32_t kTable = 2, kRowid = 3;
}
namespace extra_field {
constexpr std::uint32_t kName = 1, kValue = 2, kBytes = 3;
}

class QueryValues : public RowValues {
 public:
  void read(const sqlite::Query& query) { query_ = &query; }
  Value value(int column) const override { return query_->value(static_cast<std::size_t>(column)); }

 private:
  const sqlite::Query* query_ = nullptr;
};

/// The number of a list in an element message: State and Provenance of a child that has rows of its own.
std::uint32_t number_of(const model::MessageInfo& message, std::string_view field) {
  const model::FieldInfo* found = message.find(field);
  return found == nullptr ? 0 : found->number;
}

class QueryRun {
 public:
  QueryRun(TaskScope& scope, const QueryDefinition& definition, const std::string& table)
      : scope_(scope),
        definition_(definition),
        plan_(*definition.plan),
        table_(table),
        ledger_(scope.ledgers[table]),
        ids_(scope.label, scope.source, scope.entry.container_path, table, definition.kind->name, definition.name) {
    writer_.set_local_zone(scope.local_zone);
  }

  QueryEnd run() {
    auto prepared = scope_.database.prepare({definition_.sql, definition_.table, true});
    if (!prepared) return fail(prepared.error());
    query_ = std::move(*prepared);
    values_.read(*query_);
    if (!find_parent_table()) return QueryEnd::failed;
    while (true) {
      const auto ready = query_->step();
      if (!ready) return fail(ready.error());
      if (!*ready) break;
      const QueryEnd end = definition_.child_field != nullptr ? take_child() : take_row();
      if (end != QueryEnd::done) return end;
    }
    report_multiplied();
    return QueryEnd::done;
  }

 private:
  QueryEnd fail(const sqlite::Problem& problem) {
    report_multiplied();
    if (problem.code == "cancelled") return QueryEnd::cancelled;
    ProblemText text{
        .code = problem.code, .file = scope_.file, .parser = scope_.module.name, .query = definition_.name};
    text.expected = problem.expected;
    text.found = problem.found;
    text.offset = problem.offset;
    text.table = problem.table.empty() ? std::string_view(table_) : std::string_view(problem.table);
    text.row = problem.row ? &*problem.row : nullptr;
    scope_.output.problem(text);
    return QueryEnd::failed;
  }

  QueryEnd fail(const PlanFailure& failure) {
    sqlite::Problem problem{
        .code = failure.code, .expected = failure.expected, .found = failure.found, .table = table_};
    if (row_.key.empty()) problem.row = row_.rowid;
    return fail(problem);
  }

  /// A child's _parent is a row of the one table that drives its parent's queries, or of the table it comes from.
  bool find_parent_table() {
    if (definition_.child_field == nullptr) return true;
    // A foreign key comes from the child's own table: then its value is a row of the one table that drives the parents.
    const std::string origin = query_->column_origin(static_cast<std::size_t>(plan_.parent)).table;
    for (const QueryDefinition& parent : scope_.module.queries) {
      if (parent.child_field != nullptr || parent.kind != definition_.kind) continue;
      const auto table = scope_.database.real_table_name(parent.table);
      if (!table || !scope_.database.has_table(*table) || *table == parent_table_) continue;
      if (*table == origin) {
        parent_table_ = origin;
        return true;
      }
      if (!parent_table_.empty()) {
        (void)fail(sqlite::Problem{.code = "ambiguous_parent",
                                   .expected = "_parent as the _row column of its table",
                                   .found = "an expression, and the parents are rows of several tables",
                                   .table = table_});
        return false;
      }
      parent_table_ = *table;
    }
    return true;
  }

  void read_row() {
    row_ = {};
    if (plan_.row != kNoColumn) row_.rowid = values_.value(plan_.row).integer;
    const int key = plan_.path != kNoColumn ? plan_.path : plan_.key;
    if (key != kNoColumn) row_.key = value_text(values_.value(key));
    writer_.clear_raw();
    for (const auto& unknown : query_->unknown_codes()) keep_unknown_code(unknown);
  }

  /// A row comes at most once in a query: of a join that multiplies the first is kept.
  bool is_repeated() {
    const RowOutcome before = row_.key.empty() ? seen_.raise(row_.rowid, RowOutcome::emitted)
                                               : seen_.raise(std::string_view(row_.key), RowOutcome::emitted);
    if (before == RowOutcome::none) return false;
    if (multiplied_++ == 0) first_multiplied_ = row_.rowid;
    return true;
  }

  void report_multiplied() {
    if (multiplied_ == 0) return;
    ProblemText text{
        .code = "row_multiplied", .file = scope_.file, .parser = scope_.module.name, .query = definition_.name};
    text.expected = "each row of the driving table once";
    text.found = "rows given again by a join; the first of each was kept";
    text.table = table_;
    text.row = &first_multiplied_;
    text.count = multiplied_;
    scope_.output.problem(text);
    multiplied_ = 0;
  }

  void keep_unknown_code(const sqlite::Query::UnknownCode& unknown) {
    RawValue raw{.path = unknown.map, .text = unknown.code, .bytes = {}, .reason = "unknown_code"};
    for (const ColumnPlan::MapUse& use : plan_.map_uses)
      if (use.map == unknown.map) {
        raw.path = use.path;
        break;
      }
    writer_.add_raw(std::move(raw));
  }

  bool is_claimed() const {
    return row_.key.empty() ? scope_.children.is_claimed(table_, row_.rowid)
                            : scope_.children.is_claimed(table_, std::string_view(row_.key));
  }

  bool skips_row() {
    if (plan_.skip == kNoColumn) return false;
    const Value reason = values_.value(plan_.skip);
    if (reason.is_null()) return false;
    ledger_.skip(row_, value_text(reason));
    return true;
  }

  QueryEnd take_row() {
    read_row();
    if (is_repeated() || is_claimed() || skips_row()) return QueryEnd::done;
    take_children();
    body_.clear();
    model::WireWriter body(body_);
    if (!writer_.write(plan_.body, values_, body)) return fail(writer_.failure());
    if (body_.empty()) {
      ledger_.skip(row_, "nothing_set");
      return QueryEnd::done;
    }
    model::WireWriter& out = scope_.output.begin_artefact();
    if (!write_envelope(out)) {
      scope_.output.drop_artefact();
      return fail(writer_.failure());
    }
    out.message(definition_.kind->number, body_);
    ledger_.emit(row_);
    ++ledger_.artefacts;
    for (const ChildRow& child : taken_)
      if (child.claims) scope_.ledgers[child.table].attach(child.row);
    return scope_.output.end_artefact() ? QueryEnd::done : QueryEnd::cancelled;
  }

  void take_children() {
    taken_ = scope_.children.take(definition_.kind->name, table_, row_.rowid);
    elements_.clear();
    for (ChildRow& child : taken_) elements_[child.field].push_back(std::move(child.element));
    writer_.set_children(elements_.empty() ? nullptr : &elements_);
  }

  bool write_envelope(model::WireWriter& out) {
    const ArtefactId id = row_.key.empty() ? ids_.of_row(row_.rowid) : ids_.of_key(row_.key);
    out.bytes(artefact_field::kId, id);
    write_app(out);
    writer_.set_children(nullptr);
    if (!plan_.local_account.empty()) {
      const auto mark = out.begin(artefact_field::kLocalAccount);
      if (!writer_.write(plan_.local_account, values_, out)) return false;
      out.end(mark);
    }
    if (!write_state(out, artefact_field::kState)) return false;
    write_provenance(out, artefact_field::kProvenance, true);
    write_extra(out);
    return true;
  }

  void write_app(model::WireWriter& out) {
    const Value app = plan_.app == kNoColumn ? Value{} : values_.value(plan_.app);
    if (app.type == ValueType::text && is_utf8(app.text())) {
      out.text(artefact_field::kApp, app.text());
    } else if (!scope_.app.empty()) {
      out.text(artefact_field::kApp, scope_.app);
    }
  }

  bool write_state(model::WireWriter& out, std::uint32_t field) {
    if (plan_.state.empty()) return true;
    const auto mark = out.begin(field);
    if (!writer_.write(plan_.state, values_, out)) return false;
    out.end(mark);
    return true;
  }

  void write_provenance(model::WireWriter& out, std::uint32_t field, bool is_whole) {
    const auto mark = out.begin(field);
    if (is_whole) {
      out.unsigned_integer(provenance_field::kFile, scope_.file);
      if (scope_.entry.device_user != 0) out.unsigned_integer(provenance_field::kDeviceUser, scope_.entry.device_user);
    }
    out.text(provenance_field::kTable, table_);
    if (plan_.row != kNoColumn) out.integer(provenance_field::kRowid, row_.rowid);
    if (!row_.key.empty()) out.text(provenance_field::kKey, row_.key);
    write_joined(out);
    if (is_whole) {
      out.text(provenance_field::kParser, scope_.module.name);
      out.text(provenance_field::kQuery, definition_.name);
    }
    out.end(mark);
  }

  void write_joined(model::WireWriter& out) {
    const auto write = [&](std::string_view table, std::int64_t rowid) {
      const auto mark = out.begin(provenance_field::kJoined);
      out.text(row_ref_field::kTable, table);
      out.integer(row_ref_field::kRowid, rowid);
      out.end(mark);
    };
    for (const NamedColumn& joined : plan_.joined) {
      const Value row = values_.value(joined.column);
      if (row.is_null()) continue;
      const auto& origin = query_->column_origin(static_cast<std::size_t>(joined.column)).table;
      write(origin.empty() ? joined.name : origin, row.integer);
    }
    if (plan_.rows == kNoColumn) return;
    sqlite::ListReader rows(values_.value(plan_.rows).bytes);
    while (rows.next_element()) {
      std::string_view name;
      Value row;
      while (rows.next_field(name, row)) {
        listed_ = {row.integer, {}};
        if (listed_.rowid == row_.rowid) continue;
        write(table_, listed_.rowid);
        ledger_.emit(listed_);
      }
    }
  }

  void write_extra(model::WireWriter& out) {
    for (const NamedColumn& extra : plan_.extra) {
      const Value value = values_.value(extra.column);
      if (value.is_null()) continue;
      const bool is_text = value.type != ValueType::blob && (value.type != ValueType::text || is_utf8(value.text()));
      if (is_text) {
        write_extra(out, extra.name, value_text(value), {});
      } else {
        write_extra(out, extra.name, {}, value.text());
      }
    }
    for (const RawValue& raw : writer_.raw_values()) {
      ++ledger_.value_notes[std::string(raw.reason)];
      write_extra(out, raw.path + std::string(raw.suffix), raw.text, raw.bytes);
    }
  }

  static void write_extra(model::WireWriter& out, std::string_view name, std::string_view text,
                          std::string_view bytes) {
    const auto mark = out.begin(artefact_field::kExtra);
    out.text(extra_field::kName, name);
    if (bytes.empty()) out.text(extra_field::kValue, text);
    if (!bytes.empty()) out.bytes(extra_field::kBytes, as_bytes(bytes));
    out.end(mark);
  }

  QueryEnd take_child() {
    read_row();
    const bool claims = definition_.claims;
    // Children that come out of the parent's own row may be several a row.
    if (claims && is_repeated()) return QueryEnd::done;
    if (skips_row()) return QueryEnd::done;
    const Value parent = values_.value(plan_.parent);
    if (parent.is_null()) return QueryEnd::done;
    if (parent.type != ValueType::integer) {
      ledger_.skip(row_, "parent_is_no_row");
      return QueryEnd::done;
    }
    ChildRow child;
    child.field = definition_.child_field->number;
    child.table = table_;
    child.row = row_;
    child.claims = claims;
    model::WireWriter out(child.element);
    writer_.set_children(nullptr);
    if (!writer_.write(plan_.body, values_, out)) return fail(writer_.failure());
    const std::uint32_t provenance = number_of(plan_.message(), "provenance");
    if (claims && provenance != 0) write_provenance(out, provenance, false);
    for (const RawValue& raw : writer_.raw_values()) ++ledger_.value_notes[std::string(raw.reason)];
    if (child.element.empty()) {
      ledger_.skip(row_, "nothing_set");
      return QueryEnd::done;
    }
    scope_.children.add(definition_.kind->name, parent_table_, parent.integer, std::move(child));
    return QueryEnd::done;
  }

  TaskScope& scope_;
  const QueryDefinition& definition_;
  const ColumnPlan& plan_;
  const std::string& table_;
  TableLedger& ledger_;
  ArtefactIds ids_;
  FieldWriter writer_;
  std::unique_ptr<sqlite::Query> query_;
  QueryValues values_;
  RowOutcomes seen_;
  RowId row_;
  RowId listed_;
  std::string parent_table_;
  std::string body_;
  std::vector<ChildRow> taken_;
  std::unordered_map<std::uint32_t, std::vector<std::string>> elements_;
  std::uint64_t multiplied_ = 0;
  std::int64_t first_multiplied_ = 0;
};

}  // namespace

QueryEnd run_query(TaskScope& scope, const QueryDefinition& definition, const std::string& table) {
  return QueryRun(scope, definition, table).run();
}

}  // namespace exhibit::engine
