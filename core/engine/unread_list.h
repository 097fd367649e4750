// What no parser reads, joined over all parsers of a file: a table or column is unread if every one of them left it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "task_output.h"

namespace exhibit::engine {

class UnreadList {
 public:
  /// The closing of one task.
  void add(Bytes closing);
  /// By file, table, column.
  void write(TaskOutput& output) const;

 private:
  using Place = std::pair<std::string, std::string>;  // table, column
  using Items = std::map<Place, std::uint64_t>;

  struct File {
    std::vector<Items> by_parser;  // of those whose queries ran
    Items whole;                   // of one that nobody read
  };

  static bool is_unread_in(const Items& items, const Place& place);
  static Items joined(const std::vector<Items>& by_parser);

  std::map<std::uint32_t, File> files_;
};

}  // namespace exhibit::engine
