// One damaged member of a ZIP costs that member and is told; what comes from elsewhere is unharmed.
#include <gtest/gtest.h>

#include <set>

#include "containers/open.h"
#include "examined_evidence.h"
#include "zip_builder.h"

namespace exhibit::tests {
namespace {

enum class Damage { flipped, cut };

struct Member {
  std::string name;
  std::string device_path;
  std::string content;
};

std::vector<Member> members_of(const std::filesystem::path& zip) {
  const auto evidence = containers::open(zip.string());
  if (!evidence) throw std::runtime_error("cannot be opened");
  std::vector<Member> members;
  std::vector<std::uint8_t> buffer;
  const auto& entries = (*evidence)->entries();
  for (std::uint32_t number = 1; number <= entries.size(); ++number) {
    const evidence::Entry& entry = entries[number - 1];
    if (entry.type != evidence::EntryType::file) continue;
    const auto source = (*evidence)->open(number);
    const auto bytes = source ? evidence::read_all(**source, buffer) : std::unexpected(source.error());
    if (!bytes) throw std::runtime_error(std::string(entry.container_path));
    members.push_back(
        {std::string(entry.container_path), std::string(entry.device_path), std::string(as_text(*bytes))});
  }
  return members;
}

/// All members stored, but one that is deflated and then damaged; its checksum and sizes still tell the truth of
/// before.
std::string zip_with_damage(const std::vector<Member>& members, const std::string& device_path, Damage damage) {
  ZipBuilder zip;
  for (const Member& member : members) {
    ZipMemberSpec& spec = zip.add(member.name, member.content);
    if (member.device_path != device_path) {
      spec.method = 0;
      continue;
    }
    std::string packed = deflate_raw(member.content);
    if (damage == Damage::cut)
      packed.resize(packed.size() / 2);
    else
      packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x10);
    spec.packed = packed;
  }
  return zip.build();
}

std::string folder_of(const std::string& device_path) { return device_path.substr(0, device_path.find_last_of('/')); }

void remove_contacts(Json& value) {
  if (value.is_object()) value.erase("contact");
  if (value.is_structured())
    for (auto& member : value) remove_contacts(member);
}

/// Artefacts that owe nothing to the folder: neither their row nor a contact that may have come from there.
std::multiset<std::string> from_elsewhere(const std::vector<std::string>& lines, const std::string& folder) {
  std::multiset<std::string> rest;
  for (const std::string& line : lines_of(lines, "kind")) {
    Json artefact = Json::parse(line);
    if (folder_of(artefact["provenance"]["file"].get<std::string>()) == folder) continue;
    remove_contacts(artefact);
    rest.insert(artefact.dump());
  }
  return rest;
}

/// What a parser has rows of.
std::set<std::string> files_with_rows(const std::vector<std::string>& lines) {
  std::set<std::string> files;
  for (const std::string& line : lines_of(lines, "ledger")) files.insert(Json::parse(line)["file"].get<std::string>());
  return files;
}

bool is_told(const std::vector<std::string>& lines, const std::string& device_path) {
  for (const std::string& line : lines_of(lines, "problem"))
    if (Json::parse(line).value("file", "") == device_path) return true;
  return false;
}

class DamagedMember : public testing::TestWithParam<Damage> {};

TEST_P(DamagedMember, IsToldAndHarmsNoOther) {
  EXHIBIT_NEEDS_EVIDENCE(kIphone8);
  const auto members = members_of(openable(kIphone8));
  const auto& whole = lines_of_evidence(kIphone8);
  const TemporaryFolder folder;
  std::set<std::string> wanted = files_with_rows(whole);
  for (const Member& member : members)
    if (member.device_path.ends_with("-wal") && !member.content.empty() &&
        wanted.contains(member.device_path.substr(0, member.device_path.size() - 4)))
      wanted.insert(member.device_path);
  ASSERT_GT(wanted.size(), 10u);
  for (const std::string& device_path : wanted) {
    SCOPED_TRACE(device_path);
    const auto zip = folder.write("damaged.zip", zip_with_damage(members, device_path, GetParam()));
    const std::vector<std::string> lines = Examination(zip, {.jobs = 2}).lines();
    EXPECT_TRUE(is_told(lines, device_path));
    EXPECT_EQ(from_elsewhere(lines, folder_of(device_path)), from_elsewhere(whole, folder_of(device_path)));
  }
}

INSTANTIATE_TEST_SUITE_P(Evidence, DamagedMember, testing::Values(Damage::flipped, Damage::cut));

}  // namespace
}  // namespace exhibit::tests
