// From a parser's SQL to a compiled query over the lens.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "lens_coverage.h"
#include "lens_entities.h"
#include "lens_index.h"
#include "lens_query_text.h"
#include "lens_schema.h"
#include "lens_views.h"
#include "query.h"
#include "sqlite/database.h"

namespace exhibit::sqlite {

class QueryCompiler {
 public:
  /// All must outlive it.
  struct Parts {
    QueryContext context;
    Lens& lens;
    const FileSchema& file;
    const std::vector<CompanionSchema>& companions;
    const EntityNumbers& entities;
    const LensSpec& spec;
    ReadNames& read;  ///< grows by what the query reads, if it compiles
  };
  explicit QueryCompiler(Parts parts) : parts_(parts) {}

  std::expected<std::unique_ptr<Query>, Problem> compile(const QuerySpec& spec);

 private:
  struct Text {
    std::string sql;
    std::vector<Token> tokens;  ///< of sql
    std::vector<TableReference> references;
    Guard::Coverage reads;  ///< once it is compiled
  };

  std::expected<Text, Problem> text_of(const QuerySpec& spec);
  std::expected<Statement, Problem> compile_text(Text& text);
  std::expected<Statement, Problem> compile_with_absent_columns(Text& text);
  std::expected<const LensView*, Problem> driving_view(const QuerySpec& spec, const Text& text);
  std::expected<std::vector<RepeatedScan>, Problem> long_repeated_scans(const Text& text);
  std::expected<bool, Problem> index_repeated_scans(const Text& text);
  std::expected<void, Problem> refuse_tables_read(const Text& text) const;
  std::vector<ColumnOrigin> origins_of(sqlite3_stmt* statement) const;

  Parts parts_;
};

}  // namespace exhibit::sqlite
