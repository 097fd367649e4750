#include "file_names.h"

#include <algorithm>
#include <charconv>

#include "base/unicode.h"
#include "file_finder.h"
#include "schema.h"

namespace exhibit::casefile {

namespace {

constexpr std::size_t kMostKnown = 100'000;

}  // namespace

Result<CaseFileNames> CaseFileNames::open(const Connection& connection, std::int64_t exhibit) {
  CaseFileNames names;
  names.exhibit_ = exhibit;
  const auto base = connection.number("SELECT file_base FROM exhibit WHERE n = " + std::to_string(exhibit));
  if (!base) return std::unexpected(base.error());
  names.file_base_ = *base;
  auto sources = connection.prepare("SELECT n FROM source WHERE exhibit = ?1 ORDER BY n");
  if (!sources) return std::unexpected(sources.error());
  sources->bind(1, exhibit);
  for (;;) {
    const auto row = sources->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    names.sources_.push_back(sources->integer(0));
  }
  auto select = connection.prepare(
      "SELECT d.device_dir, f.name, d.container_dir, coalesce(f.container_name, f.name), d.device_user, d.source, "
      "f.flags FROM file f JOIN dir d ON d.n = f.dir JOIN source s ON s.n = d.source WHERE f.n = ?1 AND s.exhibit = "
      "?2");
  auto find = connection.prepare(
      "SELECT f.n FROM dir d JOIN file f ON f.dir = d.n WHERE d.source = ?1 AND (d.device_dir || f.name = ?2 OR "
      "d.container_dir || coalesce(f.container_name, f.name) = ?2) ORDER BY f.n LIMIT 1");
  if (!select) return std::unexpected(select.error());
  if (!find) return std::unexpected(find.error());
  names.select_ = std::move(*select);
  names.find_ = std::move(*find);
  return names;
}

const FilePlace* CaseFileNames::place(std::uint64_t relative) const {
  if (const auto found = known_.find(relative); found != known_.end()) return &found->second;
  select_.reset();
  select_.bind(1, absolute_file(file_base_, relative));
  select_.bind(2, exhibit_);
  const auto row = select_.step();
  if (!row || !*row) return nullptr;
  if (known_.size() >= kMostKnown) known_.clear();
  FilePlace place;
  if (!select_.is_null(0)) {
    place.device_path = select_.text(0);
    place.device_path += select_.text(1);
  }
  place.container_path = select_.text(2);
  place.container_path += select_.text(3);
  if (!is_utf8(place.container_path)) place.container_path = escape_invalid_utf8(place.container_path);
  place.device_user = select_.integer(4);
  place.source = select_.integer(5);
  place.flags = select_.integer(6);
  select_.reset();
  return &known_.emplace(relative, std::move(place)).first->second;
}

std::string CaseFileNames::shown(const FilePlace& place) const {
  const bool is_unique = !place.device_path.empty() && (place.flags & kFileSharesDevicePath) == 0;
  const std::string& path = is_unique ? place.device_path : place.container_path;
  if (sources_.size() < 2) return path;
  const auto at = std::ranges::find(sources_, place.source);
  return '#' + std::to_string(at - sources_.begin() + 1) + ' ' + path;
}

std::string CaseFileNames::name(std::uint64_t relative) const {
  const FilePlace* found = place(relative);
  return found == nullptr ? std::string() : shown(*found);
}

std::uint64_t CaseFileNames::number(std::string_view name) const {
  std::size_t source = 0;
  if (sources_.size() > 1 && name.starts_with('#')) {
    const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), source);
    const auto used = static_cast<std::size_t>(end - name.data());
    if (error != std::errc{} || source == 0 || used >= name.size()) return 0;
    --source;
    name.remove_prefix(used + 1);
  }
  if (source >= sources_.size()) return 0;
  find_.reset();
  find_.bind(1, sources_[source]);
  find_.bind(2, name);
  const auto row = find_.step();
  const std::uint64_t found = row && *row ? relative(find_.integer(0)) : 0;
  find_.reset();
  return found;
}

}  // namespace exhibit::casefile
