// Values of a row into wire bytes by a plan. What does not fit its field is never written half: the field stays unset,
// the stored value is kept for extra, and the reason is counted.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "column_plan.h"
#include "engine/run.h"
#include "model/wire_writer.h"
#include "sqlite/value.h"

namespace exhibit::engine {

/// Where values come from: the row of a query, or an element of a list.
class RowValues {
 public:
  virtual ~RowValues() = default;
  virtual sqlite::Value value(int column) const = 0;
};

/// A value that its field could not take, or what more is to be said of one.
struct RawValue {
  std::string path;                  ///< of the field
  std::string text;                  ///< as stored, if it is text or a number
  std::string bytes;                 ///< as stored, if it is a blob or not UTF-8
  std::string_view reason;           ///< "time_out_of_range", "not_text", ...
  std::string_view suffix = ".raw";  ///< of the name in extra
};

/// A mistake of the module that ends its query.
struct PlanFailure {
  std::string code;  ///< "time_without_clock", "list_name", "list_expected"
  std::string expected;
  std::string found;
};

class FieldWriter {
 public:
  /// Appends the fields of `nodes`. False: failure() tells, and what was written is to be thrown away.
  bool write(const std::vector<PlanNode>& nodes, const RowValues& values, model::WireWriter& out);

  /// Elements of repeated messages that child queries made, by the list's field number; may be null.
  void set_children(const std::unordered_map<std::uint32_t, std::vector<std::string>>* children) {
    children_ = children;
  }

  /// With it local times become `assumed`; may be null.
  void set_local_zone(const LocalZone* zone) { local_zone_ = zone; }

  const PlanFailure& failure() const { return failure_; }
  /// Of all write() since clear_raw().
  const std::vector<RawValue>& raw_values() const { return raw_; }
  void clear_raw() { raw_.clear(); }
  void add_raw(RawValue raw) { raw_.push_back(std::move(raw)); }

 private:
  bool write_node(const PlanNode& node, const RowValues& values, model::WireWriter& out);
  bool write_message(const PlanNode& node, const RowValues& values, model::WireWriter& out);
  bool write_time(const PlanNode& node, const RowValues& values, model::WireWriter& out);
  bool write_scalar(const PlanNode& node, const sqlite::Value& value, model::WireWriter& out);
  bool write_list(const PlanNode& node, const RowValues& values, model::WireWriter& out);
  bool write_elements(const PlanNode& node, Bytes list, model::WireWriter& out);
  bool write_scalars(const PlanNode& node, Bytes list, model::WireWriter& out);
  void write_text(const PlanNode& node, const sqlite::Value& value, model::WireWriter& out);
  void write_number(const PlanNode& node, const sqlite::Value& value, model::WireWriter& out);
  void write_enumeration(const PlanNode& node, const sqlite::Value& value, model::WireWriter& out);
  /// Converts a wall clock's time with the zone that somebody named.
  void assume_zone(const PlanNode& node, Moment& moment);
  bool position_is_usable(const PlanNode& node, const RowValues& values);
  /// The number of a word of Time.zone, .precision or .clock; 0 if unset or unknown.
  std::int32_t time_word(const PlanNode& node, const RowValues& values, int column, std::string_view field);
  bool fail(std::string code, std::string expected, std::string found);
  void keep_raw(const PlanNode& node, const sqlite::Value& value, std::string_view reason);
  const std::vector<PlanNode>* element_plan(const PlanNode& list, const std::vector<std::string_view>& names);

  const LocalZone* local_zone_ = nullptr;
  const std::unordered_map<std::uint32_t, std::vector<std::string>>* children_ = nullptr;
  std::unordered_map<std::string, std::vector<PlanNode>> element_plans_;  // by list path and element names
  std::vector<RawValue> raw_;
  PlanFailure failure_;
  std::string packed_;
};

/// A value as text: what extra shows. Blobs give an empty text.
std::string value_text(const sqlite::Value& value);

}  // namespace exhibit::engine
