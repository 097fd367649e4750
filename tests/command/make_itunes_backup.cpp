// Writes an encrypted iTunes backup of an invented phone: make_itunes_backup PASSWORD FOLDER NOTE
#include <string>

#include "backup_builder.h"

int main(int count, char** arguments) {
  if (count != 4) return 2;
  exhibit::tests::BackupBuilder backup;
  backup.file("AppDomain-com.example.letters", "Documents/letter.note", arguments[3]);
  exhibit::tests::write_backup(backup.encrypted(arguments[1]), arguments[2]);
  return 0;
}
