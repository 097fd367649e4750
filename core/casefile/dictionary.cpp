#include "dictionary.h"

#include <algorithm>

#include "model/wire_reader.h"
#include "model/wire_writer.h"
#include "plan.h"

namespace exhibit::casefile {

namespace {

/// Parts of a key that cannot run into each other.
void append_part(std::string& key, std::string_view part) {
  key += std::to_string(part.size());
  key += ':';
  key += part;
}

void append_part(std::string& key, std::int64_t number) { append_part(key, std::to_string(number)); }

Result<void> read_names(const Connection& connection, NumberOf& apps,
                        std::unordered_map<std::int64_t, bool>& has_name) {
  auto select = connection.prepare("SELECT n, id, name IS NOT NULL FROM app");
  if (!select) return std::unexpected(select.error());
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    apps.emplace(select->text(1), select->integer(0));
    has_name[select->integer(0)] = select->integer(2) != 0;
  }
}

/// Parsers and their queries that earlier exhibits used: the same version is the same row.
Result<void> read_queries(const Connection& connection, NumberOf& parsers, NumberOf& queries,
                          std::unordered_map<std::int64_t, std::int64_t>& parser_of,
                          std::unordered_map<std::int64_t, std::int64_t>& count) {
  auto select = connection.prepare("SELECT n, name, version FROM parser");
  if (!select) return std::unexpected(select.error());
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    std::string key;
    append_part(key, select->text(1));
    append_part(key, select->text(2));
    parsers.emplace(std::move(key), select->integer(0));
  }
  select = connection.prepare("SELECT n, parser, name, kind, tbl, tbl IS NOT NULL FROM query");
  if (!select) return std::unexpected(select.error());
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    std::string key;
    append_part(key, select->integer(1));
    append_part(key, select->text(2));
    append_part(key, select->text(4));
    append_part(key, select->integer(5));
    append_part(key, select->integer(3));
    queries.emplace(std::move(key), select->integer(0));
    parser_of[select->integer(0)] = select->integer(1);
    ++count[select->integer(1)];
  }
}

}  // namespace

void append_party_key(std::string& key, Bytes party) {
  model::WireReader reader(party);
  model::WireWriter writer(key);
  model::WireField field;
  while (reader.next(field)) {
    switch (field.number) {
      case field::kPartyAddress:
      case field::kPartyNormalized:
      case field::kPartyName:
        writer.text(field.number, field.text());
        break;
      case field::kPartyAddressKind:
      case field::kPartyIsOwner:
        writer.unsigned_integer(field.number, field.value);
        break;
      default:
        break;
    }
  }
}

Result<Dictionary> Dictionary::open(const Connection& connection, std::int64_t exhibit,
                                    const std::vector<ParserFacts>& parsers) {
  Dictionary dictionary;
  dictionary.connection_ = &connection;
  dictionary.exhibit_ = exhibit;
  dictionary.facts_ = parsers;
  if (auto read = read_names(connection, dictionary.apps_, dictionary.app_has_name_); !read)
    return std::unexpected(read.error());
  if (auto read = read_queries(connection, dictionary.parsers_, dictionary.queries_, dictionary.parser_of_,
                               dictionary.queries_of_parser_);
      !read)
    return std::unexpected(read.error());
  const std::pair<Statement*, std::string_view> statements[] = {
      {&dictionary.insert_app_, "INSERT INTO app(id, name) VALUES(?1, ?2)"},
      {&dictionary.name_app_, "UPDATE app SET name = ?2 WHERE n = ?1"},
      {&dictionary.insert_parser_,
       "INSERT INTO parser(name, title, version, shape, origin) VALUES(?1, ?2, ?3, ?4, ?5)"},
      {&dictionary.insert_query_, "INSERT INTO query(parser, idx, name, kind, tbl) VALUES(?1, ?2, ?3, ?4, ?5)"},
      {&dictionary.insert_chat_, "INSERT INTO chat(exhibit, app, id) VALUES(?1, ?2, ?3)"},
      {&dictionary.insert_party_,
       "INSERT INTO party(exhibit, app, address, address_kind, normalized, name, is_owner) "
       "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)"},
      {&dictionary.set_conversation_, "UPDATE chat SET artefact = ?2 WHERE n = ?1"}};
  for (const auto& [statement, sql] : statements) {
    auto prepared = connection.prepare(sql);
    if (!prepared) return std::unexpected(prepared.error());
    *statement = std::move(*prepared);
  }
  return dictionary;
}

Result<std::int64_t> Dictionary::insert(Statement& statement) {
  if (auto done = statement.run(); !done) return std::unexpected(done.error());
  return sqlite3_last_insert_rowid(connection_->get());
}

