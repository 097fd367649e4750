#include "casefile/writer.h"

#include "artefact_rows.h"
#include "case_state.h"
#include "dictionary.h"
#include "file_finder.h"
#include "file_tables.h"
#include "model/wire_reader.h"
#include "resolve.h"
#include "service_rows.h"

namespace exhibit::casefile {

struct ExhibitWriter::Parts {
  Case* subject = nullptr;
  std::int64_t exhibit = 0;
  std::int64_t file_base = 0;
  Dictionary dictionary;
  FileFinder finder;
  ArtefactRows artefacts;
  ServiceRows services;
  crypto::Sha256Digest content{};
  std::optional<Error> failure;  // half an artefact may stand in the tables: nothing can follow it
};

namespace {

constexpr std::uint32_t kArtefactRecord = 1;

Result<std::string> label_of(const Connection& connection, std::string_view sql, std::string_view text, Bytes blob) {
  auto select = connection.prepare(sql);
  if (!select) return std::unexpected(select.error());
  if (blob.empty())
    select->bind(1, text);
  else
    select->bind_blob(1, blob);
  const auto row = select->step();
  if (!row) return std::unexpected(row.error());
  return *row ? std::string(select->text(0)) : std::string();
}

Result<std::int64_t> insert_exhibit(const Connection& connection, const ExhibitFacts& facts, std::int64_t run,
                                    std::int64_t file_base) {
  auto insert =
      connection.prepare("INSERT INTO exhibit(label, run, zone, zone_from, file_base) VALUES(?1, ?2, ?3, ?4, ?5)");
  if (!insert) return std::unexpected(insert.error());
  insert->bind(1, std::string_view(facts.label));
  insert->bind(2, run);
  if (!facts.zone.empty()) insert->bind(3, std::string_view(facts.zone));
  if (!facts.zone_from.empty()) insert->bind(4, std::string_view(facts.zone_from));
  insert->bind(5, file_base);
  if (auto written = insert->run(); !written) return std::unexpected(written.error());
  return sqlite3_last_insert_rowid(connection.get());
}

/// Replaced exhibits go first, whatever stands in the way: their label or their evidence.
Result<void> make_room(Case& subject, const ExhibitFacts& facts) {
  for (;;) {
    const auto reason = find_refusal(subject, facts);
    if (!reason) return std::unexpected(reason.error());
    if (reason->refusal == Refusal::none) return {};
    if (!facts.replace) {
      if (reason->refusal == Refusal::label_exists)
        return fail(ErrorCode::unsupported, "an exhibit label that the case does not have yet");
      return fail(ErrorCode::unsupported, "evidence that is not in the case under another label");
    }
    if (auto removed = subject.remove_exhibit(reason->label); !removed) return removed;
  }
}

}  // namespace

Result<RefusalReason> find_refusal(const Case& subject, const ExhibitFacts& facts) {
  const Connection& connection = subject.state().connection;
  auto label = label_of(connection, "SELECT label FROM exhibit WHERE label = ?1", facts.label, {});
  if (!label) return std::unexpected(label.error());
  if (!label->empty()) return RefusalReason{Refusal::label_exists, *label};
  for (const SourceFacts& source : facts.sources) {
    const auto fingerprint = source.evidence->fingerprint();
    label =
        label_of(connection, "SELECT e.label FROM source s JOIN exhibit e ON e.n = s.exhibit WHERE s.fingerprint = ?1",
                 {}, fingerprint);
    if (!label) return std::unexpected(label.error());
    if (!label->empty()) return RefusalReason{Refusal::evidence_exists, *label};
  }
  return RefusalReason{};
}

Result<std::unique_ptr<ExhibitWriter>> ExhibitWriter::begin(Case& subject, const ExhibitFacts& facts) {
  if (!subject.is_in_run()) return fail(ErrorCode::unsupported, "a run at work in the case");
  if (facts.label.empty()) return fail(ErrorCode::unsupported, "an exhibit with a label");
  if (auto room = make_room(subject, facts); !room) return std::unexpected(room.error());
  const Connection& connection = subject.state().connection;
  const auto file_base = connection.number("SELECT coalesce(max(n), 0) FROM file");
  const auto last = connection.number("SELECT coalesce(max(n), 0) FROM artefact");
  if (!file_base) return std::unexpected(file_base.error());
  if (!last) return std::unexpected(last.error());
  const auto exhibit = insert_exhibit(connection, facts, subject.state().run, *file_base);
  if (!exhibit) return std::unexpected(exhibit.error());
  if (auto written = write_file_tables(connection, *exhibit, *file_base, facts.sources); !written)
    return std::unexpected(written.error());
  auto dictionary = Dictionary::open(connection, *exhibit, facts.parsers);
  if (!dictionary) return std::unexpected(dictionary.error());
  auto parts = std::unique_ptr<Parts>(new Parts{.subject = &subject,
                                                .exhibit = *exhibit,
                                                .file_base = *file_base,
                                                .dictionary = std::move(*dictionary),
                                                .finder = FileFinder(facts.sources),
                                                .artefacts = {},
                                                .services = {}});
  // Without words of every artefact a phrase must be sought in the texts themselves.
  if (!facts.has_text_index)
    if (auto noted = connection.run("INSERT OR REPLACE INTO meta(key, value) VALUES('no_text_index', '1')"); !noted)
      return std::unexpected(noted.error());
  auto artefacts = ArtefactRows::open(connection, parts->dictionary, parts->finder,
                                      {.number = *exhibit,
                                       .file_base = *file_base,
                                       .next_artefact = *last + 1,
                                       .has_text_index = facts.has_text_index});
  if (!artefacts) return std::unexpected(artefacts.error());
  parts->artefacts = std::move(*artefacts);
  auto services = ServiceRows::open(connection, parts->dictionary, *exhibit, *file_base);
  if (!services) return std::unexpected(services.error());
  parts->services = std::move(*services);
  return std::unique_ptr<ExhibitWriter>(new ExhibitWriter(std::move(parts)));
}

ExhibitWriter::ExhibitWriter(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ExhibitWriter::~ExhibitWriter() = default;

Result<void> ExhibitWriter::take(Bytes task_output) {
  const auto take_all = [&]() -> Result<void> {
    model::WireReader reader(task_output);
    model::WireField field;
    while (reader.next(field)) {
      auto taken = field.number == kArtefactRecord ? parts_->artefacts.add(field.bytes)
                                                   : parts_->services.add(field.number, field.bytes);
      if (!taken) return taken;
    }
    if (!reader.ok()) return fail(ErrorCode::malformed, "wire bytes of a task's output");
    return {};
  };
  if (parts_->failure) return std::unexpected(*parts_->failure);
  auto taken = take_all();
  if (!taken) parts_->failure = taken.error();
  return taken;
}

Result<void> ExhibitWriter::finish() {
  const Connection& connection = parts_->subject->state().connection;
  if (parts_->failure) return std::unexpected(*parts_->failure);
  if (auto written = parts_->artefacts.finish(); !written) return written;
  if (auto written = parts_->services.finish(parts_->artefacts.spans()); !written) return written;
  for (const auto resolve : {resolve_equal_records, resolve_contacts, resolve_quotes, resolve_device}) {
    if (resolve == resolve_quotes && !parts_->artefacts.has_quotes()) continue;  // spares a scan of the largest tables
    if (auto resolved = resolve(connection, parts_->exhibit); !resolved) return resolved;
  }
  parts_->content = parts_->artefacts.content_sha256();
  auto seal = connection.prepare("UPDATE exhibit SET artefacts = ?2, content_sha256 = ?3 WHERE n = ?1");
  if (!seal) return std::unexpected(seal.error());
  seal->bind(1, parts_->exhibit);
  seal->bind(2, static_cast<std::int64_t>(artefacts()));
  seal->bind_blob(3, parts_->content);
  return seal->run();
}

std::uint64_t ExhibitWriter::artefacts() const { return parts_->artefacts.artefacts(); }
const crypto::Sha256Digest& ExhibitWriter::content_sha256() const { return parts_->content; }

}  // namespace exhibit::casefile
