#include "rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "connection.h"
#include "decode/path.h"
#include "decode/tree.h"
#include "json_text.h"
#include "undeclared_keys.h"

namespace exhibit::sqlite {

namespace {

using decode::NodeId;
using decode::NodeType;
using decode::PathStep;

using Reading = Result<decode::Tree> (*)(Bytes, const Limits&, Where);

Problem problem_of(const Error& error, std::string_view table) {
  Problem problem;
  problem.code = error_code_name(error.code);
  problem.expected = error.expected.view();
  problem.found = std::to_string(error.found);
  problem.table = table;
  problem.offset = error.where.offset;
  return problem;
}

Problem sql_problem(sqlite3* connection, std::string_view table) {
  Problem problem;
  problem.code = sqlite3_errcode(connection) == SQLITE_NOMEM ? "memory" : "sql";
  problem.expected = "a table of rows";
  problem.found = sqlite3_errmsg(connection);
  problem.table = table;
  return problem;
}

std::optional<Reading> reading_of(std::string_view reader) {
  static constexpr std::array<std::pair<std::string_view, Reading>, 4> kReadings = {{
      {"plist", decode::read_plist},
      {"keyed_archive", decode::read_keyed_archive},
      {"xml", decode::read_xml},
      {"json", decode::read_json},
  }};
  for (const auto& [name, reading] : kReadings)
    if (name == reader) return reading;
  return std::nullopt;
}

bool is_same(const PathStep& a, const PathStep& b) { return a.kind == b.kind && a.key == b.key && a.index == b.index; }

bool is_wildcard(const PathStep& step) {
  return step.kind == PathStep::Kind::every_value || step.kind == PathStep::Kind::every_element;
}

/// One [[rows]] on its way to a table.
struct Table {
  const RowsTable* spec = nullptr;
  std::vector<PathStep> path;
  std::vector<std::vector<PathStep>> columns;
  std::vector<decode::Selected> rows;
  const Table* parent = nullptr;
  std::size_t parent_wildcards = 0;
  /// Row numbers by which entries the wildcards stood for.
  std::map<std::vector<std::size_t>, std::int64_t> row_of;
};

/// The tables of one reader, and the tree they are made of.
class Maker {
 public:
  Maker(sqlite3* connection, const Limits& limits, std::uint64_t file_size)
      // Shared objects unfold: a small file may not fill the memory. Twice its size is room for UTF-16 turned UTF-8.
      : connection_(connection), limits_(limits), bytes_left_(limits.inflated_value + 2 * file_size) {}

  std::expected<void, Problem> make(const decode::Tree& tree, const std::vector<const RowsTable*>& specs);
  RowsReport take() { return std::move(report_); }

 private:
  std::expected<Table, Problem> select_rows(const decode::Tree& tree, const RowsTable& spec) const;
  std::expected<void, Problem> fill(const decode::Tree& tree, Table& table);
  std::expected<void, Problem> insert(const decode::Tree& tree, Table& table, std::size_t row, sqlite3_stmt* into);
  std::expected<void, Problem> bind(const decode::Tree& tree, NodeId node, sqlite3_stmt* into, int parameter,
                                    const std::string& path, const std::string& table);
  std::expected<void, Problem> bind_container(const decode::Tree& tree, NodeId node, sqlite3_stmt* into, int parameter,
                                              const std::string& path, const std::string& table);
  bool take_bytes(std::uint64_t size) { return Budget::spend(bytes_left_, size); }
  std::expected<void, Problem> find_undeclared(const decode::Tree& tree, const std::vector<Table>& tables);

