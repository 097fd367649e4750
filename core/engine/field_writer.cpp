#include "field_writer.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/unicode.h"
#include "model/json.h"

namespace exhibit::engine {

namespace {

using model::FieldType;
using sqlite::Value;
using sqlite::ValueType;

constexpr std::size_t kLongestBytes = 64 * 1024;  // longer content is a File

constexpr std::string_view kNotText = "not_text";
constexpr std::string_view kNotNumber = "not_a_number";
constexpr std::string_view kNotBoolean = "not_a_boolean";
constexpr std::string_view kUnknownWord = "unknown_word";
constexpr std::string_view kTimeOutOfRange = "time_out_of_range";
constexpr std::string_view kRepeatedHour = "repeated_hour";
constexpr std::string_view kSkippedHour = "skipped_hour";
constexpr std::string_view kTooLong = "too_long";
constexpr std::string_view kNoPosition = "no_position";
constexpr std::string_view kNegativeAccuracy = "negative_accuracy";

std::string_view type_name(ValueType type) {
  switch (type) {
    case ValueType::null:
      return "NULL";
    case ValueType::integer:
      return "an integer";
    case ValueType::real:
      return "a real";
    case ValueType::text:
      return "a text";
    case ValueType::blob:
      return "a blob";
    case ValueType::time:
    case ValueType::time_lost:
      return "a time";
    case ValueType::list:
    case ValueType::row_list:
      return "a list";
  }
  return "";
}

class ElementValues : public RowValues {
 public:
  explicit ElementValues(const std::vector<Value>& values) : values_(values) {}
  Value value(int column) const override { return values_[static_cast<std::size_t>(column)]; }

