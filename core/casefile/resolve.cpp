#include "resolve.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "artefact_rows.h"
#include "record_key.h"

namespace exhibit::casefile {

namespace {

/// One contact, or none if there are several.
struct Unique {
  std::int64_t artefact = 0;
  bool is_ambiguous = false;

  void add(std::int64_t n) {
    if (artefact == n) return;
    is_ambiguous = is_ambiguous || artefact != 0;
    artefact = n;
  }
  bool is_one() const { return artefact != 0 && !is_ambiguous; }
};

struct ContactsOf {
  Unique any;
  std::map<std::int64_t, Unique> by_app;
};

std::string address_key(std::int64_t kind, std::string_view normalized) {
  return std::to_string(kind) + ':' + std::string(normalized);
}

using ContactMap = std::unordered_map<std::string, ContactsOf>;

Result<ContactMap> read_contacts(const Connection& connection, std::int64_t exhibit) {
  ContactMap contacts;
  const KindPlan* contact = Plans::get().kind("contact");
  const auto* parties = contact->info->find("parties");
  auto select = connection.prepare(
      "SELECT p.address_kind, p.normalized, p.app, a.n FROM party_use u JOIN party p ON p.n = u.party JOIN artefact a "
      "ON a.n = u.artefact WHERE p.exhibit = ?1 AND p.normalized IS NOT NULL AND (u.field & ?2) = ?3 AND a.status = 1 "
      "AND a.same_as IS NULL");
  if (!select) return std::unexpected(select.error());
  select->bind(1, exhibit);
  select->bind(2, kPathMask);
  select->bind(3, std::int64_t{contact->number} << 8 | parties->number);
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return contacts;
    ContactsOf& of = contacts[address_key(select->integer(0), select->text(1))];
    of.any.add(select->integer(3));
    of.by_app[select->integer(2)].add(select->integer(3));
  }
}

std::int64_t contact_for(const ContactsOf& contacts, std::int64_t app) {
  if (const auto own = contacts.by_app.find(app); own != contacts.by_app.end())
    return own->second.is_one() ? own->second.artefact : 0;
  return contacts.any.is_one() ? contacts.any.artefact : 0;
}

/// Artefacts of one kind by (app, the app's own id): a live one stands for its older versions.
struct Named {
  std::int64_t app;
  std::string id;
  bool is_past;
  std::int64_t n;
  auto operator<=>(const Named&) const = default;
};

Result<std::vector<Named>> read_named(const Connection& connection, std::int64_t exhibit, const KindPlan& kind,
                                      std::string_view id_column) {
  auto select =
      connection.prepare("SELECT a.app, f.\"" + std::string(id_column) + "\", a.status = 3, a.n FROM f_" + kind.name +
                         " f JOIN artefact a ON a.n = f.n WHERE a.exhibit = ?1 AND a.same_as IS "
                         "NULL AND f.\"" +
                         std::string(id_column) + "\" IS NOT NULL");
  if (!select) return std::unexpected(select.error());
  select->bind(1, exhibit);
  std::vector<Named> named;
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    named.push_back({select->integer(0), std::string(select->text(1)), select->integer(2) != 0, select->integer(3)});
  }
  std::ranges::sort(named);
  return named;
}

/// 0 if no artefact has the id, or several that are equally good.
std::int64_t quoted(const std::vector<Named>& named, std::int64_t app, std::string_view id) {
  const auto range =
      std::ranges::equal_range(named, std::pair<std::int64_t, std::string_view>(app, id), {},
                               [](const Named& x) { return std::pair<std::int64_t, std::string_view>(x.app, x.id); });
  if (range.empty()) return 0;
  const bool is_clear = range.size() == 1 || range[0].is_past != range[1].is_past;
  return is_clear ? range[0].n : 0;
}

