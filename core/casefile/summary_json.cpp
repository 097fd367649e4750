#include "casefile/summary.h"
#include "model/json.h"

namespace exhibit::casefile {

namespace {

/// Objects and lists with their commas.
class Json {
 public:
  void open(char bracket) {
    separate();
    text_ += bracket;
    is_first_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    is_first_ = false;
  }
  Json& key(std::string_view name) {
    separate();
    model::append_json_string(text_, name);
    text_ += ':';
    is_first_ = true;  // the value follows its key without a comma
    return *this;
  }
  void value(std::string_view text) {
    separate();
    model::append_json_string(text_, text);
  }
  void value(std::uint64_t number) {
    separate();
    text_ += std::to_string(number);
  }
  void value(double number) {
    separate();
    model::append_json_double(text_, number);
  }
  void boolean(bool is_true) {
    separate();
    text_ += is_true ? "true" : "false";
  }
  /// A text that is left out if it is empty.
  void field(std::string_view name, const std::string& text) {
    if (!text.empty()) key(name).value(std::string_view(text));
  }
  void field(std::string_view name, std::uint64_t number) { key(name).value(number); }
  std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (!is_first_) text_ += ',';
    is_first_ = false;
  }

  std::string text_;
  bool is_first_ = true;
};

template <class List, class Write>
void write_list(Json& json, std::string_view name, const List& list, Write write) {
  json.key(name).open('[');
  for (const auto& item : list) {
    json.open('{');
    write(item);
    json.close('}');
  }
  json.close(']');
}

void write_device(Json& json, const ExhibitSummary& exhibit) {
  json.key("device").open('{');
  json.field("model", exhibit.model);
  json.field("model_name", exhibit.model_name);
  json.field("os", exhibit.os);
  json.field("os_version", exhibit.os_version);
  json.field("build", exhibit.build);
  json.field("zone", exhibit.zone);
  json.close('}');
}

void write_sums(Json& json, const LedgerSum& sum) {
  json.field("read", sum.read);
  json.field("emitted", sum.emitted);
  json.field("attached", sum.attached);
  json.field("skipped", sum.skipped);
  json.field("dropped", sum.dropped);
}

void write_reasons(Json& json, std::string_view name, const std::vector<ReasonCount>& reasons) {
  json.key(name).open('{');
  for (const ReasonCount& reason : reasons) json.field(reason.reason, reason.count);
  json.close('}');
}

void write_ledger(Json& json, const ExhibitSummary& exhibit) {
  json.key("ledger").open('{');
  write_sums(json, exhibit.ledger);
  json.key("adds_up").boolean(exhibit.ledger_adds_up());
  write_reasons(json, "skipped_by_reason", exhibit.skipped);
  write_reasons(json, "value_notes", exhibit.value_notes);
  write_list(json, "gaps", exhibit.gaps, [&](const LedgerGap& gap) {
    json.field("parser", gap.parser);
    json.field("file", gap.file);
    json.field("table", gap.table);
    json.field("pass", gap.pass);
    write_sums(json, gap.sum);
  });
  json.close('}');
}

void write_unread(Json& json, const ExhibitSummary& exhibit) {
  write_list(json, "unread", exhibit.unread, [&](const UnreadFile& file) {
    json.field("file", file.file);
    json.field("rows", file.rows);
    json.field("tables", file.tables);
    json.key("whole_file").boolean(file.is_whole_file);
  });
  write_list(json, "unread_columns", exhibit.unread_columns, [&](const UnreadColumn& column) {
    json.field("file", column.file);
    json.field("table", column.table);
    json.field("column", column.column);
    json.field("count", column.count);
  });
}

void write_exhibit(Json& json, const ExhibitSummary& exhibit) {
  json.field("label", exhibit.label);
  write_device(json, exhibit);
  write_list(json, "sources", exhibit.sources, [&](const SourceLine& source) {
    json.field("path", source.path);
    json.field("container", source.container);
    json.field("size", source.size);
    json.field("files", source.files);
    json.field("files_read", source.files_read);
    json.field("fingerprint", source.fingerprint);
    json.key("encrypted").boolean(source.is_encrypted);
  });
  json.field("parsers", exhibit.parsers);
  json.field("artefacts", exhibit.artefacts);
  write_list(json, "counts", exhibit.counts, [&](const KindCount& count) {
    json.field("kind", count.kind);
    json.field("app", count.app);
    json.field("live", count.live);
    json.field("soft_deleted", count.soft_deleted);
    json.field("tombstone", count.tombstone);
    json.field("recovered", count.recovered);
    json.field("history", count.history);
  });
  write_ledger(json, exhibit);
  write_list(json, "problems", exhibit.problems, [&](const ProblemLine& problem) {
    json.field("code", problem.code);
    json.field("file", problem.file);
    json.field("parser", problem.parser);
    json.field("table", problem.table);
    json.field("expected", problem.expected);
    json.field("found", problem.found);
    json.field("count", problem.count);
  });
  write_unread(json, exhibit);
  write_list(json, "local_times", exhibit.local_times, [&](const LocalTimes& times) {
    json.field("kind", times.kind);
    json.field("field", times.field);
    json.field("count", times.count);
  });
  json.field("content_sha256", exhibit.content_sha256);
}

}  // namespace

std::string summary_json(const CaseSummary& summary, double elapsed_s) {
  Json json;
  json.open('{');
  json.key("case").value(std::string_view(summary.path));
  json.field("content_sha256", summary.content_sha256);
  json.field("size_bytes", summary.size_bytes);
  json.field("audit_head", summary.audit_head);
  if (elapsed_s >= 0) json.key("elapsed_s").value(elapsed_s);
  write_list(json, "exhibits", summary.exhibits, [&](const ExhibitSummary& exhibit) { write_exhibit(json, exhibit); });
  json.close('}');
  return json.take();
}

}  // namespace exhibit::casefile
