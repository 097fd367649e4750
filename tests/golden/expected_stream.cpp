#include "expected_stream.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "interned_names.h"
#include "json_difference.h"
#include "model/json.h"

namespace exhibit::golden {
namespace {

constexpr model::JsonOptions kWithSecrets{.with_secrets = true};

struct Line {
  Json json;
  std::string place;  // "expected.jsonl:12", empty for an actual line
  bool is_paired = false;
};

std::string text_at(const Json& object, const std::string& key) {
  const auto found = object.find(key);
  if (found == object.end()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

bool is_artefact(const Json& line) { return line.contains("kind"); }

/// "Message home:Library/SMS/sms.db message/12"
std::string place_of(const Json& artefact) {
  const Json provenance = artefact.value("provenance", Json::object());
  const std::string row = text_at(provenance, provenance.contains("rowid") ? "rowid" : "key");
  return text_at(artefact, "kind") + " " + text_at(provenance, "file") + " " + text_at(provenance, "table") + "/" + row;
}

/// What a line that is no artefact is about.
std::string subject_of(const Json& line) {
  std::string subject = line.begin().key() + " " + text_at(line, line.begin().key());
  for (const char* key : {"file", "table", "column", "pass", "row", "key"})
    if (line.contains(key)) subject += " " + text_at(line, key);
  return subject;
}

std::string identity_of(const Json& line) { return is_artefact(line) ? place_of(line) : subject_of(line); }

/// Lines may be written with any key first; told apart they are by the one that names their sort.
void put_sort_first(Json& line) {
  for (const char* sort : {"kind", "ledger", "problem", "fact", "unread"}) {
    if (!line.contains(sort)) continue;
    Json ordered;
    ordered[sort] = line[sort];
    for (const auto& [key, value] : line.items()) ordered[key] = value;
    line = std::move(ordered);
    return;
  }
  throw std::runtime_error("a line that is no artefact, ledger, problem, fact or unread line");
}

bool is_reference(const Json& value) { return value.is_string() && value.get<std::string>().starts_with("@"); }

class Expectation {
 public:
  Expectation(const std::vector<std::string>& actual, const FileBytes& bytes) : bytes_(bytes) {
    for (const std::string& line : without_heads(actual)) actual_.push_back({Json::parse(line), "", false});
  }

  void read(const std::string& text) {
    std::istringstream lines(text);
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      const std::string place = "expected.jsonl:" + std::to_string(number);
      try {
        expected_.push_back({read_line(line), place, false});
      } catch (const std::exception& error) {
        found_.push_back(place + ": " + error.what());
      }
    }
  }

  std::vector<std::string> compare() {
    pair([this](const Line& expected, const Line& actual) { return compare_pair(expected, actual).empty(); });
    pair([](const Line& expected, const Line& actual) { return may_be_pair(expected, actual); });
    for (const Line& line : expected_)
      if (!line.is_paired) found_.push_back("missing: " + identity_of(line.json) + "  (" + line.place + ")");
    for (const Line& line : actual_)
      if (!line.is_paired) found_.push_back("not expected: " + line.json.dump());
    return std::move(found_);
  }

 private:
  /// In its canonical form: read to wire bytes and written again.
  Json read_line(const std::string& text) {
    Json line = Json::parse(text);
    if (!line.contains("kind")) {
      put_sort_first(line);
      return line;
    }
    const bool any_range = take_any_range(line);
    resolve(line);
    const auto wire = model::artefact_from_json(line.dump(), names_);
    if (!wire) throw std::runtime_error(wire.error().path + ": " + wire.error().message);
    Json canonical = Json::parse(model::artefact_json(as_bytes(*wire), names_, kWithSecrets));
    if (any_range) canonical["provenance"]["ranges"] = "*";
    return canonical;
  }

  static bool take_any_range(Json& line) {
    const auto provenance = line.find("provenance");
    if (provenance == line.end() || text_at(*provenance, "ranges") != "*") return false;
    provenance->erase("ranges");
    return true;
  }

  /// "@message/12" becomes the id of the artefact of that row.
  void resolve(Json& value) {
    for (auto& [key, member] : value.items()) {
      if (is_reference(member) && (key == "artefact" || key == "contact"))
        member = id_of(member.get<std::string>().substr(1));
      else if (member.is_structured())
        resolve(member);
    }
  }

  std::string id_of(const std::string& row) const {
    for (const Line& line : actual_) {
      if (!is_artefact(line.json) || !place_of(line.json).ends_with(" " + row)) continue;
      if (!line.json.contains("state") || text_at(line.json["state"], "status") != "recovered")
        return text_at(line.json, "id");
    }
    throw std::runtime_error("\"@" + row + "\": no live artefact of that row");
  }

  template <class Fits>
  void pair(const Fits& fits) {
    for (Line& expected : expected_) {
      if (expected.is_paired) continue;
      const auto actual = std::ranges::find_if(actual_, [&](const Line& line) {
        return !line.is_paired && may_be_pair(expected, line) && fits(expected, line);
      });
      if (actual == actual_.end()) continue;
      expected.is_paired = actual->is_paired = true;
      for (const std::string& difference : compare_pair(expected, *actual))
        found_.push_back(identity_of(expected.json) + ": " + difference + "  (" + expected.place + ")");
    }
  }

  static bool may_be_pair(const Line& expected, const Line& actual) {
    if (expected.json.contains("id") && is_artefact(expected.json))
      return text_at(expected.json, "id") == text_at(actual.json, "id");
    return identity_of(expected.json) == identity_of(actual.json);
  }

  std::vector<std::string> compare_pair(const Line& expected, const Line& actual) const {
    Json wanted = expected.json;
    Json got = actual.json;
    std::vector<std::string> differences;
    if (is_artefact(wanted)) {
      if (!wanted.contains("id")) got.erase("id");
      compare_any_range(wanted, got, differences);
      leave_out(wanted, got);
      for (std::string& difference : json_differences(wanted, got)) differences.push_back(std::move(difference));
      if (differences.empty() && wanted.dump() != got.dump()) differences.push_back("keys in another order");
      return differences;
    }
    for (Json* line : {&wanted, &got})
      if (line->contains("skipped") && (*line)["skipped"].empty()) line->erase("skipped");
    return json_differences(wanted, got);
  }

  /// What no golden needs to say of a provenance, wherever one stands.
  static void leave_out(const Json& wanted, Json& got) {
    if (!got.is_structured() || got.type() != wanted.type()) return;
    if (got.is_array()) {
      for (std::size_t i = 0; i < std::min(got.size(), wanted.size()); ++i) leave_out(wanted[i], got[i]);
      return;
    }
    for (auto& [key, member] : got.items()) {
      const auto counterpart = wanted.find(key);
      if (counterpart == wanted.end()) continue;
      if (key == "provenance" && member.is_object())
        for (const char* left : {"exhibit", "parser", "query"})
          if (!counterpart->contains(left)) member.erase(left);
      leave_out(*counterpart, member);
    }
  }

  void compare_any_range(Json& wanted, Json& got, std::vector<std::string>& differences) const {
    if (!wanted.contains("provenance") || text_at(wanted["provenance"], "ranges") != "*") return;
    wanted["provenance"].erase("ranges");
    if (!got.contains("provenance") || !got["provenance"].contains("ranges")) {
      differences.emplace_back("\"provenance.ranges\" expected some, got none");
      return;
    }
    if (!range_holds_text(got)) differences.emplace_back("no byte range holds the artefact's text");
    got["provenance"].erase("ranges");
  }

  bool range_holds_text(const Json& artefact) const {
    const std::string text = text_at(artefact, "text");
    const std::string outer_file = text_at(artefact["provenance"], "file");
    for (const Json& range : artefact["provenance"]["ranges"]) {
      const std::string file = range.contains("file") ? text_at(range, "file") : outer_file;
      const auto bytes = bytes_(file, range.value("offset", 0ull), range.value("length", 0ull));
      if (bytes && !bytes->empty() && bytes->find(text) != std::string::npos) return true;
    }
    return false;
  }

  const FileBytes& bytes_;
  InternedNames names_;
  std::vector<Line> actual_;
  std::vector<Line> expected_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> without_heads(const std::vector<std::string>& lines) {
  std::vector<std::string> rest;
  for (const std::string& line : lines) {
    const auto is_head = [&](std::string_view key) { return line.starts_with("{\"" + std::string(key) + "\":"); };
    if (!is_head("exhibit") && !is_head("parser") && !is_head("app") && !is_head("file")) rest.push_back(line);
  }
  return rest;
}

std::vector<std::string> not_round(const std::vector<std::string>& lines) {
  InternedNames names;
  std::vector<std::string> found;
  for (const std::string& line : lines) {
    if (!line.starts_with("{\"kind\":")) continue;
    const auto wire = model::artefact_from_json(line, names);
    if (!wire)
      found.push_back(wire.error().path + ": " + wire.error().message + " in " + line);
    else if (const std::string back = model::artefact_json(as_bytes(*wire), names, kWithSecrets); back != line)
      found.push_back(line + "\ncame back as\n" + back);
  }
  return found;
}

std::vector<std::string> differences(const std::vector<std::string>& actual, const std::string& expected,
                                     const FileBytes& bytes) {
  Expectation expectation(actual, bytes);
  expectation.read(expected);
  return expectation.compare();
}

}  // namespace exhibit::golden
