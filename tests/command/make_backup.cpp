// Writes an encrypted Android backup of an invented phone: make_backup PASSWORD FILE NOTE
#include <fstream>
#include <string>

#include "android_backup_builder.h"
#include "tar_builder.h"

int main(int count, char** arguments) {
  if (count != 4) return 2;
  exhibit::tests::TarBuilder tar;
  tar.add("apps/com.example.letters/f/" + std::string(arguments[3]), "Water the garden.");
  exhibit::tests::AndroidBackupBuilder builder;
  builder.password = arguments[1];
  std::ofstream file(arguments[2], std::ios::binary);
  file << builder.build(tar.build());
  return file.flush() ? 0 : 1;
}