Result<void> resolve_quotes_of(const Connection& connection, std::int64_t exhibit, const KindPlan& kind,
                               const FieldPlan& quote) {
  const std::string id_column = first_key_field(kind);
  const std::string column = "f.\"" + std::string(quote.field->name) + "_id\"";
  auto select = connection.prepare("SELECT a.n, a.app, " + column + " FROM f_" + kind.name +
                                   " f JOIN artefact a ON a.n = f.n WHERE a.exhibit = ?1 AND " + column +
                                   " IS NOT NULL ORDER BY a.n");
  if (!select) return std::unexpected(select.error());
  select->bind(1, exhibit);
  std::vector<Named> named;
  bool has_named = false;
  auto insert = connection.prepare("INSERT INTO link(artefact, kind, field, target) VALUES(?1, ?2, ?3, ?4)");
  if (!insert) return std::unexpected(insert.error());
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    if (!has_named) {
      auto read = read_named(connection, exhibit, kind, id_column);
      if (!read) return std::unexpected(read.error());
      named = std::move(*read);
      has_named = true;
    }
    const std::int64_t target = quoted(named, select->integer(1), select->text(2));
    if (target == 0) continue;
    insert->bind(1, select->integer(0));
    insert->bind(2, kReplyTo);
    insert->bind(3, std::int64_t{kind.number} << 8 | quote.field->number);
    insert->bind(4, target);
    if (auto written = insert->run(); !written) return written;
  }
}

/// A record with its key, for the comparison over sources.
struct Keyed {
  std::int64_t kind, app;
  std::string key;
  std::int64_t n, source;
  std::string content;  // SHA-256 of status and body: bodies are too many to keep
};

Result<std::vector<Keyed>> read_keyed(const Connection& connection, std::int64_t exhibit) {
  auto select = connection.prepare(
      "SELECT a.n, a.kind, a.app, d.source, a.status, a.body, q.tbl FROM artefact a JOIN file f ON f.n = a.file JOIN "
      "dir d ON d.n = f.dir JOIN query q ON q.n = a.query WHERE a.exhibit = ?1");
  if (!select) return std::unexpected(select.error());
  select->bind(1, exhibit);
  std::vector<Keyed> keyed;
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const KindPlan* kind = Plans::get().kind(static_cast<std::uint32_t>(select->integer(1)));
    if (kind == nullptr) continue;
    std::string key = record_key(*kind, select->blob(5), select->text(6));
    std::string content = std::to_string(select->integer(4)) + ':';
    content += select->text(5);
    const auto digest = crypto::sha256(as_bytes(content));
    // Without a key a record is the same as one of its table that says the same.
    if (key.empty()) key.append("=").append(select->text(6)).append("|").append(as_text(digest));
    keyed.push_back({select->integer(1), select->integer(2), std::move(key), select->integer(0), select->integer(3),
                     std::string(as_text(digest))});
  }
  std::ranges::sort(keyed, {}, [](const Keyed& x) {
    return std::tuple<std::int64_t, std::int64_t, std::string_view, std::int64_t>(x.kind, x.app, x.key, x.n);
  });
  return keyed;
}

bool same_record(const Keyed& a, const Keyed& b) { return a.kind == b.kind && a.app == b.app && a.key == b.key; }

/// Records of one key: each is compared with the first of another source that is equal, else with the first.
Result<void> join_records(std::span<const Keyed> group, Statement& same_as, Statement& link) {
  std::vector<const Keyed*> kept;
  for (const Keyed& record : group) {
    const auto equal = std::ranges::find_if(
        kept, [&](const Keyed* other) { return other->source != record.source && other->content == record.content; });
    if (equal != kept.end()) {
      same_as.bind(1, record.n);
      same_as.bind(2, (*equal)->n);
      if (auto written = same_as.run(); !written) return written;
      continue;
    }
    const auto other = std::ranges::find_if(kept, [&](const Keyed* x) { return x->source != record.source; });
    if (other != kept.end()) {
      link.bind(1, record.n);
      link.bind(2, kSameAs);
      link.bind(3, (*other)->n);
      if (auto written = link.run(); !written) return written;
    }
    kept.push_back(&record);
  }
  return {};
}

}  // namespace

