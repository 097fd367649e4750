#include "container_name.h"

#include "decode/tree.h"

namespace exhibit::containers {

Result<std::string> read_container_name(Bytes plist, const Limits& limits) {
  const auto tree = decode::read_plist(plist, limits);
  if (!tree) return std::unexpected(tree.error());
  if (tree->type(tree->root()) != decode::NodeType::dictionary)
    return fail(ErrorCode::malformed, "a dictionary", static_cast<std::uint64_t>(tree->type(tree->root())));
  const auto id = tree->find(tree->root(), "MCMMetadataIdentifier");
  if (!id || tree->type(*id) != decode::NodeType::text || tree->text(*id).empty())
    return fail(ErrorCode::malformed, "MCMMetadataIdentifier, a text");
  return std::string(tree->text(*id));
}

}  // namespace exhibit::containers