  sqlite3* connection_;
  const Limits& limits_;
  std::uint64_t bytes_left_;
  std::uint64_t cells_ = 0;
  RowsReport report_;
};

std::unexpected<Problem> too_much(const Limits& limits, std::string_view table) {
  return std::unexpected(problem_of({ErrorCode::limit, "a file of fewer and smaller values", limits.nodes, {}}, table));
}

std::expected<Table, Problem> Maker::select_rows(const decode::Tree& tree, const RowsTable& spec) const {
  Table table;
  table.spec = &spec;
  auto path = decode::parse_path(spec.path);
  if (!path) return std::unexpected(problem_of(path.error(), spec.name));
  table.path = std::move(*path);
  for (const std::string& column : spec.columns) {
    auto steps = decode::parse_path(column);
    if (!steps) return std::unexpected(problem_of(steps.error(), spec.name));
    if (std::ranges::any_of(*steps, is_wildcard))
      return std::unexpected(problem_of({ErrorCode::malformed, "a column without wildcards", 0, {}}, spec.name));
    table.columns.push_back(std::move(*steps));
  }
  auto rows = decode::select(tree, spec.path, limits_);
  if (!rows) return std::unexpected(problem_of(rows.error(), spec.name));
  table.rows = std::move(*rows);
  return table;
}

bool is_proper_beginning(const Table& outer, const Table& inner) {
  return outer.path.size() < inner.path.size() &&
         std::ranges::equal(outer.path, std::span(inner.path).first(outer.path.size()), is_same);
}

/// The table whose path is the longest proper beginning of this one's.
void find_parents(std::vector<Table>& tables) {
  for (Table& table : tables) {
    for (const Table& outer : tables)
      if (is_proper_beginning(outer, table) &&
          (table.parent == nullptr || outer.path.size() > table.parent->path.size()))
        table.parent = &outer;
    if (table.parent != nullptr)
      table.parent_wildcards = static_cast<std::size_t>(std::ranges::count_if(table.parent->path, is_wildcard));
  }
}

std::optional<std::int64_t> parent_row(const Table& table, const decode::Selected& row) {
  if (table.parent == nullptr) return std::nullopt;
  const auto end = row.wildcards.begin() + static_cast<std::ptrdiff_t>(table.parent_wildcards);
  const auto found = table.parent->row_of.find(std::vector(row.wildcards.begin(), end));
  if (found == table.parent->row_of.end()) return std::nullopt;
  return found->second;
}

std::string create_sql(const RowsTable& spec) {
  std::string sql = "CREATE TABLE main." + quoted_name(spec.name) +
                    "(_row INTEGER PRIMARY KEY, _key TEXT, _path TEXT, _parent INTEGER";
  for (const std::string& column : spec.columns) sql += ", " + quoted_name(column);
  return sql + ")";
}

std::string insert_sql(const RowsTable& spec) {
  std::string sql = "INSERT INTO main." + quoted_name(spec.name) + " VALUES(?, ?, ?, ?";
  for (std::size_t i = 0; i < spec.columns.size(); ++i) sql += ", ?";
  return sql + ")";
}

void bind_text(sqlite3_stmt* into, int parameter, std::string_view text) {
  sqlite3_bind_text64(into, parameter, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void bind_blob(sqlite3_stmt* into, int parameter, Bytes bytes) {
  if (bytes.empty()) {
    sqlite3_bind_zeroblob(into, parameter, 0);
  } else {
    sqlite3_bind_blob64(into, parameter, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  }
}

std::expected<void, Problem> Maker::bind_container(const decode::Tree& tree, NodeId node, sqlite3_stmt* into,
                                                   int parameter, const std::string& path, const std::string& table) {
  Limits left = limits_;
  left.inflated_value = bytes_left_;
  const auto json = json_text(tree, node, left);
  if (!json) return std::unexpected(problem_of(json.error(), table));
  if (!take_bytes(json->text.size())) return too_much(limits_, table);
  if (json->has_cycle) {
    Problem problem = problem_of({ErrorCode::malformed, "no object that holds itself", 0, {}}, table);
    problem.found = path;
    report_.problems.push_back(std::move(problem));
  }
  bind_text(into, parameter, json->text);
  return {};
}

std::expected<void, Problem> Maker::bind(const decode::Tree& tree, NodeId node, sqlite3_stmt* into, int parameter,
                                         const std::string& path, const std::string& table) {
  switch (tree.type(node)) {
    case NodeType::null:
      sqlite3_bind_null(into, parameter);
      return {};
    case NodeType::boolean:
      sqlite3_bind_int(into, parameter, tree.boolean(node) ? 1 : 0);
      return {};
    case NodeType::integer:
    case NodeType::uid:
      sqlite3_bind_int64(into, parameter, tree.integer(node));
      return {};
    case NodeType::unsigned_integer:
      bind_text(into, parameter, std::to_string(tree.unsigned_integer(node)));
      return {};
    case NodeType::real:
    case NodeType::date:
      if (std::isnan(tree.real(node))) {
        Problem problem = problem_of({ErrorCode::malformed, "a number", 0, {}}, table);
        problem.found = "NaN at " + path;
        report_.problems.push_back(std::move(problem));
      }
      sqlite3_bind_double(into, parameter, tree.real(node));
      return {};
    case NodeType::data:
    case NodeType::text:
      if (!take_bytes(tree.bytes(node).size())) return too_much(limits_, table);
      if (tree.type(node) == NodeType::text) {
        bind_text(into, parameter, tree.text(node));
      } else {
        bind_blob(into, parameter, tree.bytes(node));
      }
      return {};
    case NodeType::array:
    case NodeType::dictionary:
      return bind_container(tree, node, into, parameter, path, table);
  }
  return {};
}

std::expected<void, Problem> Maker::insert(const decode::Tree& tree, Table& table, std::size_t row,
                                           sqlite3_stmt* into) {
  const decode::Selected& selected = table.rows[row];
  const RowsTable& spec = *table.spec;
  cells_ += 1 + spec.columns.size();
  if (cells_ > limits_.nodes || !take_bytes(selected.key.size() + selected.path.size()))
    return too_much(limits_, spec.name);
  const auto number = static_cast<std::int64_t>(row) + 1;
  sqlite3_bind_int64(into, 1, number);
  bind_text(into, 2, selected.key.empty() && table.path.empty() ? "$" : selected.key);
  bind_text(into, 3, selected.path);
  if (const auto parent = parent_row(table, selected)) sqlite3_bind_int64(into, 4, *parent);
  for (std::size_t column = 0; column < spec.columns.size(); ++column) {
    const auto node = decode::find_path(tree, selected.node, spec.columns[column]);
    if (!node) continue;
    const auto bound = bind(tree, *node, into, static_cast<int>(column) + 5, selected.path, spec.name);
    if (!bound) return bound;
  }
  if (sqlite3_step(into) != SQLITE_DONE) return std::unexpected(sql_problem(connection_, spec.name));
  sqlite3_reset(into);
  sqlite3_clear_bindings(into);
  table.row_of.emplace(selected.wildcards, number);
  return {};
}

std::expected<void, Problem> Maker::fill(const decode::Tree& tree, Table& table) {
  const RowsTable& spec = *table.spec;
  if (sqlite3_exec(connection_, create_sql(spec).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return std::unexpected(sql_problem(connection_, spec.name));
  sqlite3_stmt* prepared = nullptr;
  const std::string sql = insert_sql(spec);
  if (sqlite3_prepare_v2(connection_, sql.c_str(), -1, &prepared, nullptr) != SQLITE_OK)
    return std::unexpected(sql_problem(connection_, spec.name));
  const Statement into(prepared);
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    const auto inserted = insert(tree, table, row, into.get());
    if (!inserted) return inserted;
  }
  report_.made.push_back({spec.name, table.rows.size()});
  return {};
}

std::expected<void, Problem> Maker::find_undeclared(const decode::Tree& tree, const std::vector<Table>& tables) {
  std::vector<ReadPath> read;
  for (const Table& table : tables) {
    read.push_back({table.path, table.spec->name, false});
    for (const auto& column : table.columns) {
      ReadPath path{table.path, table.spec->name, true};
      path.steps.insert(path.steps.end(), column.begin(), column.end());
      read.push_back(std::move(path));
    }
  }
  auto undeclared = undeclared_keys(tree, read, limits_);
  if (!undeclared) return std::unexpected(problem_of(undeclared.error(), ""));
  std::ranges::move(*undeclared, std::back_inserter(report_.undeclared));
  return {};
}

std::expected<void, Problem> Maker::make(const decode::Tree& tree, const std::vector<const RowsTable*>& specs) {
  std::vector<Table> tables;
  for (const RowsTable* spec : specs) {
    auto table = select_rows(tree, *spec);
    if (!table) return std::unexpected(table.error());
    tables.push_back(std::move(*table));
  }
  find_parents(tables);
  // Parents first: a row asks for the number of the one around it.
  std::vector<Table*> order;
  for (Table& table : tables) order.push_back(&table);
  std::ranges::stable_sort(order, {}, [](const Table* table) { return table->path.size(); });
  for (Table* table : order) {
    const auto filled = fill(tree, *table);
    if (!filled) return filled;
  }
  return find_undeclared(tree, tables);
}

/// The tables of each reader, in the order of the parser.
std::vector<std::pair<std::string, std::vector<const RowsTable*>>> by_reader(const std::vector<RowsTable>& tables) {
  std::vector<std::pair<std::string, std::vector<const RowsTable*>>> groups;
  for (const RowsTable& table : tables) {
    auto group = std::ranges::find(groups, table.reader, [](const auto& known) { return known.first; });
    if (group == groups.end()) group = groups.insert(groups.end(), {table.reader, {}});
    group->second.push_back(&table);
  }
  return groups;
}

}  // namespace

std::expected<RowsReport, Problem> make_rows_tables(sqlite3* connection, Bytes file,
                                                    const std::vector<RowsTable>& tables, const Limits& limits) {
  Maker maker(connection, limits, file.size());
  for (const auto& [reader, specs] : by_reader(tables)) {
    const auto reading = reading_of(reader);
    if (!reading) {
      Problem problem;
      problem.code = "unsupported";
      problem.expected = "reader plist, keyed_archive, xml or json";
      problem.found = reader;
      problem.table = specs.front()->name;
      return std::unexpected(std::move(problem));
    }
    const auto tree = (*reading)(file, limits, Where{});
    if (!tree) return std::unexpected(problem_of(tree.error(), ""));
    const auto made = maker.make(*tree, specs);
    if (!made) return std::unexpected(made.error());
  }
  return maker.take();
}

}  // namespace exhibit::sqlite
