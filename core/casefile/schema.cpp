#include "schema.h"

#include <array>

#include "model/model.h"

namespace exhibit::casefile {

using model::EnumInfo;
using model::FieldInfo;

namespace {

constexpr std::string_view kTables = R"sql(
CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID;
CREATE TABLE run(n INTEGER PRIMARY KEY, command TEXT, version TEXT, build TEXT, host TEXT, started_us INTEGER,
  ended_us INTEGER, options TEXT, jobs INTEGER, exit_status INTEGER, reproducible INTEGER);
CREATE TABLE exhibit(n INTEGER PRIMARY KEY, label TEXT NOT NULL UNIQUE, run INTEGER, platform TEXT, model TEXT, os TEXT,
  zone TEXT, zone_from TEXT, file_base INTEGER, artefacts INTEGER, content_sha256 BLOB);
CREATE TABLE source(n INTEGER PRIMARY KEY, exhibit INTEGER, path TEXT, container TEXT, size INTEGER, sha256 BLOB,
  fingerprint BLOB, files INTEGER, encrypted INTEGER);
CREATE TABLE dir(n INTEGER PRIMARY KEY, source INTEGER, device_dir TEXT, container_dir TEXT, device_user INTEGER);
CREATE TABLE file(n INTEGER PRIMARY KEY, dir INTEGER, name TEXT, container_name TEXT, type INTEGER, size INTEGER,
  sha256 BLOB, modified_us INTEGER, created_us INTEGER, accessed_us INTEGER, changed_us INTEGER, times_zone INTEGER,
  flags INTEGER, parent INTEGER);
CREATE TABLE app(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT);
CREATE TABLE parser(n INTEGER PRIMARY KEY, name TEXT, title TEXT, version TEXT, shape TEXT, origin TEXT);
CREATE TABLE query(n INTEGER PRIMARY KEY, parser INTEGER, idx INTEGER, name TEXT, kind INTEGER, tbl TEXT);
CREATE TABLE chat(n INTEGER PRIMARY KEY, exhibit INTEGER, app INTEGER, id TEXT, artefact INTEGER);
CREATE TABLE party(n INTEGER PRIMARY KEY, exhibit INTEGER, app INTEGER, address TEXT, address_kind INTEGER,
  normalized TEXT, name TEXT, is_owner INTEGER, contact INTEGER);
CREATE TABLE artefact(n INTEGER PRIMARY KEY, id BLOB NOT NULL, kind INTEGER NOT NULL, exhibit INTEGER NOT NULL,
  app INTEGER, at INTEGER, at_field INTEGER, at_zone INTEGER, status INTEGER NOT NULL, reason INTEGER, found_in INTEGER,
  same_as INTEGER, conversation INTEGER, query INTEGER NOT NULL, file INTEGER NOT NULL, row INTEGER, key TEXT,
  body BLOB NOT NULL, rest BLOB);
CREATE TABLE party_use(party INTEGER, artefact INTEGER, field INTEGER, PRIMARY KEY(party, artefact, field))
  WITHOUT ROWID;
CREATE TABLE file_use(file INTEGER, artefact INTEGER, field INTEGER, PRIMARY KEY(file, artefact, field)) WITHOUT ROWID;
CREATE TABLE link(artefact INTEGER, kind INTEGER, field INTEGER, target INTEGER);
CREATE TABLE geo(artefact INTEGER, field INTEGER, lat REAL, lon REAL, accuracy_m REAL, at INTEGER);
CREATE TABLE ledger(exhibit INTEGER, parser INTEGER, file INTEGER, tbl TEXT, pass INTEGER, outcome TEXT, count INTEGER,
  first_n INTEGER, last_n INTEGER);
CREATE TABLE problem(n INTEGER PRIMARY KEY, exhibit INTEGER, file INTEGER, parser INTEGER, code TEXT, expected TEXT,
  found TEXT, offset INTEGER, tbl TEXT, row INTEGER, count INTEGER, query TEXT, key TEXT);
CREATE TABLE file_fact(exhibit INTEGER, file INTEGER, tbl TEXT, code TEXT, detail TEXT);
CREATE TABLE unread(exhibit INTEGER, file INTEGER, tbl TEXT, col TEXT, count INTEGER);
CREATE TABLE tag(artefact_id BLOB, label TEXT, note TEXT, who TEXT, at_us INTEGER, PRIMARY KEY(artefact_id, label))
  WITHOUT ROWID;
CREATE TABLE identity(n INTEGER PRIMARY KEY, name TEXT, party INTEGER, who TEXT, why TEXT, at_us INTEGER);
CREATE TABLE audit(n INTEGER PRIMARY KEY, line TEXT NOT NULL, hash BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(text, content='', columnsize=0, tokenize='unicode61 remove_diacritics 2');
INSERT INTO words(words, rank) VALUES('automerge', 0);
)sql";

constexpr std::array<std::string_view, 4> kIndexes = {"artefact_at", "artefact_kind", "artefact_chat", "geo_lat"};

constexpr std::array<std::string_view, 7> kOtherViews = {
    "files", "chats", "people", "problems", "ledger_check", "unread_databases", "audit_log"};

std::string quoted(std::string_view name) { return '"' + std::string(name) + '"'; }

/// CASE x WHEN 1 THEN 'word' ... ELSE x END: a number without a word stays a number.
std::string enum_words(std::string_view column, const EnumInfo& words) {
  std::string sql = "CASE " + std::string(column);
  for (const auto& value : words.values)
    sql += " WHEN " + std::to_string(value.number) + " THEN '" + std::string(value.word) + "'";
  return sql + " ELSE " + std::string(column) + " END";
}

/// Microseconds as ISO text; the fraction only where there is one. SQLite's division cuts towards 0, so times before
/// 1970 need the positive remainder.
std::string moment_text(std::string_view column, std::string_view zone) {
  const std::string x(column);
  const std::string fraction = "((" + x + " % 1000000 + 1000000) % 1000000)";
  return "coalesce(strftime('%Y-%m-%dT%H:%M:%S', (" + x + " - " + fraction + ") / 1000000, 'unixepoch') || CASE " +
         fraction + " WHEN 0 THEN '' ELSE printf('.%06d', " + fraction + ") END || " + std::string(zone) + ", " + x +
         ")";
}

std::string time_text_of(std::string_view column) {
  const std::string x(column);
  return "CASE typeof(" + x + ") WHEN 'integer' THEN " + moment_text(x, "'Z'") + " ELSE " + x + " END";
}

std::string artefact_time() {
  return moment_text("a.at", "CASE a.at_zone WHEN 3 THEN '' ELSE 'Z' END");  // 3: local, shown without Z
}

std::string device_path(std::string_view file) {
  return "(SELECT coalesce(d.device_dir || fi.name, d.container_dir || coalesce(fi.container_name, fi.name)) FROM file "
         "fi JOIN dir d ON d.n = fi.dir WHERE fi.n = " +
         std::string(file) + ")";
}

/// The name an app showed, else the contact's, else the word for the phone's owner.
std::string party_name(std::string_view party) {
  return "(SELECT coalesce(p.name, (SELECT c.display_name FROM f_contact c WHERE c.n = p.contact), CASE p.is_owner "
         "WHEN 1 THEN 'Owner' END) FROM party p WHERE p.n = " +
         std::string(party) + ")";
}

std::string deleted_words() {
  const auto& state = model::Model::get().message("State");
  const auto words = [&](std::string_view column) {
    return enum_words("a." + std::string(column), *state.find(column)->enumeration);
  };
  return "CASE WHEN a.status <> 1 THEN " + words("status") + " || coalesce(': ' || " + words("found_in") +
         ", ': ' || " + words("reason") + ", '') END";
}

std::string exhibit_label() { return "(SELECT e.label FROM exhibit e WHERE e.n = a.exhibit)"; }
std::string app_id() { return "(SELECT p.id FROM app p WHERE p.n = a.app)"; }
std::string chat_id() { return "(SELECT c.id FROM chat c WHERE c.n = a.conversation)"; }

std::string provenance_columns() {
  return chat_id() + " AS conversation, " + device_path("a.file") +
         " AS file, (SELECT q.tbl FROM query q WHERE q.n = a.query) AS tbl, coalesce(a.row, a.key) AS row, (SELECT "
         "lower(hex(fi.sha256)) FROM file fi WHERE fi.n = a.file AND fi.sha256 IS NOT NULL) AS sha256";
}

/// The columns of one field in its kind's view.
std::string view_columns(const FieldPlan& plan) {
  const std::string name(plan.field->name);
  const std::string x = "f." + quoted(name);
  if (plan.field->repeated) {
    const std::string count = "f." + quoted(name + "_count");
    return ", " + count + (plan.joined ? ", " + x : "");
  }
  switch (plan.part) {
    case Part::time:
      return ", " + time_text_of(x) + " AS " + quoted(name);
    case Part::party:
      return ", (SELECT coalesce(p.address, p.normalized) FROM party p WHERE p.n = " + x + ") AS " + quoted(name) +
             ", " + party_name(x) + " AS " + quoted(name + "_name");
    case Part::geo:
      return ", f." + quoted(name + "_latitude") + ", f." + quoted(name + "_longitude") + ", f." +
             quoted(name + "_accuracy_m");
    case Part::file:
      return ", f." + quoted(name + "_path") + ", " + device_path("f." + quoted(name + "_file")) + " AS " +
             quoted(name + "_file");
    case Part::quote:
      return ", f." + quoted(name + "_text") + ", f." + quoted(name + "_id");
    default:
      if (plan.field->enumeration != nullptr)
        return ", " + enum_words(x, *plan.field->enumeration) + " AS " + quoted(name);
      return ", " + x;
  }
}

/// The text of a title field, NULL if it is unset.
std::string title_part(const FieldPlan& plan) {
  const std::string name(plan.field->name);
  const std::string x = "f." + quoted(name);
  if (plan.field->repeated) return plan.joined ? x : "f." + quoted(name + "_count");
  switch (plan.part) {
    case Part::time:
      return time_text_of(x);
    case Part::party:
      return "coalesce(" + party_name(x) + ", (SELECT coalesce(p.address, p.normalized) FROM party p WHERE p.n = " + x +
             "))";
    case Part::geo:
      return "f." + quoted(name + "_latitude") + " || ', ' || f." + quoted(name + "_longitude");
    case Part::file:
      return "f." + quoted(name + "_path");
    case Part::quote:
      return "f." + quoted(name + "_text");
    default:
      return plan.field->enumeration != nullptr ? enum_words(x, *plan.field->enumeration) : x;
  }
}

std::string title_of(const KindPlan& kind) {
  std::string parts;
  for (const FieldPlan& plan : kind.fields) {
    if (plan.column == 0 || !plan.field->title) continue;
    if (!parts.empty()) parts += " || ";
    parts += "coalesce(' - ' || " + title_part(plan) + ", '')";
  }
  if (parts.empty()) return "NULL";
  return "(SELECT substr(" + parts + ", 4) FROM f_" + kind.name + " f WHERE f.n = a.n)";
}

std::string kind_words(std::string_view column) {
  std::string sql = "CASE " + std::string(column);
  for (const auto& kind : Plans::get().kinds())
    sql += " WHEN " + std::to_string(kind->number) + " THEN '" + std::string(kind->info->name) + "'";
  return sql + " END";
}

std::string files_select() {
  const auto flag = [](std::int64_t bit, std::string_view name) {
    return ", (fi.flags & " + std::to_string(bit) + ") <> 0 AS " + std::string(name);
  };
  const auto at = [](std::string_view name) {
    const std::string column = "fi." + std::string(name) + "_us";
    return ", " + moment_text(column, "CASE fi.times_zone WHEN 3 THEN '' ELSE 'Z' END") + " AS " + std::string(name);
  };
  return "SELECT e.label AS exhibit, s.path AS source, d.device_dir || fi.name AS device_path, d.container_dir || "
         "coalesce(fi.container_name, fi.name) AS container_path, d.device_user AS device_user, CASE fi.type WHEN 1 "
         "THEN 'file' WHEN 2 THEN 'folder' WHEN 3 THEN 'link' ELSE 'other' END AS type, fi.size AS size, "
         "lower(hex(fi.sha256)) AS sha256" +
         at("modified") + at("created") + at("accessed") + at("changed") + flag(kFileWanted, "is_wanted") +
         flag(kFileRead, "is_read") + flag(kFileUnreadable, "is_unreadable") + flag(kFileDatabase, "is_database") +
         " FROM file fi JOIN dir d ON d.n = fi.dir JOIN source s ON s.n = d.source JOIN exhibit e ON e.n = s.exhibit";
}

/// A Conversation is no message of its chat, so it is not counted.
std::string chats_select() {
  return "SELECT e.label AS exhibit, p.id AS app, c.id AS id, fc.title AS title, fc.members AS members, count(a.n) AS "
         "count, min(" +
         artefact_time() + ") AS first, max(" + artefact_time() +
         ") AS last FROM chat c JOIN exhibit e ON e.n = c.exhibit LEFT JOIN app p ON p.n = c.app LEFT JOIN "
         "f_conversation fc ON fc.n = c.artefact LEFT JOIN artefact a ON a.conversation = c.n AND a.kind <> 24 AND "
         "a.same_as IS NULL GROUP BY c.n";
}

std::string people_select() {
  std::string uses = "SELECT party, artefact FROM party_use";
  for (const auto& kind : Plans::get().kinds()) {
    for (const FieldPlan& plan : kind->fields) {
      if (plan.part != Part::party || plan.column == 0 || plan.field->repeated) continue;
      const std::string column = quoted(plan.field->name);
      uses += " UNION SELECT " + column + ", n FROM f_" + kind->name + " WHERE " + column + " IS NOT NULL";
    }
  }
  return "SELECT e.label AS exhibit, coalesce(p.normalized, p.address) AS address, group_concat(DISTINCT " +
         party_name("p.n") +
         ") AS names, (SELECT i.id FROM app i WHERE i.n = p.app) AS app, count(DISTINCT a.n) AS count, min(" +
         artefact_time() + ") AS first, max(" + artefact_time() + ") AS last FROM (" + uses +
         ") u JOIN party p ON p.n = u.party JOIN artefact a ON a.n = u.artefact AND a.same_as IS NULL JOIN exhibit e "
         "ON e.n = p.exhibit GROUP BY p.exhibit, p.app, coalesce(p.normalized, p.address), p.address_kind, p.is_owner";
}

std::string parser_name(std::string_view parser) {
  return "(SELECT pa.name FROM parser pa WHERE pa.n = " + std::string(parser) + ")";
}

std::string problems_select() {
  return "SELECT e.label AS exhibit, " + device_path("x.file") + " AS file, " + parser_name("x.parser") +
         " AS parser, x.query, x.code, x.expected, x.found, x.offset, x.tbl, x.row, x.key, x.count FROM problem x JOIN "
         "exhibit e ON e.n = x.exhibit";
}

std::string ledger_select() {
  const auto sum = [](std::string_view condition) {
    return "coalesce(sum(CASE WHEN " + std::string(condition) + " THEN l.count END), 0)";
  };
  const auto of = [&](std::string_view word) { return sum("l.outcome = '" + std::string(word) + "'"); };
  const std::string skipped =
      sum("l.outcome NOT IN ('read', 'emitted', 'attached', 'dropped_by_query', 'artefacts') "
          "AND l.outcome NOT LIKE 'note:%'");
  return "SELECT e.label AS exhibit, " + parser_name("l.parser") + " AS parser, " + device_path("l.file") +
         " AS file, l.tbl AS tbl, CASE l.pass WHEN 1 THEN 'recovered' ELSE 'live' END AS pass, " + of(kRead) +
         " AS read, " + of(kEmitted) + " AS emitted, " + of(kAttached) + " AS attached, " + skipped + " AS skipped, " +
         of(kDropped) + " AS dropped, " + of(kRead) + " - " + of(kEmitted) + " - " + of(kAttached) + " - " + skipped +
         " - " + of(kDropped) +
         " AS difference FROM ledger l JOIN exhibit e ON e.n = l.exhibit GROUP BY l.exhibit, l.parser, l.file, l.tbl, "
         "l.pass";
}

std::string unread_select() {
  return "SELECT e.label AS exhibit, " + device_path("u.file") +
         " AS file, sum(u.tbl IS NULL) > 0 AS whole_file, count(DISTINCT CASE WHEN u.col IS NULL THEN u.tbl END) AS "
         "tables, coalesce(sum(CASE WHEN u.col IS NULL THEN u.count END), 0) AS rows, count(u.col) AS columns FROM "
         "unread u JOIN exhibit e ON e.n = u.exhibit GROUP BY u.exhibit, u.file";
}

std::string audit_select() {
  return "SELECT x.n AS n, json_extract(x.line, '$.at') AS time, json_extract(x.line, '$.who') AS who, "
         "json_extract(x.line, '$.what') AS what, x.line AS line, lower(hex(x.hash)) AS hash FROM audit x";
}

}  // namespace

std::string uuid_text(std::string_view column) {
  const std::string hex = "hex(" + std::string(column) + ")";
  return "lower(substr(" + hex + ", 1, 8) || '-' || substr(" + hex + ", 9, 4) || '-' || substr(" + hex +
         ", 13, 4) || '-' || substr(" + hex + ", 17, 4) || '-' || substr(" + hex + ", 21))";
}

std::string schema_header() {
  return "PRAGMA page_size = 8192; PRAGMA encoding = 'UTF-8'; PRAGMA auto_vacuum = NONE; PRAGMA application_id = " +
         std::to_string(kApplicationId) + "; PRAGMA user_version = " + std::to_string(kSchemaVersion) + ";";
}

std::string flat_table(const KindPlan& kind) {
  std::string sql = "CREATE TABLE f_" + kind.name + "(n INTEGER PRIMARY KEY";
  for (const FlatColumn& column : kind.columns) {
    sql += ", " + quoted(column.name);
    if (!column.type.empty()) sql += ' ' + std::string(column.type);
  }
  return sql + ");";
}

std::string schema_tables() {
  std::string sql(kTables);
  for (const auto& kind : Plans::get().kinds()) sql += flat_table(*kind);
  return sql;
}

std::string schema_indexes() {
  return "CREATE INDEX artefact_at ON artefact(at);"
         "CREATE INDEX artefact_kind ON artefact(kind, at);"
         "CREATE INDEX artefact_chat ON artefact(conversation, at) WHERE conversation NOT NULL;"
         "CREATE INDEX geo_lat ON geo(lat);";
}

std::string schema_drop_indexes() {
  std::string sql;
  for (const std::string_view name : kIndexes) sql += "DROP INDEX IF EXISTS " + std::string(name) + ";";
  return sql;
}

std::string kind_select(const KindPlan& kind) {
  std::string sql = "SELECT " + uuid_text("a.id") + " AS id, " + exhibit_label() + " AS exhibit, " + app_id() +
                    " AS app, " + artefact_time() + " AS time, " + deleted_words() + " AS deleted";
  for (const FieldPlan& plan : kind.fields)
    if (plan.column != 0) sql += view_columns(plan);
  return sql + ", " + provenance_columns() + " FROM f_" + kind.name +
         " f JOIN artefact a ON a.n = f.n WHERE a.same_as IS NULL";
}

std::string timeline_select() {
  std::string title = "CASE a.kind";
  for (const auto& kind : Plans::get().kinds())
    title += " WHEN " + std::to_string(kind->number) + " THEN " + title_of(*kind);
  return "SELECT " + artefact_time() + " AS time, " + kind_words("a.kind") + " AS kind, " + app_id() + " AS app, " +
         exhibit_label() + " AS exhibit, " + deleted_words() + " AS deleted, " + title + " END AS title, " +
         uuid_text("a.id") + " AS id, " + provenance_columns() + " FROM artefact a WHERE a.same_as IS NULL";
}

std::string view_select(std::string_view name) {
  if (name == "files") return files_select();
  if (name == "chats") return chats_select();
  if (name == "people") return people_select();
  if (name == "problems") return problems_select();
  if (name == "ledger_check") return ledger_select();
  if (name == "unread_databases") return unread_select();
  return audit_select();
}

std::string schema_views() {
  std::string sql;
  for (const auto& kind : Plans::get().kinds()) sql += "CREATE VIEW " + kind->name + " AS " + kind_select(*kind) + ";";
  sql += "CREATE VIEW timeline AS " + timeline_select() + " AND a.at IS NOT NULL ORDER BY a.at, a.kind, a.id;";
  for (const std::string_view name : kOtherViews)
    sql += "CREATE VIEW " + std::string(name) + " AS " + view_select(name) + ";";
  return sql;
}

std::string schema_drop_views() {
  std::string sql;
  for (const auto& kind : Plans::get().kinds()) sql += "DROP VIEW IF EXISTS " + kind->name + ";";
  sql += "DROP VIEW IF EXISTS timeline;";
  for (const std::string_view name : kOtherViews) sql += "DROP VIEW IF EXISTS " + std::string(name) + ";";
  return sql;
}

}  // namespace exhibit::casefile
