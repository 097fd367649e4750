// Containers inside one another as one: the entries of all, those of an inner one behind the path of the file that it
// lies in and '!'.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/evidence.h"
#include "evidence/text_arena.h"
#include "listing.h"

namespace exhibit::containers {

class Layers final : public evidence::Container {
 public:
  /// `size` of the file that is the source, 0 for a folder. `texts` holds the device paths of the outermost entries.
  Layers(Listing outermost, std::uint64_t size, evidence::TextArena texts);

  /// `path`: of the file in which the container lies, as it stands in entries().
  void add(Listing inner, std::string_view path);
  /// Entries that have their whole path already.
  void add(Listing derived) { take(std::move(derived)); }
  void note(evidence::Problem problem) { problems_.push_back(std::move(problem)); }

  const std::vector<evidence::Entry>& entries() const { return entries_; }
  /// For texts of entries: device paths, paths of derived entries.
  evidence::TextArena& texts() { return texts_; }

  std::string_view format() const override { return format_; }
  std::uint64_t size() const override { return size_; }
  std::vector<evidence::Entry> take_entries() override { return std::move(entries_); }
  std::vector<evidence::Problem> take_problems() override { return std::move(problems_); }
  Result<evidence::SourcePtr> open(std::size_t index, const Limits& limits) const override;

 private:
  struct Layer {
    std::unique_ptr<evidence::Container> container;
    std::size_t begin;
  };

  void take(Listing listing);
  void note_of_whole(std::vector<evidence::Problem>& problems, std::string_view path);

  std::string format_;
  std::uint64_t size_;
  std::vector<Layer> layers_;
  std::vector<evidence::Entry> entries_;
  std::vector<evidence::Problem> problems_;
  evidence::TextArena texts_;
};

}  // namespace exhibit::containers
