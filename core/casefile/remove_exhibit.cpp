#include <string>

#include "case_state.h"
#include "casefile/case.h"
#include "casefile/query.h"
#include "plan.h"
#include "search_text.h"

namespace exhibit::casefile {

namespace {

/// The index of words has no copy of its texts, so rows cannot be taken out of it: it is made again of what is left.
Result<void> rebuild_words(const Connection& connection) {
  if (auto cleared = connection.run("INSERT INTO words(words) VALUES('delete-all')"); !cleared) return cleared;
  auto select = connection.prepare("SELECT n, kind, body, rest FROM artefact ORDER BY n");
  auto insert = connection.prepare("INSERT INTO words(rowid, text) VALUES(?1, ?2)");
  if (!select) return std::unexpected(select.error());
  if (!insert) return std::unexpected(insert.error());
  std::string text;
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    text.clear();
    append_index_text(text, static_cast<std::uint32_t>(select->integer(1)), select->blob(2), select->blob(3));
    if (text.empty()) continue;
    insert->bind(1, select->integer(0));
    text = fold(text);
    insert->bind_text(2, text);
    if (auto written = insert->run(); !written) return written;
  }
}

/// Statements in the order in which later ones no longer need the rows that earlier ones took.
std::string deletions(const std::string& exhibit) {
  const std::string artefacts = "(SELECT n FROM artefact WHERE exhibit = " + exhibit + ")";
  std::string sql;
  for (const auto& kind : Plans::get().kinds()) sql += "DELETE FROM f_" + kind->name + " WHERE n IN " + artefacts + ";";
  for (const char* table : {"party_use", "file_use", "link", "geo"})
    sql += std::string("DELETE FROM ") + table + " WHERE artefact IN " + artefacts + ";";
  for (const char* table : {"party", "chat", "ledger", "problem", "file_fact", "unread", "artefact"})
    sql += std::string("DELETE FROM ") + table + " WHERE exhibit = " + exhibit + ";";
  const std::string sources = "(SELECT n FROM source WHERE exhibit = " + exhibit + ")";
  sql += "DELETE FROM file WHERE dir IN (SELECT n FROM dir WHERE source IN " + sources + ");";
  sql += "DELETE FROM dir WHERE source IN " + sources + ";";
  sql += "DELETE FROM source WHERE exhibit = " + exhibit + ";";
  return sql + "DELETE FROM exhibit WHERE n = " + exhibit + ";";
}

}  // namespace

Result<void> Case::remove_exhibit(std::string_view label) {
  if (!state_->in_run) return fail(ErrorCode::unsupported, "a run at work in the case");
  auto select = state_->connection.prepare("SELECT n FROM exhibit WHERE label = ?1");
  if (!select) return std::unexpected(select.error());
  select->bind(1, label);
  const auto row = select->step();
  if (!row) return std::unexpected(row.error());
  if (!*row) return fail(ErrorCode::not_found, "an exhibit of the case");
  const std::string exhibit = std::to_string(select->integer(0));
  select->reset();
  if (auto deleted = state_->connection.run(deletions(exhibit)); !deleted) return deleted;
  return rebuild_words(state_->connection);
}

}  // namespace exhibit::casefile
