// Numbers for what many artefacts name: apps, parsers, queries, chats, parties. Each is written once, when it is first
// met, so numbers follow the order of artefacts and not of threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "casefile/writer.h"
#include "sql.h"

namespace exhibit::casefile {

/// Lets a map of strings be asked with a view, so that the common case allocates nothing.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using NumberOf = std::unordered_map<std::string, std::int64_t, TextHash, std::equal_to<>>;

/// What makes two parties of an app one row: a Party message with only address, address_kind, normalized, name and
/// is_owner.
void append_party_key(std::string& key, Bytes party);

class Dictionary {
 public:
  static Result<Dictionary> open(const Connection& connection, std::int64_t exhibit,
                                 const std::vector<ParserFacts>& parsers);

  /// `name` is kept if the app has none yet.
  Result<std::int64_t> app(std::string_view id, std::string_view name);
  Result<std::int64_t> parser(std::string_view name, std::string_view version);
  Result<std::int64_t> query(std::string_view parser, std::string_view version, std::string_view name,
                             std::string_view table, bool has_table, std::uint32_t kind);
  Result<std::int64_t> chat(std::int64_t app, std::string_view id);
  /// The artefact that is this chat's Conversation; the first one stays.
  Result<void> set_conversation(std::int64_t chat, std::int64_t artefact);
  Result<std::int64_t> party(std::int64_t app, Bytes party);
  /// Parser of a query that query() gave.
  std::int64_t parser_of(std::int64_t query) const { return parser_of_.at(query); }

 private:
  struct Query {
    std::string parser, version, name, table;
    bool has_table = false;
    std::uint32_t kind = 0;
    std::int64_t number = 0;
  };

  Dictionary() = default;
  Result<std::int64_t> insert(Statement& statement);

  const Connection* connection_ = nullptr;
  std::int64_t exhibit_ = 0;
  std::vector<ParserFacts> facts_;
  std::string key_;
  Query last_;
  NumberOf apps_, parsers_, queries_, chats_, parties_;
  std::unordered_map<std::int64_t, bool> app_has_name_;
  std::unordered_map<std::int64_t, std::int64_t> parser_of_;
  std::unordered_map<std::int64_t, std::int64_t> queries_of_parser_;
  std::unordered_map<std::int64_t, bool> chat_has_artefact_;
  Statement insert_app_, name_app_, insert_parser_, insert_query_, insert_chat_, insert_party_, set_conversation_;
};

}  // namespace exhibit::casefile
