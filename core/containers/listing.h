// A container on its way to becoming evidence: what it lists, index by index, and what there is to say about it.
#pragma once

#include <memory>
#include <vector>

#include "evidence/evidence.h"

namespace exhibit::containers {

struct Listing {
  std::unique_ptr<evidence::Container> container;  ///< its entries and problems are taken: they are these
  std::vector<evidence::Entry> entries;
  std::vector<evidence::Problem> problems;  ///< file: index + 1, or 0
};

inline Listing list(std::unique_ptr<evidence::Container> container) {
  auto entries = container->take_entries();
  auto problems = container->take_problems();
  return {std::move(container), std::move(entries), std::move(problems)};
}

}  // namespace exhibit::containers
