// A compiled query of a parser, row by row.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connection.h"
#include "functions.h"
#include "sqlite/database.h"

namespace exhibit::sqlite {

/// Blobs that did not decode, over all queries of a database: the first as problems, the rest counted.
struct BlobProblems {
  std::vector<Problem> kept;
  std::uint64_t left_out = 0;
};

/// What the queries of a database share.
struct QueryContext {
  Connection& connection;
  FunctionContext& functions;
  BlobProblems& blobs;
};

/// `origins` has one entry for each column; `row_column` is where _row stands.
std::unique_ptr<Query> make_query(QueryContext context, Statement statement, std::vector<ColumnOrigin> origins,
                                  std::optional<std::size_t> row_column, std::string table);

/// A problem of a step in the words of a run: pages that contradict each other are damage.
Problem step_problem(Problem problem, const FunctionContext& functions, std::string_view table);

}  // namespace exhibit::sqlite
