#include "engine/module.h"

#include <algorithm>
#include <array>
#include <set>

#include "column_plan.h"
#include "module_check.h"
#include "module_text.h"
#include "path_pattern.h"

namespace exhibit::engine {

namespace {

constexpr std::array<std::string_view, 4> kReaders = {"plist", "keyed_archive", "xml", "json"};

bool is_name(std::string_view text) {
  const auto is_part = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) return false;
  return std::ranges::all_of(text.substr(0, dot), is_part) && std::ranges::all_of(text.substr(dot + 1), is_part);
}

class ModuleBuilder {
 public:
  ModuleBuilder(ModuleText text, std::vector<Finding>& findings) : text_(std::move(text)), findings_(findings) {}

  std::shared_ptr<Module> build() {
    auto module = std::make_shared<Module>();
    module->name = text_.name;
    module->title = text_.title;
    module->notes = text_.notes;
    module->app = text_.app;
    module->files = text_.files.items;
    module->signature = text_.signature.items;
    module->seen_on = text_.seen_on.items;
    module->gives = text_.gives.items;
    module->optional = text_.optional.items;
    module->entities = text_.entities;
    module->maps = text_.maps;
    if (!text_.name.empty() && !is_name(text_.name))
      find(text_.parser_line, "[parser]", "a parser's name is folder.file in lower case, as ios.sms");
    check_patterns(text_.files, "[parser]");
    for (const CompanionText& companion : text_.companions)
      module->companions.push_back({companion.name, companion.file, companion.tables.items});
    for (const RowsText& rows : text_.rows) add_rows(*module, rows);
    for (const QueryText& query : text_.queries) add_query(*module, query);
    if (text_.queries.empty()) find(text_.parser_line, "", "a module has at least one [[query]]");
    share_children(*module);
    for (std::size_t i = 0; i < module->queries.size(); ++i) module->queries[i].plan = plans_[i];
    return module;
  }

 private:
  void find(std::uint32_t line, std::string where, std::string message, std::string_view nearest = {}) {
    findings_.push_back({line, 0, std::move(where), std::move(message), std::string(nearest)});
  }

  void check_patterns(const TextList& patterns, const std::string& where) {
    for (const std::string& pattern : patterns.items)
      if (const std::string mistake = pattern_mistake(pattern); !mistake.empty())
        find(patterns.line, where, "files \"" + pattern + "\": " + mistake);
  }

  void add_rows(Module& module, const RowsText& rows) {
    const std::string where = "rows " + std::to_string(module.rows.size() + 1);
    if (std::ranges::find(kReaders, rows.table.reader) == kReaders.end())
      find(rows.line, where, "no reader \"" + rows.table.reader + "\"", model::nearest(rows.table.reader, kReaders));
    check_patterns(rows.files, where);
    module.rows.push_back({rows.table, rows.files.items});
  }

  /// "Message", or "Message.reactions" for a child query.
  void set_kind(QueryDefinition& query, const QueryText& text, const std::string& where) {
    const model::Model& model = model::Model::get();
    const std::size_t dot = text.kind.find('.');
    query.kind = model.kind(std::string_view(text.kind).substr(0, dot));
    if (query.kind == nullptr) {
      std::vector<std::string_view> names;
      for (const model::MessageInfo* kind : model.kinds()) names.push_back(kind->name);
      find(text.line, where, "no kind \"" + text.kind + "\"", model::nearest(text.kind.substr(0, dot), names));
      return;
    }
    if (dot == std::string::npos) return;
    query.child_field = query.kind->find(std::string_view(text.kind).substr(dot + 1));
    if (query.child_field != nullptr && query.child_field->repeated && query.child_field->message != nullptr) return;
    std::vector<std::string_view> lists;
    for (const model::FieldInfo& field : query.kind->fields)
      if (field.repeated && field.message != nullptr) lists.push_back(field.name);
    find(text.line, where, "no list \"" + text.kind + "\"", model::nearest(text.kind.substr(dot + 1), lists));
    query.kind = nullptr;
    query.child_field = nullptr;
  }

  void add_query(Module& module, const QueryText& text) {
    const std::string where = "query " + std::to_string(module.queries.size() + 1);
    QueryDefinition query;
    query.number = static_cast<std::uint32_t>(module.queries.size() + 1);
    query.name = text.name.empty() ? text.kind + ":" + text.table : text.name;
    query.table = text.table;
    query.sql = text.sql;
    query.sql_line = text.sql_line;
    query.variant = text.variant;
    query.requires_columns = text.requires_columns.items;
    query.also_recover = text.also_recover.items;
    query.files = text.files.items;
    query.claims = text.claims;
    set_kind(query, text, where);
    check_patterns(text.files, where);
    if (!names_.insert(query.name).second)
      find(text.line, where, "a query named \"" + query.name + "\" stands before: give this one a name of its own");
    if (!query.variant.empty() && query.requires_columns.empty())
      find(text.line, where, "a variant says by `requires` which columns it needs");
    plans_.push_back(query.kind == nullptr ? nullptr : check_query(text_, query, findings_));
    module.queries.push_back(std::move(query));
  }

  /// The parents' plans get a place for what their child queries give.
  void share_children(const Module& module) {
    for (const QueryDefinition& child : module.queries) {
      if (child.child_field == nullptr) continue;
      bool has_parent = false;
      for (std::size_t i = 0; i < module.queries.size(); ++i) {
        const QueryDefinition& parent = module.queries[i];
        if (parent.child_field != nullptr || parent.kind != child.kind) continue;
        has_parent = true;
        if (plans_[i] != nullptr) plans_[i]->expect_children(*child.child_field);
      }
      if (!has_parent)
        find(child.sql_line, "query " + std::to_string(child.number),
             "no query of the module gives the " + std::string(child.kind->name) + " that its rows belong to");
    }
  }

  ModuleText text_;
  std::vector<Finding>& findings_;
  std::set<std::string> names_;
  std::vector<std::shared_ptr<ColumnPlan>> plans_;
};

}  // namespace

std::vector<const model::MessageInfo*> Module::kinds() const {
  std::vector<const model::MessageInfo*> kinds;
  for (const QueryDefinition& query : queries) kinds.push_back(query.kind);
  std::ranges::sort(kinds, {}, &model::MessageInfo::number);
  const auto repeated = std::ranges::unique(kinds);
  kinds.erase(repeated.begin(), repeated.end());
  return kinds;
}

std::expected<std::shared_ptr<const Module>, std::vector<Finding>> load_module(std::string_view text,
                                                                               std::string origin) {
  std::vector<Finding> findings;
  ModuleText module_text = read_module_toml(text, findings);
  // Without its TOML there is nothing that could be checked further.
  if (!findings.empty() && module_text.name.empty() && module_text.queries.empty())
    return std::unexpected(std::move(findings));
  std::shared_ptr<Module> module = ModuleBuilder(std::move(module_text), findings).build();
  if (!findings.empty()) {
    std::ranges::stable_sort(findings, {}, &Finding::line);
    return std::unexpected(std::move(findings));
  }
  module->origin = std::move(origin);
  module->version = crypto::sha256(as_bytes(text));
  return module;
}

}  // namespace exhibit::engine