Result<void> resolve_contacts(const Connection& connection, std::int64_t exhibit) {
  const auto contacts = read_contacts(connection, exhibit);
  if (!contacts) return std::unexpected(contacts.error());
  if (contacts->empty()) return {};
  auto select = connection.prepare(
      "SELECT n, app, address_kind, normalized FROM party WHERE exhibit = ?1 AND normalized IS NOT NULL");
  auto update = connection.prepare("UPDATE party SET contact = ?2 WHERE n = ?1");
  if (!select) return std::unexpected(select.error());
  if (!update) return std::unexpected(update.error());
  select->bind(1, exhibit);
  std::vector<std::pair<std::int64_t, std::int64_t>> found;
  for (;;) {
    const auto row = select->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const auto known = contacts->find(address_key(select->integer(2), select->text(3)));
    if (known == contacts->end()) continue;
    if (const std::int64_t contact = contact_for(known->second, select->integer(1)); contact != 0)
      found.emplace_back(select->integer(0), contact);
  }
  for (const auto& [party, contact] : found) {
    update->bind(1, party);
    update->bind(2, contact);
    if (auto written = update->run(); !written) return written;
  }
  return {};
}

Result<void> resolve_quotes(const Connection& connection, std::int64_t exhibit) {
  for (const auto& kind : Plans::get().kinds()) {
    if (first_key_field(*kind).empty()) continue;
    for (const FieldPlan& plan : kind->fields) {
      if (plan.part != Part::quote || plan.column == 0 || plan.field->repeated) continue;
      if (auto resolved = resolve_quotes_of(connection, exhibit, *kind, plan); !resolved) return resolved;
    }
  }
  return {};
}

Result<void> resolve_equal_records(const Connection& connection, std::int64_t exhibit) {
  const auto sources = connection.number("SELECT count(*) FROM source WHERE exhibit = " + std::to_string(exhibit));
  if (!sources) return std::unexpected(sources.error());
  if (*sources < 2) return {};
  const auto keyed = read_keyed(connection, exhibit);
  if (!keyed) return std::unexpected(keyed.error());
  auto same_as = connection.prepare("UPDATE artefact SET same_as = ?2 WHERE n = ?1");
  auto link = connection.prepare("INSERT INTO link(artefact, kind, field, target) VALUES(?1, ?2, 0, ?3)");
  if (!same_as) return std::unexpected(same_as.error());
  if (!link) return std::unexpected(link.error());
  for (std::size_t from = 0; from < keyed->size();) {
    std::size_t to = from + 1;
    while (to < keyed->size() && same_record((*keyed)[from], (*keyed)[to])) ++to;
    if (auto joined = join_records(std::span(*keyed).subspan(from, to - from), *same_as, *link); !joined) return joined;
    from = to;
  }
  return {};
}

Result<void> resolve_device(const Connection& connection, std::int64_t exhibit) {
  const auto* name = Plans::get().kind("device_info")->info->find("name");
  const auto value_of = [&](std::string_view word) {
    return "(SELECT f.value FROM f_device_info f CROSS JOIN artefact a ON a.n = f.n WHERE a.exhibit = ?1 AND a.status "
           "= 1 "
           "AND "
           "f.name = " +
           std::to_string(name->enumeration->number(word)) + " ORDER BY a.n LIMIT 1)";
  };
  auto update = connection.prepare("UPDATE exhibit SET model = " + value_of("model") +
                                   ", platform = " + value_of("os") + ", os = " + value_of("os_version") +
                                   ", zone_from = CASE WHEN zone IS NULL AND " + value_of("time_zone") +
                                   " IS NOT NULL THEN 'device' ELSE zone_from END, zone = " + "coalesce(zone, " +
                                   value_of("time_zone") + ") WHERE n = ?1");
  if (!update) return std::unexpected(update.error());
  update->bind(1, exhibit);
  return update->run();
}

}  // namespace exhibit::casefile
