#include "layers.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace exhibit::containers {

Layers::Layers(Listing outermost, std::uint64_t size, evidence::TextArena texts)
    : format_(outermost.container->format()), size_(size), texts_(std::move(texts)) {
  take(std::move(outermost));
}

void Layers::take(Listing listing) {
  const std::size_t begin = entries_.size();
  for (evidence::Problem& problem : listing.problems) {
    if (problem.file != 0) problem.file += static_cast<std::uint32_t>(begin);
    problems_.push_back(std::move(problem));
  }
  if (begin == 0) {
    entries_ = std::move(listing.entries);
  } else {
    std::ranges::copy(listing.entries, std::back_inserter(entries_));
  }
  layers_.push_back({std::move(listing.container), begin});
}

void Layers::add(Listing inner, std::string_view path) {
  note_of_whole(inner.problems, path);
  for (evidence::Entry& entry : inner.entries) entry.container_path = texts_.add({path, "!", entry.container_path});
  take(std::move(inner));
}

// What is wrong with a container as a whole is wrong with the file that it lies in.
void Layers::note_of_whole(std::vector<evidence::Problem>& problems, std::string_view path) {
  const auto of_whole =
      std::ranges::stable_partition(problems, [](const evidence::Problem& problem) { return problem.file != 0; });
  if (of_whole.empty()) return;
  const auto file = std::ranges::find(entries_, path, &evidence::Entry::container_path);
  for (evidence::Problem& problem : of_whole) {
    if (file != entries_.end()) problem.file = static_cast<std::uint32_t>(file - entries_.begin() + 1);
    problems_.push_back(std::move(problem));
  }
  problems.erase(of_whole.begin(), of_whole.end());
}

Result<evidence::SourcePtr> Layers::open(std::size_t index, const Limits& limits) const {
  const auto after = std::ranges::upper_bound(layers_, index, {}, &Layer::begin);
  const Layer& layer = *std::prev(after);
  return layer.container->open(index - layer.begin, limits);
}

}  // namespace exhibit::containers
