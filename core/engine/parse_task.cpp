#include "parse_task.h"

#include <algorithm>

#include "engine/run.h"
#include "path_pattern.h"
#include "query_run.h"

namespace exhibit::engine {

namespace {

class Parse {
 public:
  Parse(const ParseTask& task, const TaskEnvironment& environment, TaskOutput& output)
      : task_(task),
        environment_(environment),
        module_(*task.module),
        files_(environment.files),
        output_(output),
        entry_(files_.entry(task.file)),
        number_(files_.number(task.file)) {
    budget_.cancel = environment.cancel;
  }

  void run() {
    files_.mark_wanted(task_.file);
    if (!open()) return;
    choose_queries();
    if (chosen_.empty()) {
      if (!is_rows_) report_unread_file(number_, *database_, output_);
      return;
    }
    const bool finished = run_queries();
    close_children();
    if (finished) write_ledgers();
    for (const sqlite::Problem& problem : database_->take_problems())
      report_problem(number_, module_.name, problem, output_);
    if (finished) report_unread();
  }

 private:
  bool open() {
    auto opened = files_.open_database(task_.file);
    if (opened.failed) {
      report_file_problem(files_, *opened.failed, module_.name, opened.error, output_);
      return false;
    }
    main_ = opened.files.main;
    std::vector<std::uint8_t> head(16);
    const auto read = main_->read_at(0, head);
    if (!read) {
      report_file_problem(files_, task_.file, module_.name, read.error(), output_);
      return false;
    }
    head.resize(*read);
    if (sqlite::is_database(head)) return open_database(std::move(opened.files));
    return open_rows();
  }

  bool open_database(sqlite::DatabaseFiles parts) {
    files_.mark_database(task_.file);
    auto image = sqlite::PageImage::build(std::move(parts), environment_.limits);
    if (!image) {
      report_file_problem(files_, task_.file, module_.name, image.error(), output_);
      return false;
    }
    return take(sqlite::Database::open(std::move(*image), lens(), budget_, environment_.limits));
  }

  bool open_rows() {
    if (rows_of_file().empty()) {
      if (!is_certain()) return false;
      const Error error{ErrorCode::malformed, "a SQLite database", main_->size(), {number_, 0}};
      report_file_problem(files_, task_.file, module_.name, error, output_);
      return false;
    }
    is_rows_ = true;
    const auto bytes = evidence::read_all(*main_, content_);
    if (!bytes) {
      report_file_problem(files_, task_.file, module_.name, bytes.error(), output_);
      return false;
    }
    return take(sqlite::Database::from_rows(*bytes, lens(), budget_, environment_.limits));
  }

  bool take(std::expected<std::unique_ptr<sqlite::Database>, sqlite::Problem> database) {
    if (!database) {
      if (database.error().code != "cancelled") report_problem(number_, module_.name, database.error(), output_);
      return false;
    }
    database_ = std::move(*database);
    return true;
  }

  /// False where the container has no name: then the path alone does not say whose file it is.
  bool is_certain() const { return !task_.by_signature && !is_uuid(container_id(entry_.device_path)); }

  bool is_for_this_file(const std::vector<std::string>& patterns) const {
    if (patterns.empty() || task_.by_signature) return true;
    return std::ranges::any_of(patterns, [&](const std::string& p) { return matches_pattern(p, entry_.device_path); });
  }

  std::vector<sqlite::RowsTable> rows_of_file() const {
    std::vector<sqlite::RowsTable> rows;
    for (const RowsDefinition& definition : module_.rows)
      if (is_for_this_file(definition.files)) rows.push_back(definition.table);
    return rows;
  }

  sqlite::LensSpec lens() {
    sqlite::LensSpec spec;
    spec.optional = module_.optional;
    spec.entities = module_.entities;
    spec.maps = module_.maps;
    if (is_rows_) {
      spec.rows = rows_of_file();
      return spec;
    }
    for (const CompanionDefinition& companion : module_.companions)
      spec.companions.push_back({companion.name, companion.tables, open_companion(companion)});
    return spec;
  }

