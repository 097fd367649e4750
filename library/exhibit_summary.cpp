#include "model/wire_writer.h"
#include "service_record.h"

namespace exhibit::library {

namespace {

using model::WireWriter;

/// A nested message from its own fields.
template <class Fill>
void nest(WireWriter& out, std::uint32_t field, Fill fill) {
  const auto mark = out.begin(field);
  fill();
  out.end(mark);
}

void put(WireWriter& out, std::uint32_t field, std::string_view text) {
  if (!text.empty()) out.text(field, text);
}

void put_sources(WireWriter& out, const casefile::ExhibitSummary& summary) {
  for (const casefile::SourceLine& source : summary.sources)
    nest(out, 8, [&] {
      out.text(1, source.path);
      out.text(2, source.container);
      out.unsigned_integer(3, source.size);
      out.unsigned_integer(4, source.files);
      out.unsigned_integer(5, source.files_read);
      out.text(6, source.fingerprint);
      if (source.is_encrypted) out.boolean(7, true);
    });
}

void put_counts(WireWriter& out, const casefile::ExhibitSummary& summary) {
  for (const casefile::KindCount& count : summary.counts)
    nest(out, 10, [&] {
      out.text(1, count.kind);
      put(out, 2, count.app);
      put(out, 3, count.app_name);
      out.unsigned_integer(4, count.live);
      out.unsigned_integer(5, count.soft_deleted);
      out.unsigned_integer(6, count.tombstone);
      out.unsigned_integer(7, count.recovered);
      out.unsigned_integer(8, count.history);
    });
}

void put_sum(WireWriter& out, std::uint32_t field, const casefile::LedgerSum& sum, bool adds_up) {
  nest(out, field, [&] {
    out.unsigned_integer(1, sum.read);
    out.unsigned_integer(2, sum.emitted);
    out.unsigned_integer(3, sum.attached);
    out.unsigned_integer(4, sum.skipped);
    out.unsigned_integer(5, sum.dropped);
    out.boolean(6, adds_up);
  });
}

void put_reasons(WireWriter& out, std::uint32_t field, const std::vector<casefile::ReasonCount>& reasons) {
  for (const casefile::ReasonCount& reason : reasons)
    nest(out, field, [&] {
      out.text(1, reason.reason);
      out.unsigned_integer(2, reason.count);
    });
}

void put_ledger(WireWriter& out, const casefile::ExhibitSummary& summary) {
  put_sum(out, 12, summary.ledger, summary.ledger_adds_up());
  put_reasons(out, 13, summary.skipped);
  put_reasons(out, 14, summary.value_notes);
  for (const casefile::LedgerGap& gap : summary.gaps)
    nest(out, 15, [&] {
      out.text(1, gap.parser);
      out.text(2, gap.file);
      out.text(3, gap.table);
      put_sum(out, 4, gap.sum, false);
    });
}

void put_problems(WireWriter& out, const casefile::ExhibitSummary& summary) {
  for (const casefile::ProblemLine& problem : summary.problems)
    nest(out, 16, [&] {
      out.text(1, problem.code);
      put(out, 3, problem.parser);
      put(out, 5, problem.expected);
      put(out, 6, problem.found);
      put(out, 8, problem.table);
      out.unsigned_integer(10, problem.count);
    });
}

void put_unread(WireWriter& out, const casefile::ExhibitSummary& summary) {
  for (const casefile::UnreadFile& unread : summary.unread) {
    if (!unread.is_whole_file) continue;  // its tables stand among the columns
    nest(out, 17, [&] {
      out.text(1, unread.file);
      out.unsigned_integer(2, unread.rows);
      out.unsigned_integer(3, unread.tables);
    });
  }
  for (const casefile::UnreadColumn& unread : summary.unread_columns)
    nest(out, 18, [&] {
      out.text(1, unread.file);
      out.text(2, unread.table);
      out.text(3, unread.column);
      out.unsigned_integer(4, unread.count);
    });
  for (const casefile::LocalTimes& times : summary.local_times)
    nest(out, 19, [&] {
      out.text(1, times.kind);
      out.text(2, times.field);
      out.unsigned_integer(3, times.count);
    });
}

}  // namespace

RecordPtr exhibit_summary_record(const casefile::ExhibitSummary& summary) {
  std::string wire;
  WireWriter out(wire);
  out.text(1, summary.label);
  put(out, 2, summary.model);
  put(out, 3, summary.model_name);
  put(out, 4, summary.os);
  put(out, 5, summary.os_version);
  put(out, 6, summary.build);
  put(out, 7, summary.zone);
  put_sources(out, summary);
  out.unsigned_integer(9, summary.parsers);
  put_counts(out, summary);
  out.unsigned_integer(11, summary.artefacts);
  put_ledger(out, summary);
  put_problems(out, summary);
  put_unread(out, summary);
  put(out, 20, summary.content_sha256);
  for (const casefile::ProblemLine& problem : summary.problems) out.text(21, problem.file);
  return make_record(EXHIBIT_EXHIBIT, model::Model::get().message("Exhibit"), std::move(wire));
}

RecordPtr case_record(const casefile::CaseSummary& summary, const std::vector<std::string>& facts) {
  std::string wire;
  WireWriter out(wire);
  put(out, 1, summary.path);
  out.unsigned_integer(2, summary.size_bytes);
  put(out, 3, summary.content_sha256);
  put(out, 4, summary.audit_head);
  out.unsigned_integer(5, summary.audit_entries);
  for (std::size_t i = 0; i < facts.size(); ++i) put(out, static_cast<std::uint32_t>(6 + i), facts[i]);
  return make_record(EXHIBIT_CASE, model::Model::get().message("Case"), std::move(wire));
}

}  // namespace exhibit::library
