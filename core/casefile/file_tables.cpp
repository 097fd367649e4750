#include "file_tables.h"

#include <algorithm>
#include <string>

#include "dictionary.h"
#include "schema.h"

namespace exhibit::casefile {

using evidence::Entry;
using evidence::Evidence;

namespace {

/// For each entry whether another one of its source claims the same device path.
std::vector<bool> shared_device_paths(const std::vector<Entry>& entries) {
  std::vector<std::size_t> order(entries.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::vector<std::size_t> hashes(entries.size());
  for (std::size_t i = 0; i < hashes.size(); ++i) hashes[i] = std::hash<std::string_view>{}(entries[i].device_path);
  const auto before = [&](std::size_t a, std::size_t b) {
    return hashes[a] != hashes[b] ? hashes[a] < hashes[b] : entries[a].device_path < entries[b].device_path;
  };
  std::ranges::sort(order, before);
  std::vector<bool> shared(entries.size());
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (entries[order[i]].device_path.empty() || before(order[i - 1], order[i])) continue;
    shared[order[i - 1]] = true;
    shared[order[i]] = true;
  }
  return shared;
}

class FileTables {
 public:
  static Result<FileTables> open(const Connection& connection) {
    FileTables tables;
    tables.connection_ = &connection;
    const std::pair<Statement*, std::string_view> statements[] = {
        {&tables.source_,
         "INSERT INTO source(exhibit, path, container, size, sha256, fingerprint, files, encrypted) "
         "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"},
        {&tables.dir_, "INSERT INTO dir(source, device_dir, container_dir, device_user) VALUES(?1, ?2, ?3, ?4)"},
        {&tables.file_,
         "INSERT INTO file(n, dir, name, container_name, type, size, modified_us, created_us, accessed_us, changed_us, "
         "times_zone, flags, parent) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"}};
    for (const auto& [statement, sql] : statements) {
      auto prepared = connection.prepare(sql);
      if (!prepared) return std::unexpected(prepared.error());
      *statement = std::move(*prepared);
    }
    return tables;
  }

  Result<void> write(std::int64_t exhibit, const SourceFacts& facts, std::int64_t base) {
    if (auto written = write_source(exhibit, facts); !written) return written;
    evidence_ = facts.evidence;
    base_ = base;
    dirs_.clear();
    const auto shared = shared_device_paths(evidence_->entries());
    for (std::size_t i = 0; i < shared.size(); ++i)
      if (auto written = write_file(i, shared[i]); !written) return written;
    return {};
  }

 private:
  Result<void> write_source(std::int64_t exhibit, const SourceFacts& facts) {
    const auto fingerprint = facts.evidence->fingerprint();
    source_.bind(1, exhibit);
    source_.bind(2, std::string_view(facts.path.empty() ? facts.evidence->path() : facts.path));
    source_.bind(3, facts.evidence->format());
    source_.bind(4, static_cast<std::int64_t>(facts.evidence->container_size()));
    if (facts.sha256) source_.bind_blob(5, *facts.sha256);
    source_.bind_blob(6, fingerprint);
    source_.bind(7, static_cast<std::int64_t>(facts.evidence->entries().size()));
    source_.bind(8, std::int64_t{facts.is_encrypted});
    auto written = source_.run();
    source_number_ = sqlite3_last_insert_rowid(connection_->get());
    return written;
  }

  Result<std::int64_t> dir_of(const Entry& entry, SplitPath device, SplitPath container) {
    key_.assign(entry.device_path.empty() ? "-" : "+");
    key_ += std::to_string(entry.device_user) + ':' + std::to_string(device.folder.size()) + ':';
    key_ += device.folder;
    key_ += container.folder;
    if (const auto found = dirs_.find(key_); found != dirs_.end()) return found->second;
    dir_.bind(1, source_number_);
    if (!entry.device_path.empty()) dir_.bind(2, device.folder);
    dir_.bind(3, container.folder);
    dir_.bind(4, std::int64_t{entry.device_user});
    if (auto written = dir_.run(); !written) return std::unexpected(written.error());
    const std::int64_t number = sqlite3_last_insert_rowid(connection_->get());
    dirs_.emplace(key_, number);
    return number;
  }

  Result<void> write_file(std::size_t index, bool shares_device_path) {
    const Entry& entry = evidence_->entries()[index];
    const SplitPath container = split_path(entry.container_path);
    const SplitPath device = entry.device_path.empty() ? SplitPath{{}, container.name} : split_path(entry.device_path);
    const auto dir = dir_of(entry, device, container);
    if (!dir) return std::unexpected(dir.error());
    const auto bind_time = [&](int place, const std::optional<std::int64_t>& us) {
      if (us) file_.bind(place, *us);
    };
    file_.bind(1, base_ + static_cast<std::int64_t>(index) + 1);
    file_.bind(2, *dir);
    file_.bind(3, device.name);
    if (device.name != container.name) file_.bind(4, container.name);
    file_.bind(5, static_cast<std::int64_t>(entry.type));
    file_.bind(6, static_cast<std::int64_t>(entry.size));
    bind_time(7, entry.times.modified_us);
    bind_time(8, entry.times.created_us);
    bind_time(9, entry.times.accessed_us);
    bind_time(10, entry.times.changed_us);
    file_.bind(11, static_cast<std::int64_t>(entry.times.zone));
    file_.bind(12, shares_device_path ? kFileSharesDevicePath : 0);
    if (const std::int64_t parent = parent_of(entry.container_path); parent != 0) file_.bind(13, parent);
    return file_.run();
  }

  /// A path with '!' lies in a container if what stands in front of the last one is an entry: '!' may be part of a
  /// name.
  std::int64_t parent_of(std::string_view container_path) {
    const auto mark = container_path.rfind('!');
    if (mark == std::string_view::npos) return 0;
    if (container_path.substr(0, mark) != parent_path_) {
      parent_path_ = container_path.substr(0, mark);
      const std::uint32_t parent = evidence_->find_container_path(parent_path_);
      parent_ = parent == 0 ? 0 : base_ + parent;
    }
    return parent_;
  }

  const Connection* connection_ = nullptr;
  Statement source_, dir_, file_;
  const Evidence* evidence_ = nullptr;
  std::int64_t source_number_ = 0;
  std::int64_t base_ = 0;
  NumberOf dirs_;
  std::string key_;
  std::string parent_path_;
  std::int64_t parent_ = 0;
};

}  // namespace

SplitPath split_path(std::string_view path) {
  auto end = path.rfind('/');
  if (end == std::string_view::npos) end = path.find(':');
  if (end == std::string_view::npos) return {{}, path};
  return {path.substr(0, end + 1), path.substr(end + 1)};
}

Result<void> write_file_tables(const Connection& connection, std::int64_t exhibit, std::int64_t file_base,
                               const std::vector<SourceFacts>& sources) {
  auto tables = FileTables::open(connection);
  if (!tables) return std::unexpected(tables.error());
  for (const SourceFacts& source : sources) {
    if (auto written = tables->write(exhibit, source, file_base); !written) return written;
    file_base += static_cast<std::int64_t>(source.evidence->entries().size());
  }
  return {};
}

}  // namespace exhibit::casefile
