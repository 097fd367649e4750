#include "unread_list.h"

#include <algorithm>

#include "model/wire_reader.h"

namespace exhibit::engine {

void UnreadList::add(Bytes closing) {
  std::map<std::uint32_t, Items> items;
  std::vector<std::uint32_t> read;
  model::WireReader records(closing);
  model::WireField record;
  while (records.next(record)) {
    const auto file = static_cast<std::uint32_t>(model::find_field(record.bytes, 1).value_or(model::WireField{}).value);
    if (record.number == task_field::kFileRead) {
      read.push_back(file);
      continue;
    }
    const std::string table(model::find_field(record.bytes, 2).value_or(model::WireField{}).text());
    const std::string column(model::find_field(record.bytes, 3).value_or(model::WireField{}).text());
    items[file][{table, column}] = model::find_field(record.bytes, 4).value_or(model::WireField{}).value;
  }
  for (const std::uint32_t file : read) files_[file].by_parser.push_back(std::move(items[file]));
  for (auto& [file, unread] : items)
    if (std::ranges::find(read, file) == read.end()) files_[file].whole.merge(unread);
}

bool UnreadList::is_unread_in(const Items& items, const Place& place) {
  return items.contains(place) || items.contains({place.first, ""});
}

UnreadList::Items UnreadList::joined(const std::vector<Items>& by_parser) {
  Items unread;
  for (const Items& candidates : by_parser)
    for (const auto& [place, count] : candidates)
      if (std::ranges::all_of(by_parser, [&](const Items& items) { return is_unread_in(items, place); }))
        unread.emplace(place, count);
  return unread;
}

void UnreadList::write(TaskOutput& output) const {
  for (const auto& [number, file] : files_) {
    const Items items = file.by_parser.empty() ? file.whole : joined(file.by_parser);
    for (const auto& [place, count] : items) output.unread_final(number, {place.first, place.second, count});
  }
}

}  // namespace exhibit::engine