  /// In the same instance of the container: same user, same UUID.
  std::uint32_t find_companion(const std::string& file) const {
    const evidence::Evidence& source = files_.source(task_.file.source);
    const std::string_view root = container_root(entry_.device_path);
    const std::string_view rest = entry_.device_path.substr(root.size());
    if (!entry_.container_path.ends_with(rest))
      return source.find_kept_beside(task_.file.entry, std::string(root) + file);
    return source.find_container_path(
        std::string(entry_.container_path.substr(0, entry_.container_path.size() - rest.size())) + file);
  }

  std::optional<sqlite::DatabaseFiles> open_companion(const CompanionDefinition& companion) {
    const std::uint32_t found = find_companion(companion.file);
    if (found == 0) return std::nullopt;
    const FileRef file{task_.file.source, found};
    files_.mark_wanted(file);
    auto opened = files_.open_database(file);
    if (opened.failed) {
      report_file_problem(files_, *opened.failed, module_.name, opened.error, output_);
      return std::nullopt;
    }
    companions_.push_back({files_.number(file), companion.tables, opened.files});
    return std::move(opened.files);
  }

  /// A companion is read through this parser: of its tables only those are, that the module names.
  void report_companions() {
    for (OpenCompanion& companion : companions_) {
      output_.read_by_parser(companion.number);
      auto image = sqlite::PageImage::build(std::move(companion.files), environment_.limits);
      if (!image) continue;  // the lens told it
      auto database = sqlite::Database::open(std::move(*image), {}, budget_, environment_.limits);
      if (!database) continue;
      const auto items = (*database)->unread();
      if (!items) continue;
      for (const sqlite::UnreadItem& item : *items)
        if (std::ranges::find(companion.tables, item.table) == companion.tables.end())
          output_.unread(companion.number, item);
    }
  }

  struct OpenCompanion {
    std::uint32_t number;
    std::vector<std::string> tables;
    sqlite::DatabaseFiles files;
  };

  struct Chosen {
    const QueryDefinition* query;
    std::string table;
  };

  /// Those for this file, of each variant the first whose columns are there; child queries first. Where the path does
  /// not say whose file this is, one that holds none of the driving tables is no match.
  void choose_queries() {
    std::vector<std::string_view> variants;
    bool has_driving_table = false;
    for (const QueryDefinition& query : module_.queries) {
      if (!is_for_this_file(query.files)) continue;
      const auto table = database_->real_table_name(query.table);
      const bool exists = table && database_->has_table(*table);
      if (!query.requires_columns.empty() && !meets_requirements(query)) continue;
      if (!query.variant.empty()) {
        if (std::ranges::find(variants, query.variant) != variants.end()) continue;
        variants.emplace_back(query.variant);
      }
      if (!exists && is_optional(query.table)) continue;
      has_driving_table |= exists;
      chosen_.push_back({&query, exists ? *table : query.table});
    }
    if (!has_driving_table && !is_certain()) chosen_.clear();
    std::ranges::stable_partition(chosen_, [](const Chosen& c) { return c.query->child_field != nullptr; });
  }

  bool is_optional(const std::string& table) const {
    return std::ranges::find(module_.optional, table) != module_.optional.end() ||
           std::ranges::any_of(module_.companions, [&](const CompanionDefinition& companion) {
             return std::ranges::find(companion.tables, table) != companion.tables.end();
           });
  }

  bool meets_requirements(const QueryDefinition& query) const {
    return std::ranges::all_of(query.requires_columns, [&](const std::string& required) {
      const std::size_t dot = required.find('.');
      const auto table = database_->real_table_name(required.substr(0, dot));
      if (!table) return false;
      return dot == std::string::npos ? database_->has_table(*table)
                                      : database_->has_column(*table, required.substr(dot + 1));
    });
  }

