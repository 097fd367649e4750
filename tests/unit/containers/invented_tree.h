// Trees of files that follow from a seed: odd names, and sizes around the blocks of every container.
#pragma once

#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evidence/entry.h"
#include "opened.h"

namespace exhibit::containers {

struct TreeFile {
  std::string path;
  evidence::EntryType type = evidence::EntryType::file;
  std::string content;  ///< of a link, what it points to
};
using InventedTree = std::vector<TreeFile>;

/// Whose names are kept: a host takes no "..", and no step of more than 255 bytes; a property list takes only text as
/// the target of a link.
enum class Names : std::uint8_t { any, of_host, of_property_list };

class TreeInvention {
 public:
  TreeInvention(std::uint32_t seed, Names names) : random_(seed), names_(names) {}

  InventedTree run() {
    for (int i = 0; i < 120; ++i) {
      std::string path = new_path();
      folders_.push_back(path);
      tree_.push_back({std::move(path), evidence::EntryType::folder, ""});
    }
    constexpr std::size_t kSizes[] = {0, 1, 511, 512, 513, 1023, 1024, 1025, 4096, 65'535, 65'536, 65'537};
    for (const std::size_t size : kSizes) {
      for (int i = 0; i < 4; ++i) tree_.push_back({new_path(), evidence::EntryType::file, bytes(size)});
    }
    const char* odd_target = names_ == Names::of_property_list ? "one more" : "\xff not UTF-8";
    for (const char* target : {"/etc/passwd", "../..", "beside it", odd_target})
      tree_.push_back({new_path(), evidence::EntryType::symlink, target});
    return std::move(tree_);
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }

  std::string new_path() {
    while (true) {
      const std::string& above = folders_[below(folders_.size())];
      if (above.size() > 2000) continue;
      std::string path = (above.empty() ? "" : above + '/') + step();
      if (below(4) == 0) stretch(path);
      if (taken_.insert(path).second) return path;
    }
  }

  std::string step() {
    static const std::string kOdd[] = {"a b",
                                       "gr\xc3\xb6\xc3\x9f"
                                       "e",
                                       "\xe6\x97\xa5\xe6\x9c\xac",
                                       "caf\xe9",
                                       "\xff\xfe",
                                       "wow!",
                                       "!",
                                       "a..b",
                                       "...",
                                       " ",
                                       "tab\there",
                                       "line\nbreak",
                                       "-rf",
                                       "%s%n",
                                       "Ca\xcc\x81",
                                       "CON"};
    if (names_ != Names::of_host && below(12) == 0) return "..";
    if (names_ != Names::of_host && below(20) == 0)
      return std::string(300 + below(50), 'l') + std::to_string(below(1000));
    if (below(20) == 0) return std::string(230 + below(20), 'h') + std::to_string(below(1000));
    if (below(2) == 0) return kOdd[below(std::size(kOdd))] + std::to_string(below(1000));
    return kOdd[below(std::size(kOdd))];
  }

  // To where the fields of a tar end.
  void stretch(std::string& path) {
    constexpr std::size_t kLengths[] = {99, 100, 101, 155, 156, 255, 256, 257};
    const std::size_t length = kLengths[below(std::size(kLengths))];
    const std::size_t last = path.size() - (path.rfind('/') + 1);
    if (path.size() >= length || path.ends_with("..") || last + length - path.size() > 250) return;
    path.append(length - path.size(), 'x');
  }

  std::string bytes(std::size_t size) {
    if (below(3) != 0) return noise(size, static_cast<std::uint32_t>(random_()));
    return std::string(size, static_cast<char>(below(256)));
  }

  std::mt19937 random_;  // the same numbers everywhere, which distributions do not promise
  Names names_;
  InventedTree tree_;
  std::vector<std::string> folders_ = {""};
  std::set<std::string> taken_;
};

}  // namespace exhibit::containers
