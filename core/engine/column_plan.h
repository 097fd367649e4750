// What each result column of a query becomes: resolved once when the module loads, so that a row costs no look-up. The
// plan is a tree of the message's fields in ascending order, which is the order of the wire form.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace exhibit::engine {

constexpr int kNoColumn = -1;

/// A field of a message and where its value comes from: a column, or the fields below it.
struct PlanNode {
  const model::FieldInfo* field = nullptr;
  std::string path;  ///< dotted, from the body: names the raw value in extra
  int column = kNoColumn;
  // Of a time: what the query says beyond the time function.
  int zone = kNoColumn, zone_name = kNoColumn, offset_s = kNoColumn, precision = kNoColumn, clock = kNoColumn,
      raw = kNoColumn;
  std::vector<PlanNode> below;  ///< ascending by number

  bool is_time = false;
  bool is_position = false;  ///< a Geo
};

struct NamedColumn {
  std::string name;
  int column;
};

/// A problem with an alias: the text, and the nearest right alias or an empty string.
struct AliasMistake {
  std::string message;
  std::string nearest;
};

class ColumnPlan {
 public:
  /// `message` is the kind, or the element of a child query's list.
  ColumnPlan(const model::MessageInfo& message, bool is_child) : message_(&message), is_child_(is_child) {}

  /// Takes the alias of the next column.
  std::optional<AliasMistake> add(std::string_view alias, int column);

  const model::MessageInfo& message() const { return *message_; }
  /// Makes room for the elements that child queries give.
  void expect_children(const model::FieldInfo& list);

  int row = kNoColumn;     ///< _row
  int key = kNoColumn;     ///< _key, of a table without rowid
  int path = kNoColumn;    ///< _path, of a file that is no database
  int parent = kNoColumn;  ///< _parent
  int skip = kNoColumn;    ///< _skip
  int rows = kNoColumn;    ///< _rows: list_rows() of a grouped query
  int app = kNoColumn;
  std::vector<NamedColumn> joined;  ///< _row_<name>
  std::vector<NamedColumn> extra;
  std::vector<PlanNode> body;
  std::vector<PlanNode> local_account;
  std::vector<PlanNode> state;

  /// Which fields the codes of a map go to: for the raw value of a code that the map does not know.
  struct MapUse {
    std::string map;
    std::string path;
  };
  std::vector<MapUse> map_uses;

 private:
  std::optional<AliasMistake> add_reserved(std::string_view alias, int column);

  const model::MessageInfo* message_;
  bool is_child_;
};

/// Resolves a dotted path below `message` and puts the column into the tree. The nodes' own paths begin with `prefix`.
std::optional<AliasMistake> add_path(const model::MessageInfo& message, std::string_view dotted, int column,
                                     std::vector<PlanNode>& tree, std::string_view prefix = {});

}  // namespace exhibit::engine