 private:
  const std::vector<Value>& values_;
};

std::int64_t integer_at(const RowValues& values, int column) {
  return column == kNoColumn ? 0 : values.value(column).integer;
}

/// A day as artefacts hold it. Apple writes the year 1604 for "no year".
std::string date_text(const Moment& moment) {
  const Civil civil = civil_from_us(moment.us);
  const auto two = [](std::uint32_t n) { return std::string(n < 10 ? "0" : "") + std::to_string(n); };
  std::string text = "-";
  if (civil.year != 1604) {
    text = std::to_string(civil.year);
    text.insert(0, text.size() < 4 ? 4 - text.size() : 0, '0');
  }
  return text + "-" + two(civil.month) + "-" + two(civil.day);
}

}  // namespace

std::string value_text(const Value& value) {
  switch (value.type) {
    case ValueType::integer:
      return std::to_string(value.integer);
    case ValueType::real: {
      std::string text;
      model::append_json_double(text, value.real);
      return text;
    }
    case ValueType::text:
    case ValueType::time_lost:
      return std::string(value.text());
    case ValueType::time:
      return model::time_text({value.moment, Clock::unknown, {}, {}});
    case ValueType::null:
    case ValueType::blob:
    case ValueType::list:
    case ValueType::row_list:
      return {};
  }
  return {};
}

std::int32_t FieldWriter::time_word(const PlanNode& node, const RowValues& values, int column, std::string_view field) {
  static const model::MessageInfo& time = model::Model::get().message("Time");
  if (column == kNoColumn) return 0;
  const Value word = values.value(column);
  const std::int32_t number = time.find(field)->enumeration->number(word.text());
  if (number == 0 && !word.is_null())
    raw_.push_back({node.path + "." + std::string(field), value_text(word), {}, kUnknownWord});
  return number;
}

bool FieldWriter::fail(std::string code, std::string expected, std::string found) {
  failure_ = {std::move(code), std::move(expected), std::move(found)};
  return false;
}

void FieldWriter::keep_raw(const PlanNode& node, const Value& value, std::string_view reason) {
  RawValue raw;
  raw.path = node.path;
  raw.reason = reason;
  const bool is_text = value.type != ValueType::blob && is_utf8(value.text());
  if (value.type == ValueType::time && !value.raw.empty()) {
    raw.text = value.raw;
  } else if (value.type == ValueType::blob || !is_text) {
    raw.bytes = value.text().substr(0, kLongestBytes);
  } else {
    raw.text = value_text(value);
  }
  raw_.push_back(std::move(raw));
}

bool FieldWriter::write(const std::vector<PlanNode>& nodes, const RowValues& values, model::WireWriter& out) {
  return std::ranges::all_of(nodes, [&](const PlanNode& node) { return write_node(node, values, out); });
}

bool FieldWriter::write_node(const PlanNode& node, const RowValues& values, model::WireWriter& out) {
  if (node.field->repeated) return write_list(node, values, out);
  if (node.is_time) return write_time(node, values, out);
  if (node.field->type == FieldType::message) return write_message(node, values, out);
  return write_scalar(node, values.value(node.column), out);
}

bool FieldWriter::write_message(const PlanNode& node, const RowValues& values, model::WireWriter& out) {
  const auto mark = out.begin(node.field->number);
  const bool usable = !node.is_position || position_is_usable(node, values);
  for (const PlanNode& child : node.below) {
    const bool is_coordinate = node.is_position && child.field->number <= 2;
    if (is_coordinate && !usable) continue;
    if (!write_node(child, values, out)) return false;
  }
  out.end(mark);
  return true;
}

/// Latitude and longitude stand together or not at all; 0,0 and -180,-180 are how apps write "none".
bool FieldWriter::position_is_usable(const PlanNode& node, const RowValues& values) {
  const PlanNode* latitude = nullptr;
  const PlanNode* longitude = nullptr;
  for (const PlanNode& child : node.below) {
    if (child.field->name == "latitude") latitude = &child;
    if (child.field->name == "longitude") longitude = &child;
  }
  if (latitude == nullptr || longitude == nullptr) return true;
  const Value north = values.value(latitude->column);
  const Value east = values.value(longitude->column);
  if (north.is_null() && east.is_null()) return true;
  const auto degrees = [](const Value& v) {
    return v.type == ValueType::integer ? static_cast<double>(v.integer) : v.type == ValueType::real ? v.real : NAN;
  };
  const double lat = degrees(north);
  const double lon = degrees(east);
  const bool is_sentinel = (lat == 0 && lon == 0) || (lat == -180 && lon == -180);
  if (!is_sentinel && std::abs(lat) <= 90 && std::abs(lon) <= 180) return true;
  keep_raw(*latitude, north, kNoPosition);
  keep_raw(*longitude, east, kNoPosition);
  return false;
}

/// The clock shows the hour before a change back twice, and that after a change forward never: what else the reading
/// may mean stands in extra.
void FieldWriter::assume_zone(const PlanNode& node, Moment& moment) {
  const WallClock clock = local_zone_->zone.wall_clock(moment.us);
  moment.zone = Zone::assumed;
  const auto text_of = [&](const WallClock::Candidate& candidate) {
    return model::time_text({{candidate.us, Zone::utc, moment.precision, 0}, Clock::unknown, {}, {}});
  };
  if (clock.fit != WallClock::Fit::once)
    raw_.push_back({node.path,
                    text_of(clock.chosen) + "; " + text_of(clock.other),
                    {},
                    clock.fit == WallClock::Fit::repeated ? kRepeatedHour : kSkippedHour,
                    ".candidates"});
  moment.us = clock.chosen.us;
  moment.offset_s = clock.chosen.offset_s;
}

bool FieldWriter::write_time(const PlanNode& node, const RowValues& values, model::WireWriter& out) {
  const Value value = node.column == kNoColumn ? Value{} : values.value(node.column);
  if (value.is_null()) return true;
  if (value.type == ValueType::time_lost) {
    keep_raw(node, value, kTimeOutOfRange);
    return true;
  }
  if (value.type != ValueType::time)
    return fail("time_without_clock", "a time function (apple_time, unix_time, ...) for " + node.path,
                std::string(type_name(value.type)));
  const bool accepted = node.field->far ? is_far_time(value.moment.us) : is_usual_time(value.moment.us);
  if (!accepted) {
    keep_raw(node, value, kTimeOutOfRange);
    return true;
  }
  Moment moment = value.moment;
  if (const auto zone = time_word(node, values, node.zone, "zone"); zone != 0) moment.zone = static_cast<Zone>(zone);
  if (const auto precision = time_word(node, values, node.precision, "precision"); precision != 0)
    moment.precision = static_cast<Precision>(precision);
  if (node.offset_s != kNoColumn && !values.value(node.offset_s).is_null()) {
    moment.zone = Zone::offset;
    moment.offset_s = static_cast<std::int32_t>(integer_at(values, node.offset_s));
  }
  const auto clock = static_cast<Clock>(time_word(node, values, node.clock, "clock"));
  std::string zone_name = node.zone_name == kNoColumn ? "" : std::string(values.value(node.zone_name).text());
  if (moment.zone == Zone::local && local_zone_ != nullptr) {
    assume_zone(node, moment);
    zone_name = local_zone_->name;
  }
  const std::string raw = node.raw == kNoColumn ? "" : value_text(values.value(node.raw));
  out.time(node.field->number, moment, clock, zone_name, raw);
  return true;
}

bool FieldWriter::write_scalar(const PlanNode& node, const Value& value, model::WireWriter& out) {
  if (value.is_null()) return true;
  if (value.type == ValueType::list || value.type == ValueType::row_list)
    return fail("list_in_field", "one value for " + node.path, "a list");
  switch (node.field->type) {
    case FieldType::text:
      write_text(node, value, out);
      break;
    case FieldType::enumeration:
      write_enumeration(node, value, out);
      break;
    case FieldType::bytes:
      if (value.bytes.size() > kLongestBytes || (value.type != ValueType::blob && value.type != ValueType::text)) {
        keep_raw(node, value, value.bytes.size() > kLongestBytes ? kTooLong : kNotText);
      } else {
        out.bytes(node.field->number, value.bytes);
      }
      break;
    case FieldType::boolean:
      if (value.type == ValueType::integer && (value.integer == 0 || value.integer == 1)) {
        out.boolean(node.field->number, value.integer == 1);
      } else {
        keep_raw(node, value, kNotBoolean);
      }
      break;
    default:
      write_number(node, value, out);
  }
  return true;
}

void FieldWriter::write_text(const PlanNode& node, const Value& value, model::WireWriter& out) {
  if (value.type == ValueType::time && node.field->name.ends_with("_on")) {
    out.text(node.field->number, date_text(value.moment));
  } else if (value.type == ValueType::text || value.type == ValueType::blob) {
    if (is_utf8(value.text())) {
      out.text(node.field->number, value.text());
    } else {
      keep_raw(node, value, kNotText);
    }
  } else {
    out.text(node.field->number, value_text(value));
  }
}

void FieldWriter::write_enumeration(const PlanNode& node, const Value& value, model::WireWriter& out) {
  const std::int32_t number = node.field->enumeration->number(value.text());
  if (number == 0) {
    keep_raw(node, value, kUnknownWord);
  } else {
    out.enumeration(node.field->number, number);
  }
}

void FieldWriter::write_number(const PlanNode& node, const Value& value, model::WireWriter& out) {
  Value number = value;
  if (value.type == ValueType::text) {
    const std::string_view text = value.text();
    const char* end = text.data() + text.size();
    if (auto [rest, error] = std::from_chars(text.data(), end, number.integer); error == std::errc{} && rest == end) {
      number.type = ValueType::integer;
    } else if (auto [rest2, error2] = std::from_chars(text.data(), end, number.real);
               error2 == std::errc{} && rest2 == end) {
      number.type = ValueType::real;
    }
  }
  const bool is_real = number.type == ValueType::real;
  if (!is_real && number.type != ValueType::integer) return keep_raw(node, value, kNotNumber);
  if (node.field->type == FieldType::real) {
    const double real = is_real ? number.real : static_cast<double>(number.integer);
    if (!std::isfinite(real)) return keep_raw(node, value, kNotNumber);
    // CoreLocation writes a negative accuracy for "invalid".
    if (real < 0 && node.field->name.ends_with("_accuracy_m")) return keep_raw(node, value, kNegativeAccuracy);
    return out.real(node.field->number, real);
  }
  if (is_real) {
    if (!(std::abs(number.real) < 9e15) || std::trunc(number.real) != number.real)
      return keep_raw(node, value, kNotNumber);
    number.integer = static_cast<std::int64_t>(number.real);
  }
  if (node.field->type == FieldType::unsigned_integer) {
    if (number.integer < 0) return keep_raw(node, value, kNotNumber);
    return out.unsigned_integer(node.field->number, static_cast<std::uint64_t>(number.integer));
  }
  out.integer(node.field->number, number.integer);
}

bool FieldWriter::write_list(const PlanNode& node, const RowValues& values, model::WireWriter& out) {
  const Value value = node.column == kNoColumn ? Value{} : values.value(node.column);
  if (value.type != ValueType::list && !value.is_null())
    return fail("list_expected", "list() for " + node.path, std::string(type_name(value.type)));
  if (!value.is_null()) {
    const bool is_message = node.field->type == FieldType::message;
    if (!(is_message ? write_elements(node, value.bytes, out) : write_scalars(node, value.bytes, out))) return false;
  }
  if (children_ == nullptr) return true;
  const auto children = children_->find(node.field->number);
  if (children == children_->end()) return true;
  for (const std::string& element : children->second) out.message(node.field->number, element);
  return true;
}

const std::vector<PlanNode>* FieldWriter::element_plan(const PlanNode& list,
                                                       const std::vector<std::string_view>& names) {
  std::string key = list.path;
  for (const std::string_view name : names) (key += '\n') += name;
  const auto [at, is_new] = element_plans_.try_emplace(key);
  if (!is_new) return &at->second;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto mistake = add_path(*list.field->message, names[i], static_cast<int>(i), at->second, list.path);
    if (!mistake) continue;
    fail("list_name", "a field of " + std::string(list.field->message->name) + " in list() for " + list.path,
         std::string(names[i]) + ": " + mistake->message);
    element_plans_.erase(at);
    return nullptr;
  }
  return &at->second;
}

