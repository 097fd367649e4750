// One walk over every tree of a database before SQLite reads it. SQLite ends a query at the first page it does not
// like; here such a page costs only itself: the page above is served without it. The same walk counts the rows.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "sqlite/page_image.h"

namespace exhibit::sqlite {

/// A page as it has to be served in place of what the files hold.
struct MendedPage {
  std::vector<std::uint8_t> bytes;
  std::uint32_t content_page = 0;  ///< whose bytes these are; 0: nobody's, an empty leaf
};

struct TreeCheck {
  std::unordered_map<std::uint32_t, MendedPage> mended;
  std::unordered_map<std::uint32_t, TreeSummary> trees;  ///< by root page
  std::vector<PageProblem> problems;
  std::uint64_t schema_objects = 0;
};

/// `image` serves the pages as they are. Fails only if the files cannot be read.
Result<TreeCheck> check_trees(const PageImage& image, const Limits& limits);

}  // namespace exhibit::sqlite
