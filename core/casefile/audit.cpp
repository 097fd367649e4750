#include "casefile/audit.h"

#include "base/time.h"
#include "case_state.h"
#include "hex.h"
#include "model/json.h"
#include "model/wire_reader.h"

namespace exhibit::casefile {

namespace {

std::string utc_text(std::int64_t us) {
  model::TimeValue time;
  time.moment = {us, Zone::utc, Precision::us, 0};
  return model::time_text(time);
}

std::string audit_line(std::int64_t n, std::string_view who, std::string_view what, std::string_view detail,
                       std::string_view previous) {
  std::string line = "{\"n\":" + std::to_string(n) + ",\"at\":\"" + utc_text(now_us()) + "\",\"who\":";
  model::append_json_string(line, who);
  line += ",\"what\":";
  model::append_json_string(line, what);
  line += ",\"detail\":";
  line += detail.empty() ? "{}" : detail;
  line += ",\"prev\":\"";
  line += previous;
  return line + "\"}";
}

/// The hash that a line says it follows: the last thing in it.
std::string_view previous_in(std::string_view line) {
  constexpr std::string_view kMark = ",\"prev\":\"";
  const auto at = line.rfind(kMark);
  if (at == std::string_view::npos || !line.ends_with("\"}")) return {};
  return line.substr(at + kMark.size(), line.size() - 2 - at - kMark.size());
}

}  // namespace

Result<std::vector<AuditLine>> audit_lines(const Case& subject) {
  auto select = subject.state().connection.prepare("SELECT n, line, hash FROM audit ORDER BY n");
  if (!select) return std::unexpected(select.error());
  std::vector<AuditLine> lines;
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return lines;
    lines.push_back({select->integer(0), std::string(select->text(1)), hex(select->blob(2))});
  }
}

Result<std::string> audit_head(const Case& subject) {
  const auto lines = audit_lines(subject);
  if (!lines) return std::unexpected(lines.error());
  return lines->empty() ? std::string() : lines->back().hash;
}

Result<void> add_audit_line(Case& subject, std::string_view who, std::string_view what, std::string_view detail) {
  Case::State& state = subject.state();
  if (state.access == Access::read_only) return fail(ErrorCode::unsupported, "a case that was opened for writing");
  const bool own_transaction = !state.in_run && state.is_on_disk;
  if (own_transaction)
    if (auto begun = state.connection.run("BEGIN IMMEDIATE"); !begun) return begun;
  const auto add = [&]() -> Result<void> {
    const auto lines = audit_lines(subject);
    if (!lines) return std::unexpected(lines.error());
    const std::int64_t n = lines->empty() ? 1 : lines->back().n + 1;
    const std::string line = audit_line(n, who, what, detail, lines->empty() ? std::string() : lines->back().hash);
    const auto digest = crypto::sha256(as_bytes(line));
    auto insert = state.connection.prepare("INSERT INTO audit(n, line, hash) VALUES(?1, ?2, ?3)");
    if (!insert) return std::unexpected(insert.error());
    insert->bind(1, n);
    insert->bind_text(2, line);
    insert->bind_blob(3, digest);
    return insert->run();
  };
  auto added = add();
  if (!own_transaction) return added;
  auto ended = state.connection.run(added ? "COMMIT" : "ROLLBACK");
  return added ? ended : added;
}

Result<AuditCheck> check_audit(const Case& subject) {
  const auto lines = audit_lines(subject);
  if (!lines) return std::unexpected(lines.error());
  AuditCheck check;
  std::string previous;
  for (const AuditLine& line : *lines) {
    ++check.entries;
    const bool fits = line.n == check.entries && previous_in(line.line) == previous &&
                      hex(crypto::sha256(as_bytes(line.line))) == line.hash;
    if (!fits && check.intact) {
      check.intact = false;
      check.broken_at = check.entries;
    }
    previous = line.hash;
  }
  return check;
}

}  // namespace exhibit::casefile
