// Manifest.plist: IsEncrypted, BackupKeyBag and ManifestKey (data), Lockdown.DeviceName. Status.plist: SnapshotState,
// "finished" unless the backup broke off. Source: backups of iOS 14 and 15.
#include "backup_plists.h"

#include "decode/tree.h"

namespace exhibit::containers {
namespace {

using decode::NodeType;
using decode::Tree;
using evidence::Problem;

std::vector<std::uint8_t> data(const Tree& tree, std::string_view key) {
  const auto node = tree.find(tree.root(), key);
  if (!node || tree.type(*node) != NodeType::data) return {};
  const Bytes bytes = tree.bytes(*node);
  return {bytes.begin(), bytes.end()};
}

std::string text(const Tree& tree, std::string_view path) {
  const auto node = decode::find_path(tree, tree.root(), path);
  return node && tree.type(*node) == NodeType::text ? std::string(tree.text(*node)) : std::string();
}

class PlistReading {
 public:
  PlistReading(const FileTree& tree, std::string_view folder, std::vector<Problem>& problems)
      : tree_(tree), folder_(folder), problems_(problems) {}

  std::optional<std::size_t> find(std::string_view name, std::string_view code) {
    const std::string path = path_in_backup(folder_, name);
    const auto index = tree_.find(path);
    if (!index) problems_.push_back({std::string(code), 0, path, "none", 0});
    return index;
  }

  /// Nothing if it cannot be read, which is then a problem. The tree looks into this object's memory.
  std::optional<Tree> read(std::size_t index) {
    auto tree = read_tree(index);
    if (tree) return *std::move(tree);
    const Error& error = tree.error();
    problems_.push_back({std::string(error_code_name(error.code)), static_cast<std::uint32_t>(index + 1),
                         std::string(error.expected.view()), std::to_string(error.found), error.where.offset});
    return std::nullopt;
  }

 private:
  Result<Tree> read_tree(std::size_t index) {
    source_ = nullptr;
    auto source = tree_.open(index);
    if (!source) return std::unexpected(source.error());
    source_ = *std::move(source);
    if (source_->size() > tree_.limits().large_member_bytes)
      return fail(ErrorCode::limit, "a property list within the limit", source_->size());
    const auto bytes = read_all(*source_, buffer_);
    if (!bytes) return std::unexpected(bytes.error());
    auto tree = decode::read_plist(*bytes, tree_.limits());
    if (tree && tree->type(tree->root()) != NodeType::dictionary)
      return fail(ErrorCode::malformed, "a dictionary", static_cast<std::uint64_t>(tree->type(tree->root())));
    return tree;
  }

  const FileTree& tree_;
  std::string_view folder_;
  std::vector<Problem>& problems_;
  evidence::SourcePtr source_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace

std::string path_in_backup(std::string_view folder, std::string_view name) {
  std::string path(folder);
  if (!path.empty()) path += '/';
  return path.append(name);
}

BackupPlists read_backup_plists(const FileTree& tree, std::string_view folder, std::vector<Problem>& problems) {
  PlistReading reading(tree, folder, problems);
  BackupPlists plists;
  if (const auto index = reading.find("Manifest.plist", "missing_manifest_plist")) {
    if (const auto plist = reading.read(*index)) {
      plists.has_manifest_plist = true;
      const auto encrypted = plist->find(plist->root(), "IsEncrypted");
      if (encrypted && plist->type(*encrypted) == NodeType::boolean) plists.is_encrypted = plist->boolean(*encrypted);
      plists.keybag = data(*plist, "BackupKeyBag");
      plists.manifest_key = data(*plist, "ManifestKey");
      plists.device_name = text(*plist, "Lockdown.DeviceName");
    }
  }
  if (const auto index = reading.find("Status.plist", "missing_status_plist")) {
    if (const auto plist = reading.read(*index)) {
      const std::string state = text(*plist, "SnapshotState");
      if (state != "finished")
        problems.push_back({"snapshot_state", static_cast<std::uint32_t>(*index + 1), "SnapshotState finished",
                            state.empty() ? "none" : state, 0});
    }
  }
  (void)reading.find("Info.plist", "missing_info_plist");  // nothing of it is needed here
  return plists;
}

}  // namespace exhibit::containers