Result<std::int64_t> Dictionary::app(std::string_view id, std::string_view name) {
  auto found = apps_.find(id);
  if (found == apps_.end()) {
    insert_app_.bind(1, id);
    if (!name.empty()) insert_app_.bind(2, name);
    const auto number = insert(insert_app_);
    if (!number) return number;
    app_has_name_[*number] = !name.empty();
    apps_.emplace(id, *number);
    return number;
  }
  const std::int64_t number = found->second;
  if (!name.empty() && !app_has_name_[number]) {
    name_app_.bind(1, number);
    name_app_.bind(2, name);
    if (auto named = name_app_.run(); !named) return std::unexpected(named.error());
    app_has_name_[number] = true;
  }
  return number;
}

Result<std::int64_t> Dictionary::parser(std::string_view name, std::string_view version) {
  const auto facts = std::ranges::find(facts_, name, &ParserFacts::name);
  if (facts != facts_.end()) version = facts->version;
  key_.clear();
  append_part(key_, name);
  append_part(key_, version);
  if (const auto found = parsers_.find(key_); found != parsers_.end()) return found->second;
  insert_parser_.bind(1, name);
  if (!version.empty()) insert_parser_.bind(3, version);
  if (facts != facts_.end()) {
    insert_parser_.bind(2, std::string_view(facts->title));
    insert_parser_.bind(4, std::string_view(facts->shape));
    insert_parser_.bind(5, std::string_view(facts->origin));
  }
  const auto number = insert(insert_parser_);
  if (number) parsers_.emplace(key_, *number);
  return number;
}

Result<std::int64_t> Dictionary::query(std::string_view parser_name, std::string_view version, std::string_view name,
                                       std::string_view table, bool has_table, std::uint32_t kind) {
  // Nearly every artefact comes from the query of the one before.
  if (last_.number != 0 && last_.name == name && last_.table == table && last_.has_table == has_table &&
      last_.kind == kind && last_.parser == parser_name && last_.version == version)
    return last_.number;
  const auto parser_number = parser(parser_name, version);
  if (!parser_number) return parser_number;
  last_ = {std::string(parser_name), std::string(version), std::string(name), std::string(table), has_table, kind, 0};
  key_.clear();
  append_part(key_, *parser_number);
  append_part(key_, name);
  append_part(key_, table);
  append_part(key_, std::int64_t{has_table});
  append_part(key_, std::int64_t{kind});
  if (const auto found = queries_.find(key_); found != queries_.end()) return last_.number = found->second;
  insert_query_.bind(1, *parser_number);
  insert_query_.bind(2, ++queries_of_parser_[*parser_number]);
  if (!name.empty()) insert_query_.bind(3, name);
  insert_query_.bind(4, std::int64_t{kind});
  if (has_table) insert_query_.bind(5, table);
  const auto number = insert(insert_query_);
  if (number) {
    queries_.emplace(key_, *number);
    parser_of_[*number] = *parser_number;
    last_.number = *number;
  }
  return number;
}

Result<std::int64_t> Dictionary::chat(std::int64_t app, std::string_view id) {
  key_.clear();
  append_part(key_, app);
  key_ += id;
  if (const auto found = chats_.find(key_); found != chats_.end()) return found->second;
  insert_chat_.bind(1, exhibit_);
  if (app != 0) insert_chat_.bind(2, app);
  insert_chat_.bind(3, id);
  const auto number = insert(insert_chat_);
  if (number) chats_.emplace(key_, *number);
  return number;
}

Result<void> Dictionary::set_conversation(std::int64_t chat, std::int64_t artefact) {
  if (chat_has_artefact_[chat]) return {};
  chat_has_artefact_[chat] = true;
  set_conversation_.bind(1, chat);
  set_conversation_.bind(2, artefact);
  return set_conversation_.run();
}

Result<std::int64_t> Dictionary::party(std::int64_t app, Bytes party) {
  key_.assign(reinterpret_cast<const char*>(&app), sizeof app);
  append_party_key(key_, party);
  if (const auto found = parties_.find(key_); found != parties_.end()) return found->second;
  insert_party_.bind(1, exhibit_);
  if (app != 0) insert_party_.bind(2, app);
  model::WireReader reader(as_bytes(std::string_view(key_).substr(sizeof app)));
  model::WireField field;
  while (reader.next(field)) {
    switch (field.number) {
      case field::kPartyAddress:
        insert_party_.bind(3, field.text());
        break;
      case field::kPartyAddressKind:
        insert_party_.bind(4, field.integer());
        break;
      case field::kPartyNormalized:
        insert_party_.bind(5, field.text());
        break;
      case field::kPartyName:
        insert_party_.bind(6, field.text());
        break;
      default:
        insert_party_.bind(7, field.integer());
    }
  }
  const auto number = insert(insert_party_);
  if (number) parties_.emplace(key_, *number);
  return number;
}

}  // namespace exhibit::casefile