  /// False: the run is being cancelled.
  bool run_queries() {
    scope_.emplace(TaskScope{module_, environment_.label, task_.file.source + 1, number_, entry_, app(), *database_,
                             output_, children_, ledgers_, is_rows_, environment_.local_zone});
    std::map<std::string, int> queries_of_table;
    for (const Chosen& chosen : chosen_)
      if (++queries_of_table[chosen.table] > 1) ledgers_[chosen.table].keeps_reasons = true;
    return std::ranges::all_of(chosen_, [&](const Chosen& chosen) {
      return run_query(*scope_, *chosen.query, chosen.table) != QueryEnd::cancelled;
    });
  }

  std::string app() const {
    const std::string_view id = container_id(entry_.device_path);
    if (entry_.device_path.starts_with("app:") && !is_uuid(id)) return std::string(id);
    return module_.app;
  }

  /// Children whose parent gave no artefact stay visible in the count.
  void close_children() {
    for (const ChildRow& child : children_.take_rest())
      if (child.claims) ledgers_[child.table].skip(child.row, "parent_not_emitted");
  }

  void write_ledgers() {
    for (auto& [table, ledger] : ledgers_) {
      LedgerLine line{.parser = module_.name,
                      .file = number_,
                      .table = table,
                      .skipped = ledger.skipped,
                      .value_notes = ledger.value_notes};
      line.emitted = ledger.outcomes.count(RowOutcome::emitted);
      line.attached = ledger.outcomes.count(RowOutcome::attached);
      line.artefacts = ledger.artefacts;
      const std::uint64_t known = line.emitted + line.attached + ledger.outcomes.count(RowOutcome::skipped);
      const auto rows = database_->has_table(table) ? database_->count_rows(table) : 0;
      if (!rows) report_problem(number_, module_.name, rows.error(), output_);
      line.read = rows.value_or(0);
      line.adds_up = rows.has_value() && known <= line.read;
      line.dropped = line.adds_up ? line.read - known : 0;
      output_.ledger(line);
    }
  }

  void report_unread() {
    const auto items = database_->unread();
    if (!items) {
      report_problem(number_, module_.name, items.error(), output_);
      return;
    }
    for (const sqlite::UnreadItem& item : *items) output_.unread(number_, item);
    // A reader with nothing left unread is told apart from no reader at all.
    output_.read_by_parser(number_);
    report_companions();
  }

  const ParseTask& task_;
  const TaskEnvironment& environment_;
  const Module& module_;
  FileAccess& files_;
  TaskOutput& output_;
  const evidence::Entry& entry_;
  std::uint32_t number_;
  Budget budget_;
  evidence::SourcePtr main_;
  std::vector<std::uint8_t> content_;
  bool is_rows_ = false;
  std::unique_ptr<sqlite::Database> database_;
  std::vector<Chosen> chosen_;
  std::vector<OpenCompanion> companions_;
  ChildRows children_;
  std::map<std::string, TableLedger, std::less<>> ledgers_;
  std::optional<TaskScope> scope_;
};

}  // namespace

void report_file_problem(const FileAccess& files, FileRef file, std::string_view parser, const Error& error,
                         TaskOutput& output) {
  if (error.code == ErrorCode::cancelled) return;
  ProblemText text{.code = error_code_name(error.code), .file = files.number(file), .parser = parser};
  const std::string found = error.code == ErrorCode::io ? error_text(error) : std::to_string(error.found);
  text.expected = error.expected.view();
  text.found = found;
  text.offset = error.where.offset;
  output.problem(text);
}

void report_problem(std::uint32_t file, std::string_view parser, const sqlite::Problem& problem, TaskOutput& output) {
  ProblemText text{.code = problem.code, .file = file, .parser = parser};
  text.expected = problem.expected;
  text.found = problem.found;
  text.offset = problem.offset;
  text.table = problem.table;
  text.row = problem.row ? &*problem.row : nullptr;
  output.problem(text);
}

void run_parse_task(const ParseTask& task, const TaskEnvironment& environment, TaskOutput& output) {
  Parse(task, environment, output).run();
}

}  // namespace exhibit::engine
