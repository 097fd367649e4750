// The TEMP VIEWs of the lens: for each table that a query names, one of the same name.
//
//   message            SELECT rowid AS _row, rowid AS rowid, <each column by name>, NULL AS <each declared one that is
//                      missing> FROM main.message
//   message_all        the same: live rows. (Recovery's second pass shows live and recovered rows there.)
//   WITHOUT ROWID      _key, the primary key as JSON array, in the place of _row
//   declared, absent   no rows; the columns that are declared or that queries ask for
//   a companion's      from its own schema, by its bare name
//
// `rowid` is shown only where no column bears that name: a view has no rowid of its own, and SQLite reads NULL there
// without a word. Views of the evidence get none, and the connection runs none in main.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connection.h"
#include "lens_schema.h"
#include "sqlite/database.h"
#include "sqlite/sql_tokens.h"

namespace exhibit::sqlite {

struct LensView {
  std::string name;
  const FileSchema* file = nullptr;  ///< that holds the table; null: an absent companion
  const FileTable* table = nullptr;  ///< null: declared, and absent
  std::vector<std::string> missing;  ///< columns shown as NULL
  std::vector<std::string> indexed;  ///< columns held in an index of ours (lens_index.h)
};

/// "TABLE" and "TABLE.COLUMN" of [schema] optional.
class OptionalNames {
 public:
  void add(std::string_view entry);
  bool has_table(std::string_view table) const;
  std::vector<std::string> columns_of(std::string_view table) const;

 private:
  std::set<std::string, std::less<>> tables_;                              ///< folded
  std::multimap<std::string, std::string, std::less<>> columns_by_table_;  ///< folded table, column as declared
};

struct CompanionSchema {
  std::string name;
  std::vector<std::string> tables;   ///< those that the parser uses
  std::optional<FileSchema> schema;  ///< nothing: absent
};

class Lens {
 public:
  /// The connection, the schema and the companions must outlive it.
  Lens(Connection& connection, const FileSchema& file, const std::vector<CompanionSchema>& companions,
       OptionalNames optional);

  /// Makes the views for all tables that the query may name.
  std::expected<void, Problem> show(const std::vector<Token>& tokens);

  /// A view made so far.
  const LensView* find(std::string_view name) const;

  /// Views of absent tables get a column on demand.
  std::expected<void, Problem> add_missing_column(std::string_view view, std::string_view column);

  /// Makes an index of ours over the columns, and shows the table through it.
  std::expected<void, Problem> index(std::string_view view, const std::vector<std::string>& columns);

  /// The name that stands for a reserved one in a query: SQLite lets no view be called sqlite_sequence.
  static std::string shown_name(std::string_view name);

 private:
  std::optional<LensView> view_for(const std::string& name) const;
  std::optional<LensView> companion_view(const std::string& name) const;
  std::expected<void, Problem> show_name(const std::string& name);
  std::expected<void, Problem> make(const LensView& view);
  /// Refused while a query runs: SQLite would abort it.
  std::expected<void, Problem> drop(const LensView& view);

  Connection& connection_;
  const FileSchema& file_;
  const std::vector<CompanionSchema>& companions_;
  OptionalNames optional_;
  std::map<std::string, LensView, std::less<>> views_;  ///< folded name
};

/// The beginning of every name that the lens gives to objects of its own.
inline constexpr std::string_view kLensPrefix = "lens:";

/// "CREATE TEMP VIEW ..." as told above.
std::string view_sql(const LensView& view);

}  // namespace exhibit::sqlite