bool FieldWriter::write_elements(const PlanNode& node, Bytes list, model::WireWriter& out) {
  sqlite::ListReader reader(list);
  std::vector<std::string_view> names;
  std::vector<Value> values;
  while (reader.next_element()) {
    names.clear();
    values.clear();
    std::string_view name;
    Value value;
    while (reader.next_field(name, value)) {
      names.push_back(name);
      values.push_back(value);
    }
    const std::vector<PlanNode>* plan = element_plan(node, names);
    if (plan == nullptr) return false;
    const auto mark = out.begin(node.field->number);
    if (!write(*plan, ElementValues(values), out)) return false;
    out.end(mark);
  }
  return true;
}

bool FieldWriter::write_scalars(const PlanNode& node, Bytes list, model::WireWriter& out) {
  sqlite::ListReader reader(list);
  packed_.clear();
  while (reader.next_element()) {
    std::string_view name;
    Value value;
    while (reader.next_field(name, value)) {
      if (node.field->type == FieldType::text) {
        write_text(node, value, out);
      } else if (value.type == ValueType::integer) {
        model::WireWriter::pack_integer(packed_, value.integer);
      } else {
        keep_raw(node, value, kNotNumber);
      }
    }
  }
  if (!packed_.empty()) out.text(node.field->number, packed_);
  return true;
}

}  // namespace exhibit::engine
