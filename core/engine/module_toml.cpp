#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <span>

#include "model/model.h"
#include "module_text.h"

namespace exhibit::engine {

namespace {

std::uint32_t line_of(const toml::node& node) { return static_cast<std::uint32_t>(node.source().begin.line); }
std::uint32_t column_of(const toml::node& node) { return static_cast<std::uint32_t>(node.source().begin.column); }

/// Reads the keys of one table, each by its type, and tells of those that nobody asked for.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string where, std::span<const std::string_view> keys,
              std::vector<Finding>& findings)
      : table_(table), where_(std::move(where)), findings_(findings) {
    for (const auto& [key, node] : table)
      if (std::ranges::find(keys, key.str()) == keys.end())
        find(node, "no key \"" + std::string(key.str()) + "\"", model::nearest(key.str(), keys));
  }

  std::string text(std::string_view key, bool required = false) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) {
      if (required) missing(key);
      return {};
    }
    if (const auto value = node->value_exact<std::string>()) return *value;
    find(*node, "\"" + std::string(key) + "\" is a text");
    return {};
  }

  bool boolean(std::string_view key, bool otherwise) {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return otherwise;
    if (const auto value = node->value_exact<bool>()) return *value;
    find(*node, "\"" + std::string(key) + "\" is true or false");
    return otherwise;
  }

  /// A list of texts, or one text.
  TextList texts(std::string_view key, bool required = false) {
    const toml::node* node = table_.get(key);
    TextList list;
    if (node == nullptr) {
      if (required) missing(key);
      return list;
    }
    list.line = line_of(*node);
    if (const auto value = node->value_exact<std::string>()) {
      list.items.push_back(*value);
      return list;
    }
    const toml::array* array = node->as_array();
    if (array == nullptr) {
      find(*node, "\"" + std::string(key) + "\" is a list of texts");
      return list;
    }
    for (const toml::node& item : *array) {
      if (const auto value = item.value_exact<std::string>()) {
        list.items.push_back(*value);
      } else {
        find(item, "\"" + std::string(key) + "\" holds texts");
      }
    }
    return list;
  }

  bool has(std::string_view key) const { return table_.contains(key); }

  std::uint32_t line(std::string_view key) const {
    const toml::node* node = table_.get(key);
    return node == nullptr ? line_of(table_) : line_of(*node);
  }

 private:
  void missing(std::string_view key) { find(table_, "\"" + std::string(key) + "\" is missing"); }

  void find(const toml::node& node, std::string message, std::string_view nearest = {}) {
    findings_.push_back({line_of(node), column_of(node), where_, std::move(message), std::string(nearest)});
  }

  const toml::table& table_;
  std::string where_;
  std::vector<Finding>& findings_;
};

constexpr std::array<std::string_view, 8> kParserKeys = {"name",    "title", "files", "signature",
                                                         "seen_on", "notes", "app",   "gives"};
constexpr std::array<std::string_view, 1> kSchemaKeys = {"optional"};
constexpr std::array<std::string_view, 2> kCompanionKeys = {"file", "tables"};
constexpr std::array<std::string_view, 5> kRowsKeys = {"name", "reader", "path", "columns", "files"};
constexpr std::array<std::string_view, 9> kQueryKeys = {"name",     "kind",         "table",  "sql",  "variant",
                                                        "requires", "also_recover", "claims", "files"};
constexpr std::array<std::string_view, 7> kRootKeys = {"parser",    "schema", "map", "entities",
                                                       "companion", "query",  "rows"};

class ModuleReader {
 public:
  ModuleReader(const toml::table& root, std::string_view text, std::vector<Finding>& findings)
      : root_(root), text_(text), findings_(findings) {}

  ModuleText read() {
    const TableReader keys(root_, "", kRootKeys, findings_);
    read_parser();
    read_schema();
    read_maps();
    read_entities();
    read_companions();
    each_table("rows", [this](const toml::table& table, std::size_t n) { read_rows(table, n); });
    each_table("query", [this](const toml::table& table, std::size_t n) { read_query(table, n); });
    return std::move(module_);
  }

 private:
  void find(std::uint32_t line, std::string where, std::string message) {
    findings_.push_back({line, 0, std::move(where), std::move(message), ""});
  }

  const toml::table* table(std::string_view key) {
    const toml::node* node = root_.get(key);
    if (node == nullptr) return nullptr;
    if (!node->is_table()) find(line_of(*node), "", "[" + std::string(key) + "] is a table");
    return node->as_table();
  }

