// Writes a ZIP as it goes, for archives that are larger than the memory a benchmark may take. A member's packed bytes
// may come in pieces; its sizes and its sum are known before.
#pragma once

#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "zip_builder.h"

namespace exhibit::bench {

struct ZipPlace {
  std::uint64_t start = 0;  ///< of the packed bytes
  std::uint64_t packed = 0, unpacked = 0;
  std::uint16_t method = 8;
  std::uint32_t crc = 0;
};

class ZipStream {
 public:
  explicit ZipStream(const std::string& path) : out_(path, std::ios::binary) {}

  /// Its packed bytes are to follow, with put(). Sizes are below 4 GiB.
  ZipPlace begin(std::string_view name, ZipPlace place) {
    std::string fields;
    tests::put_number(fields, 20, 2);
    tests::put_number(fields, 0, 2);
    tests::put_number(fields, place.method, 2);
    tests::put_number(fields, 0x5821'0000, 4);
    tests::put_number(fields, place.crc, 4);
    tests::put_number(fields, place.packed, 4);
    tests::put_number(fields, place.unpacked, 4);
    tests::put_number(fields, name.size(), 2);
    tests::put_number(fields, 0, 2);
    central_ += "PK\1\2";
    tests::put_number(central_, 0x314, 2);
    central_ += fields;
    tests::put_number(central_, 0, 6);
    tests::put_number(central_, 0100644u << 16, 4);
    tests::put_number(central_, position_, 4);
    central_ += name;
    ++members_;
    put("PK\3\4");
    put(fields);
    put(name);
    place.start = position_;
    return place;
  }

  void put(std::string_view bytes) {
    out_ << bytes;
    position_ += bytes.size();
  }

  /// False: not all of it could be written.
  bool end() {
    std::string end = "PK\5\6";
    tests::put_number(end, 0, 4);
    tests::put_number(end, members_, 2);
    tests::put_number(end, members_, 2);
    tests::put_number(end, central_.size(), 4);
    tests::put_number(end, position_, 4);
    tests::put_number(end, 0, 2);
    out_ << central_ << end;
    out_.close();
    return !out_.fail();
  }

 private:
  std::ofstream out_;
  std::string central_;
  std::uint64_t position_ = 0, members_ = 0;
};

/// Lines of words and numbers: deflate makes a third of them.
inline std::string invented_text(std::size_t size, std::uint64_t seed) {
  constexpr std::string_view kWords[] = {"meeting", "arrival", "photo", "message", "sender",  "received", "tomorrow",
                                         "please",  "thanks",  "where", "station", "evening", "about",    "never"};
  std::string text;
  while (text.size() < size) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    text += kWords[(seed >> 33) % std::size(kWords)];
    text += (seed >> 40) % 9 == 0 ? '\n' : ' ';
    if ((seed >> 45) % 3 == 0) text += std::to_string(seed >> 36) + ' ';
  }
  text.resize(size);
  return text;
}

}  // namespace exhibit::bench
