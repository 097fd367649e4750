// Puts an artefact together again: its columns, rest and body, and what was found out after the load.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "artefact_rows.h"
#include "base/result.h"
#include "casefile/query.h"
#include "file_names.h"
#include "plan.h"
#include "sql.h"

namespace exhibit::casefile {

/// An artefact's row.
struct StoredRow {
  std::int64_t n = 0;
  std::string id;
  std::uint32_t kind = 0;
  std::int64_t exhibit = 0, app = 0;
  std::optional<std::int64_t> at;
  std::int64_t at_field = 0, at_zone = 0;
  std::int64_t status = kLive, reason = 0, found_in = 0, same_as = 0, conversation = 0, query = 0, file = 0;
  std::optional<std::int64_t> row;
  std::optional<std::string> key;
  std::string body, rest;
};

class StoredArtefacts {
 public:
  explicit StoredArtefacts(const Connection& connection) : connection_(&connection) {}

  Result<void> read_row(std::int64_t n, StoredRow& row);
  /// The whole Artefact message.
  Result<void> build(const StoredRow& row, Whole whole, std::string& wire);
  Result<const CaseFileNames*> files(std::int64_t exhibit);
  Result<std::string_view> app_id(std::int64_t app);

 private:
  struct QueryNames {
    std::string parser, version, name, table;
    bool has_table = false;
  };
  struct FileUse {
    std::int64_t artefact;
    FieldPlace field;
    std::int64_t file;
  };
  struct LinkRow {
    std::int64_t artefact, kind;
    FieldPlace field;
    std::string target;
  };

  Result<void> load();
  Result<void> load_contacts();
  Result<void> load_uses();
  Result<void> load_links();
  Result<void> load_names();
  Result<void> write_state(const StoredRow& row, std::string& wire);
  Result<void> write_provenance(const StoredRow& row, std::uint32_t number, Whole whole, std::string& wire);
  Result<void> write_links(const StoredRow& row, std::string& wire);
  Result<void> write_also_in(const StoredRow& row, Whole whole, std::string& wire);
  void resolve(const MessagePlan& plan, Bytes message, std::int64_t path, std::string& out);
  void resolve_fields(const MessagePlan& plan, Bytes message, std::int64_t path, std::string& out);
  void resolve_party(const MessagePlan& plan, Bytes message, std::int64_t path, std::string& out);
  void resolve_file(Bytes message, std::int64_t path, std::string& out);
  void resolve_quote(const MessagePlan& plan, Bytes message, std::int64_t path, std::string& out);

  const Connection* connection_;
  bool is_loaded_ = false;
  Statement select_;
  NumberOf contact_index_;  // exhibit, app, party key -> place in contact_ids_
  std::vector<std::string> contact_ids_;
  std::vector<FileUse> uses_;                                  // by artefact, field
  std::vector<LinkRow> links_;                                 // by artefact
  std::vector<std::pair<std::int64_t, std::int64_t>> equals_;  // (same_as, n)
  std::unordered_map<std::int64_t, std::string> apps_, labels_;
  std::unordered_map<std::int64_t, QueryNames> queries_;
  std::map<std::int64_t, CaseFileNames> files_;

  // Of the artefact at work.
  const StoredRow* row_ = nullptr;
  PlaceCounter file_places_;
  const CaseFileNames* row_files_ = nullptr;
  std::string key_;
};

}  // namespace exhibit::casefile