  template <class Read>
  void each_table(std::string_view key, Read read) {
    const toml::node* node = root_.get(key);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr) return find(line_of(*node), "", "write [[" + std::string(key) + "]]: there may be several");
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (const toml::table* item = (*array)[i].as_table()) {
        read(*item, i + 1);
      } else {
        find(line_of((*array)[i]), "", "write [[" + std::string(key) + "]]: there may be several");
      }
    }
  }

  void read_parser() {
    const toml::table* parser = table("parser");
    if (parser == nullptr) return find(1, "", "[parser] is missing");
    TableReader in(*parser, "[parser]", kParserKeys, findings_);
    module_.parser_line = line_of(*parser);
    module_.name = in.text("name", true);
    module_.title = in.text("title", true);
    module_.files = in.texts("files", true);
    module_.signature = in.texts("signature");
    module_.seen_on = in.texts("seen_on", true);
    module_.notes = in.text("notes", true);
    module_.app = in.text("app");
    module_.gives = in.texts("gives");
  }

  void read_schema() {
    const toml::table* schema = table("schema");
    if (schema == nullptr) return;
    TableReader in(*schema, "[schema]", kSchemaKeys, findings_);
    module_.optional = in.texts("optional");
  }

  void read_maps() {
    const toml::table* maps = table("map");
    if (maps == nullptr) return;
    for (const auto& [name, node] : *maps) {
      const std::string map_name(name.str());
      const toml::table* codes = node.as_table();
      if (codes == nullptr) {
        find(line_of(node), "", "[map." + map_name + "] is a table of codes and words");
        continue;
      }
      module_.map_lines.emplace(map_name, line_of(node));
      sqlite::CodeMap& map = module_.maps[map_name];
      for (const auto& [code, word] : *codes) {
        if (const auto text = word.value_exact<std::string>()) {
          map.emplace(std::string(code.str()), *text);
        } else {
          find(line_of(word), "[map." + map_name + "]", "the word of code " + std::string(code.str()) + " is a text");
        }
      }
    }
  }

  void read_entities() {
    const toml::table* entities = table("entities");
    if (entities == nullptr) return;
    for (const auto& [name, node] : *entities) {
      if (const auto text = node.value_exact<std::string>()) {
        module_.entities.push_back({std::string(name.str()), *text});
      } else {
        find(line_of(node), "[entities]", "the entity of " + std::string(name.str()) + " is a text");
      }
    }
  }

  void read_companions() {
    const toml::table* companions = table("companion");
    if (companions == nullptr) return;
    for (const auto& [name, node] : *companions) {
      const std::string where = "[companion." + std::string(name.str()) + "]";
      const toml::table* companion = node.as_table();
      if (companion == nullptr) {
        find(line_of(node), "", where + " is a table");
        continue;
      }
      TableReader in(*companion, where, kCompanionKeys, findings_);
      CompanionText text;
      text.line = line_of(node);
      text.name = std::string(name.str());
      text.file = in.text("file", true);
      text.tables = in.texts("tables", true);
      module_.companions.push_back(std::move(text));
    }
  }

  void read_rows(const toml::table& table, std::size_t n) {
    TableReader in(table, "rows " + std::to_string(n), kRowsKeys, findings_);
    RowsText rows;
    rows.line = line_of(table);
    rows.table.name = in.text("name", true);
    rows.table.reader = in.text("reader", true);
    rows.table.path = in.text("path", true);
    rows.table.columns = in.texts("columns").items;
    rows.files = in.texts("files");
    module_.rows.push_back(std::move(rows));
  }

  void read_query(const toml::table& table, std::size_t n) {
    TableReader in(table, "query " + std::to_string(n), kQueryKeys, findings_);
    QueryText query;
    query.line = line_of(table);
    query.name = in.text("name");
    query.kind = in.text("kind", true);
    query.table = in.text("table", true);
    query.sql = in.text("sql", true);
    query.sql_line = first_line_of_text(in.line("sql"));
    query.variant = in.text("variant");
    query.requires_columns = in.texts("requires");
    query.also_recover = in.texts("also_recover");
    query.files = in.texts("files");
    query.claims = in.boolean("claims", true);
    module_.queries.push_back(std::move(query));
  }

  /// A line feed right behind the opening quotes belongs to the notation, not to the text: then the text begins a line
  /// further on.
  std::uint32_t first_line_of_text(std::uint32_t line) const {
    std::size_t begin = 0;
    for (std::uint32_t n = 1; n < line && begin != std::string_view::npos; ++n) begin = text_.find('\n', begin) + 1;
    std::string_view opening = text_.substr(begin, text_.find('\n', begin) - begin);
    if (opening.ends_with('\r')) opening.remove_suffix(1);
    return opening.ends_with("'''") || opening.ends_with("\"\"\"") ? line + 1 : line;
  }

  const toml::table& root_;
  std::string_view text_;
  std::vector<Finding>& findings_;
  ModuleText module_;
};

}  // namespace

ModuleText read_module_toml(std::string_view text, std::vector<Finding>& findings) {
  try {
    const toml::table root = toml::parse(text);
    return ModuleReader(root, text, findings).read();
  } catch (const toml::parse_error& error) {
    findings.push_back({static_cast<std::uint32_t>(error.source().begin.line),
                        static_cast<std::uint32_t>(error.source().begin.column), "", std::string(error.description()),
                        ""});
    return {};
  }
}

}  // namespace exhibit::engine
