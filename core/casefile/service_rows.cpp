#include "service_rows.h"

#include <array>

#include "model/wire_reader.h"
#include "schema.h"

namespace exhibit::casefile {

using model::WireField;
using model::WireReader;

namespace {

Error malformed() { return {ErrorCode::malformed, "wire bytes of a service record", 0, {}}; }

/// Skip reasons are the parsers' own words: one that means something else here gets a prefix.
std::string skip_outcome(std::string_view reason) {
  for (const std::string_view word : {kRead, kEmitted, kAttached, kDropped, kArtefacts})
    if (reason == word) return std::string(kSkippedPrefix) + std::string(reason);
  if (reason.starts_with(kSkippedPrefix) || reason.starts_with(kNotePrefix))
    return std::string(kSkippedPrefix) + std::string(reason);
  return std::string(reason);
}

}  // namespace

Result<ServiceRows> ServiceRows::open(const Connection& connection, Dictionary& dictionary, std::int64_t exhibit,
                                      std::int64_t file_base) {
  ServiceRows rows;
  rows.connection_ = &connection;
  rows.dictionary_ = &dictionary;
  rows.exhibit_ = exhibit;
  rows.file_base_ = file_base;
  const std::pair<Statement*, std::string_view> statements[] = {
      {&rows.ledger_,
       "INSERT INTO ledger(exhibit, parser, file, tbl, pass, outcome, count, first_n, last_n) "
       "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
      {&rows.problem_,
       "INSERT INTO problem(exhibit, file, parser, code, expected, found, offset, tbl, row, count, query, key) "
       "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"},
      {&rows.unread_, "INSERT INTO unread(exhibit, file, tbl, col, count) VALUES(?1, ?2, ?3, ?4, ?5)"},
      {&rows.file_read_, "UPDATE file SET flags = flags | ?2, sha256 = coalesce(?3, sha256) WHERE n = ?1"},
      {&rows.file_fact_, "INSERT INTO file_fact(exhibit, file, tbl, code, detail) VALUES(?1, ?2, ?3, ?4, ?5)"}};
  for (const auto& [statement, sql] : statements) {
    auto prepared = connection.prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return rows;
}

Result<void> ServiceRows::add(std::uint32_t record, Bytes wire) {
  switch (record) {
    case record::kLedger:
      return add_ledger(wire);
    case record::kProblem:
      return add_problem(wire);
    case record::kUnread:
      return add_unread(wire);
    case record::kFileRead:
      return add_file_read(wire);
    case record::kFileFact:
      return add_file_fact(wire);
    default:
      return std::unexpected(malformed());
  }
}

Result<void> ServiceRows::add_ledger(Bytes wire) {
  LedgerLine line;
  std::string_view parser;
  WireReader reader(wire);
  WireField field;
  const auto count_of = [&](std::string outcome, std::uint64_t count) {
    line.outcomes.push_back({std::move(outcome), static_cast<std::int64_t>(count)});
  };
  const auto skip_count = [](Bytes bytes, std::string_view& reason) -> std::uint64_t {
    const auto word = model::find_field(bytes, 1);
    const auto count = model::find_field(bytes, 2);
    if (word) reason = word->text();
    return count ? count->value : 0;
  };
  std::string_view reason;
  while (reader.next(field)) {
    switch (field.number) {
      case 1:
        parser = field.text();
        break;
      case 2:
        line.file = file_number(field.value);
        break;
      case 3:
        line.table = field.text();
        line.has_table = true;
        break;
      case 4:
        line.pass = field.text() == "recovered" ? 1 : 0;
        break;
      case 5:
        count_of(std::string(kRead), field.value);
        break;
      case 6:
        count_of(std::string(kEmitted), field.value);
        break;
      case 7:
        count_of(std::string(kAttached), field.value);
        break;
      case 8: {
        const std::uint64_t count = skip_count(field.bytes, reason);
        count_of(skip_outcome(reason), count);
        break;
      }
      case 9:
        count_of(std::string(kDropped), field.value);
        break;
      case 10:
        count_of(std::string(kArtefacts), field.value);
        break;
      case 11: {
        const std::uint64_t count = skip_count(field.bytes, reason);
        count_of(std::string(kNotePrefix) + std::string(reason), count);
        break;
      }
      default:
        break;
    }
  }
  if (!reader.ok()) return std::unexpected(malformed());
  const auto number = dictionary_->parser(parser, {});
  if (!number) return std::unexpected(number.error());
  line.parser = *number;
  lines_.push_back(std::move(line));
  return {};
}

Result<void> ServiceRows::add_problem(Bytes wire) {
  // Column of each field of Problem: file and parser are numbers of their own.
  static constexpr std::array<int, 12> kPlace = {0, 4, 0, 0, 11, 5, 6, 7, 8, 9, 10, 12};
  problem_.bind(1, exhibit_);
  WireReader reader(wire);
  WireField field;
  while (reader.next(field)) {
    if (field.number == 2) {
      problem_.bind(2, file_number(field.value));
    } else if (field.number == 3) {
      const auto parser = dictionary_->parser(field.text(), {});
      if (!parser) return std::unexpected(parser.error());
      problem_.bind(3, *parser);
    } else if (field.number < kPlace.size() && kPlace[field.number] != 0) {
      if (field.type == model::WireType::bytes)
        problem_.bind(kPlace[field.number], field.text());
      else
        problem_.bind(kPlace[field.number], field.integer());
    }
  }
  if (!reader.ok()) return std::unexpected(malformed());
  return problem_.run();
}

Result<void> ServiceRows::add_unread(Bytes wire) {
  unread_.bind(1, exhibit_);
  WireReader reader(wire);
  WireField field;
  while (reader.next(field)) {
    if (field.number == 1) unread_.bind(2, file_number(field.value));
    if (field.number == 2) unread_.bind(3, field.text());
    if (field.number == 3) unread_.bind(4, field.text());
    if (field.number == 4) unread_.bind(5, field.integer());
  }
  if (!reader.ok()) return std::unexpected(malformed());
  return unread_.run();
}

Result<void> ServiceRows::add_file_read(Bytes wire) {
  std::int64_t file = 0;
  std::int64_t flags = 0;
  bool is_unreadable = false;
  WireReader reader(wire);
  WireField field;
  while (reader.next(field)) {
    if (field.number == 1) file = file_number(field.value);
    if (field.number == 2) file_read_.bind_blob(3, field.bytes);
    if (field.number == 3) is_unreadable = field.value != 0;
    if (field.number == 4 && field.value != 0) flags |= kFileDatabase;
    if (field.number == 5 && field.value != 0) flags |= kFileWanted;
  }
  if (!reader.ok()) return std::unexpected(malformed());
  flags |= is_unreadable ? kFileUnreadable : kFileRead;
  file_read_.bind(1, file);
  file_read_.bind(2, flags);
  return file_read_.run();
}

Result<void> ServiceRows::add_file_fact(Bytes wire) {
  file_fact_.bind(1, exhibit_);
  WireReader reader(wire);
  WireField field;
  while (reader.next(field)) {
    if (field.number == 1) file_fact_.bind(2, file_number(field.value));
    if (field.number >= 2 && field.number <= 4) file_fact_.bind(static_cast<int>(field.number) + 1, field.text());
  }
  if (!reader.ok()) return std::unexpected(malformed());
  return file_fact_.run();
}

Result<void> ServiceRows::finish(const std::vector<EmittedSpan>& spans) {
  // Which table a query reads is in its row; a ledger line is for a table, so its queries are taken together.
  std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t, std::string>, Span> by_table;
  auto table_of = connection_->prepare("SELECT tbl FROM query WHERE n = ?1");
  if (!table_of) return std::unexpected(table_of.error());
  for (const EmittedSpan& span : spans) {
    table_of->bind(1, span.query);
    if (const auto row = table_of->step(); !row) return std::unexpected(row.error());
    const auto key =
        std::tuple(dictionary_->parser_of(span.query), span.file, span.pass, std::string(table_of->text(0)));
    table_of->reset();
    const auto [found, is_new] = by_table.try_emplace(key, Span{span.first, span.last});
    if (is_new) continue;
    found->second.first = std::min(found->second.first, span.first);
    found->second.last = std::max(found->second.last, span.last);
  }
  for (const LedgerLine& line : lines_) {
    const auto span = by_table.find(std::tuple(line.parser, line.file, line.pass, line.table));
    for (const Outcome& outcome : line.outcomes) {
      ledger_.bind(1, exhibit_);
      ledger_.bind(2, line.parser);
      ledger_.bind(3, line.file);
      if (line.has_table) ledger_.bind(4, std::string_view(line.table));
      ledger_.bind(5, line.pass);
      ledger_.bind(6, std::string_view(outcome.word));
      ledger_.bind(7, outcome.count);
      if (outcome.word == kEmitted && span != by_table.end()) {
        ledger_.bind(8, span->second.first);
        ledger_.bind(9, span->second.last);
      }
      if (auto written = ledger_.run(); !written) return written;
    }
  }
  lines_.clear();
  return {};
}

}  // namespace exhibit::casefile
