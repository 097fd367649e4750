// Writes a ZIP with what no folder can hold: names that lead elsewhere, two members of one name, one that is damaged.
//
//   make_zip FILE [FOLDER]     of a folder, if one is given
#include <fstream>

#include "evidence_zip.h"

int main(int count, char** arguments) {
  if (count == 3) {
    std::ofstream file(arguments[1], std::ios::binary);
    file << exhibit::tests::zip_of(arguments[2]);
    return file.flush() ? 0 : 1;
  }
  if (count != 2) return 2;
  exhibit::tests::ZipBuilder zip;
  zip.add("data/data/com.example.a/files/good", "good");
  zip.add("data/data/com.example.a/files/../../../../outside", "outside");
  zip.add("../above", "above");
  zip.add("data/data/com.example.a/files/twice", "first");
  zip.add("data/data/com.example.a/files/twice", "second");
  zip.add("data/data/com.example.a/files/broken", "broken content").crc = 1;
  std::ofstream file(arguments[1], std::ios::binary);
  file << zip.build();
  return file.flush() ? 0 : 1;
}
