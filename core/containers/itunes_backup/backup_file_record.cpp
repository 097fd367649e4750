// A keyed archive whose root is MBFile: integers Size, Mode, UserID, GroupID, InodeNumber, Flags, ProtectionClass and,
// in seconds since 1970, LastModified, LastStatusChange, Birth; references RelativePath, Target, EncryptionKey (data),
// ExtendedAttributes, Digest. Source: a backup of iOS 14.3, all of its 3,721 rows.
// A manifest has a hundred thousand of them, so the property list is read and the few references that matter are
// followed here, and not every object of the archive unwrapped.
#include "backup_file_record.h"

#include <utility>

#include "base/time.h"

namespace exhibit::containers {
namespace {

using decode::NodeId;
using decode::NodeType;
using decode::Tree;

class Archive {
 public:
  static std::optional<Archive> open(const Tree& tree) {
    const auto top = find(tree, tree.root(), "$top", NodeType::dictionary);
    const auto objects = find(tree, tree.root(), "$objects", NodeType::array);
    if (!top || !objects) return std::nullopt;
    Archive archive(tree, *objects);
    const auto root = archive.member(*top, "root");
    if (!root || tree.type(*root) != NodeType::dictionary) return std::nullopt;
    archive.root_ = *root;
    return archive;
  }

  std::int64_t integer(std::string_view key) const {
    const auto node = member(root_, key);
    return node && tree_.type(*node) == NodeType::integer ? tree_.integer(*node) : 0;
  }

  std::string_view text(std::string_view key) const {
    const auto node = member(root_, key);
    return node && tree_.type(*node) == NodeType::text ? tree_.text(*node) : std::string_view();
  }

  /// Data as such, or as an object of NSData.
  Bytes data(std::string_view key) const {
    auto node = member(root_, key);
    if (node && tree_.type(*node) == NodeType::dictionary) node = member(*node, "NS.data");
    return node && tree_.type(*node) == NodeType::data ? tree_.bytes(*node) : Bytes();
  }

 private:
  Archive(const Tree& tree, NodeId objects) : tree_(tree), objects_(objects) {}

  static std::optional<NodeId> find(const Tree& tree, NodeId parent, std::string_view key, NodeType type) {
    if (tree.type(parent) != NodeType::dictionary) return std::nullopt;
    const auto node = tree.find(parent, key);
    return node && tree.type(*node) == type ? node : std::nullopt;
  }

  std::optional<NodeId> member(NodeId object, std::string_view key) const {
    const auto node = tree_.find(object, key);
    if (!node || tree_.type(*node) != NodeType::uid) return node;
    const std::uint64_t number = tree_.unsigned_integer(*node);
    // Number 0 stands for nil.
    if (number == 0 || number >= tree_.size(objects_)) return std::nullopt;
    return tree_.child(objects_, number);
  }

  const Tree& tree_;
  NodeId objects_ = 0;
  NodeId root_ = 0;
};

}  // namespace

evidence::EntryTime backup_time(std::int64_t seconds) {
  const TimeReading time = unix_time(seconds, Unit::s);
  if (time.reading != Reading::moment) return std::nullopt;
  return time.moment.us;
}

Result<BackupFileRecord> read_backup_file_record(Bytes bytes, const Limits& limits) {
  auto tree = decode::read_plist(bytes, limits);
  if (!tree) return std::unexpected(tree.error());
  BackupFileRecord record{.tree = *std::move(tree)};
  const auto archive = Archive::open(record.tree);
  if (!archive) return fail(ErrorCode::malformed, "a keyed archive with an object as its root");
  const std::int64_t size = archive->integer("Size");
  if (size < 0) return fail(ErrorCode::malformed, "a Size of 0 or more", static_cast<std::uint64_t>(size));
  record.size = static_cast<std::uint64_t>(size);
  record.times.modified_us = backup_time(archive->integer("LastModified"));
  record.times.changed_us = backup_time(archive->integer("LastStatusChange"));
  record.times.created_us = backup_time(archive->integer("Birth"));
  record.protection_class = static_cast<std::uint32_t>(archive->integer("ProtectionClass"));
  record.encryption_key = archive->data("EncryptionKey");
  record.link_target = archive->text("Target");
  return record;
}

}  // namespace exhibit::containers
