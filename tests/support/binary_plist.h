// A writer of binary property lists, for what tests make: objects are added one after the other, each gives its number,
// and the last one is the top.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exhibit::tests {

class BinaryPlist {
 public:
  using Object = std::uint16_t;

  Object integer(std::uint64_t value) { return add('\x13' + big_endian(value, 8)); }
  Object text(std::string_view ascii) { return add(head(0x50, ascii.size()).append(ascii)); }
  Object data(std::string_view bytes) { return add(head(0x40, bytes.size()).append(bytes)); }
  Object uid(std::uint64_t number) { return add('\x81' + big_endian(number, 2)); }
  Object array(const std::vector<Object>& elements) { return add(head(0xa0, elements.size()) + references(elements)); }

  Object dictionary(const std::vector<std::pair<std::string, Object>>& entries) {
    std::vector<Object> keys, values;
    for (const auto& [key, value] : entries) {
      keys.push_back(text(key));
      values.push_back(value);
    }
    return add(head(0xd0, entries.size()) + references(keys) + references(values));
  }

  std::string build() const {
    std::string bytes = "bplist00", offsets;
    for (const std::string& object : objects_) {
      offsets += big_endian(bytes.size(), 4);
      bytes += object;
    }
    const std::size_t table = bytes.size();
    bytes += offsets + std::string(6, '\0') + "\x04\x02" + big_endian(objects_.size(), 8);
    return bytes + big_endian(objects_.size() - 1, 8) + big_endian(table, 8);
  }

  static std::string big_endian(std::uint64_t value, std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = size; i > 0; --i, value >>= 8) bytes[i - 1] = static_cast<char>(value & 0xff);
    return bytes;
  }

 private:
  Object add(std::string object) {
    objects_.push_back(std::move(object));
    return static_cast<Object>(objects_.size() - 1);
  }

  static std::string head(int marker, std::size_t count) {
    if (count < 15) return std::string(1, static_cast<char>(marker | static_cast<int>(count)));
    return std::string(1, static_cast<char>(marker | 15)) + '\x12' + big_endian(count, 4);
  }

  static std::string references(const std::vector<Object>& objects) {
    std::string bytes;
    for (const Object object : objects) bytes += big_endian(object, 2);
    return bytes;
  }

  std::vector<std::string> objects_;
};

}  // namespace exhibit::tests
