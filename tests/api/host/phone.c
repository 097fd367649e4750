#define _XOPEN_SOURCE 700
#include "phone.h"

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

const char kLettersModule[] =
    "[parser]\n"
    "name = \"example.letters\"\n"
    "title = \"Letters\"\n"
    "files = [\"" LETTERS_DEVICE
    "\"]\n"
    "signature = [\"letters\", \"keys\"]\n"
    "app = \"com.example.letters\"\n"
    "seen_on = [\"nothing: an invented app\"]\n"
    "notes = \"Clock: seconds since 1970, the device's. Hidden letters are shown as soft-deleted.\"\n"
    "\n"
    "[[query]]\n"
    "kind = \"Message\"\n"
    "table = \"letters\"\n"
    "sql = '''\n"
    "SELECT l._row, CAST(l.n AS TEXT) AS message_id, l.chat AS conversation_id, l.sender AS \"sender.address\",\n"
    "       iif(l.sender IS NULL, NULL, 'phone') AS \"sender.address_kind\",\n"
    "       (SELECT list('address', x.address, 'address_kind', 'phone')\n"
    "          FROM (SELECT l.first AS address UNION ALL SELECT l.second) x WHERE x.address IS NOT NULL) AS "
    "recipients,\n"
    "       'incoming' AS direction, l.body AS text, unix_time(l.at, 's') AS sent_at,\n"
    "       iif(l.hidden = 1, 'soft_deleted', NULL) AS \"state.status\",\n"
    "       iif(l.hidden = 1, 'hidden', NULL) AS \"state.reason\"\n"
    "FROM letters l\n"
    "'''\n"
    "\n"
    "[[query]]\n"
    "kind = \"Credential\"\n"
    "table = \"keys\"\n"
    "sql = '''\n"
    "SELECT k._row, 'password' AS type, k.service AS service, k.account AS account, k.secret AS secret\n"
    "FROM keys k\n"
    "'''\n";

/* 1682935200 is 2023-05-01T10:00:00Z, 1688205600 is 2023-07-01T10:00:00Z. */
static const char kTables[] =
    "CREATE TABLE letters(n INTEGER PRIMARY KEY, chat TEXT, sender TEXT, first TEXT, second TEXT, body TEXT,"
    " at INTEGER, hidden INTEGER);"
    "CREATE TABLE keys(n INTEGER PRIMARY KEY, service TEXT, account TEXT, secret BLOB);"
    "INSERT INTO letters VALUES"
    "(1, 'garden', '+447700900101', '+447700900110', '+447700900111', 'Meet at the old pier', 1682935200, 0),"
    "(2, 'garden', '+447700900102', '+447700900110', NULL, 'The pier is closed', 1682938800, 0),"
    "(3, 'garden', '+447700900101', NULL, NULL, CAST(x'6265666f7265006166746572' AS TEXT), 1682942400, 0),"
    "(4, 'shed', '+447700900103', '+447700900110', NULL, 'The old plan', 1688205600, 1),"
    "(5, 'shed', NULL, NULL, NULL, 'Undated', NULL, 0);"
    "INSERT INTO keys VALUES(1, 'post.example.com', 'gardener', CAST('tulip' AS BLOB));";

void join(char* out, const char* folder, const char* name) { snprintf(out, 512, "%s/%s", folder, name); }

int write_file(const char* path, const void* bytes, size_t length) {
  FILE* file = fopen(path, "wb");
  if (file == NULL) return 1;
  const size_t wrote = fwrite(bytes, 1, length, file);
  return fclose(file) != 0 || wrote != length;
}

char* read_whole(const char* path, size_t* length) {
  FILE* file = fopen(path, "rb");
  if (file == NULL) return NULL;
  fseek(file, 0, SEEK_END);
  *length = (size_t)ftell(file);
  rewind(file);
  char* bytes = malloc(*length + 1);
  if (bytes != NULL && fread(bytes, 1, *length, file) == *length) {
    bytes[*length] = '\0';
  } else {
    free(bytes);
    bytes = NULL;
  }
  fclose(file);
  return bytes;
}

static void make_folders(const char* root, const char* path) {
  char folder[512];
  join(folder, root, path);
  for (char* at = folder + strlen(root) + 1; *at != '\0'; ++at) {
    if (*at != '/') continue;
    *at = '\0';
    mkdir(folder, 0755);
    *at = '/';
  }
}

static int make_database(const char* path) {
  sqlite3* database = NULL;
  const int failed =
      sqlite3_open(path, &database) != SQLITE_OK ||
      sqlite3_exec(database, "PRAGMA page_size = 4096; PRAGMA secure_delete = ON;", 0, 0, 0) != SQLITE_OK ||
      sqlite3_exec(database, kTables, NULL, NULL, NULL) != SQLITE_OK;
  sqlite3_close(database);
  return failed;
}

/* A ZIP of stored members, put together here. */
struct zip {
  unsigned char* bytes;
  size_t length;
  unsigned char directory[4096];
  size_t directory_length;
  unsigned members;
};

static size_t put(unsigned char* at, uint64_t value, size_t size) {
  for (size_t i = 0; i < size; ++i) at[i] = (unsigned char)(value >> (8 * i));
  return size;
}

/* What the local head and the central record have in common, from the flags to the length of the name. */
static size_t put_common(unsigned char* at, const char* name, const char* content, size_t length) {
  size_t n = put(at, 0, 2);                                                             /* flags */
  n += put(at + n, 0, 2);                                                               /* stored */
  n += put(at + n, 0x00a15421u << 1, 4);                                                /* a time and a date */
  n += put(at + n, (uint32_t)crc32(0, (const unsigned char*)content, (uInt)length), 4); /* sum */
  n += put(at + n, (uint32_t)length, 4);
  n += put(at + n, (uint32_t)length, 4);
  return n + put(at + n, (uint32_t)strlen(name), 2);
}

static int add_member(struct zip* zip, const char* name, const char* content, size_t length) {
  const size_t name_length = strlen(name);
  unsigned char* grown = realloc(zip->bytes, zip->length + 30 + name_length + length);
  if (grown == NULL) return 1;
  zip->bytes = grown;
  unsigned char* central = zip->directory + zip->directory_length;
  size_t n = put(central, 0x02014b50, 4);
  n += put(central + n, 3 << 8 | 20, 2);
  n += put(central + n, 20, 2);
  n += put_common(central + n, name, content, length);
  n += put(central + n, 0, 2 + 2 + 2 + 2); /* extra, comment, disk, internal attributes */
  n += put(central + n, 0100644u << 16, 4);
  n += put(central + n, (uint32_t)zip->length, 4);
  memcpy(central + n, name, name_length);
  zip->directory_length += n + name_length;
  unsigned char* local = zip->bytes + zip->length;
  n = put(local, 0x04034b50, 4);
  n += put(local + n, 20, 2);
  n += put_common(local + n, name, content, length);
  n += put(local + n, 0, 2);
  memcpy(local + n, name, name_length);
  memcpy(local + n + name_length, content, length);
  zip->length += n + name_length + length;
  ++zip->members;
  return 0;
}

static int write_zip(const struct zip* zip, const char* path, const char* cut_path) {
  if (write_file(cut_path, zip->bytes, zip->length) != 0) return 1;
  unsigned char end[22];
  size_t n = put(end, 0x06054b50, 4);
  n += put(end + n, 0, 4);
  n += put(end + n, zip->members, 2);
  n += put(end + n, zip->members, 2);
  n += put(end + n, (uint32_t)zip->directory_length, 4);
  n += put(end + n, (uint32_t)zip->length, 4);
  n += put(end + n, 0, 2);
  FILE* file = fopen(path, "wb");
  if (file == NULL) return 1;
  fwrite(zip->bytes, 1, zip->length, file);
  fwrite(zip->directory, 1, zip->directory_length, file);
  fwrite(end, 1, n, file);
  return fclose(file) != 0;
}

static int make_zip(const char* database_path, const struct evidence_paths* paths) {
  size_t length = 0;
  char* database = read_whole(database_path, &length);
  struct zip zip = {NULL, 0, {0}, 0, 0};
  const int failed = database == NULL || add_member(&zip, LETTERS_PATH, database, length) != 0 ||
                     add_member(&zip, NOTE_PATH, NOTE_TEXT, strlen(NOTE_TEXT)) != 0 ||
                     add_member(&zip, "data/data/com.example.letters/files/more.txt", "More.", 5) != 0 ||
                     write_zip(&zip, paths->zip, paths->cut) != 0;
  free(zip.bytes);
  free(database);
  return failed;
}

int make_evidence(const char* root, struct evidence_paths* paths) {
  char path[512];
  join(paths->folder, root, "phone");
  join(paths->zip, root, "phone.zip");
  join(paths->cut, root, "cut.zip");
  join(paths->text, root, "words.txt");
  join(paths->empty, root, "empty.bin");
  join(paths->missing, root, "missing");
  mkdir(paths->folder, 0755);
  make_folders(paths->folder, LETTERS_PATH);
  make_folders(paths->folder, NOTE_PATH);
  join(paths->database, paths->folder, LETTERS_PATH);
  join(path, paths->folder, NOTE_PATH);
  return make_database(paths->database) != 0 || write_file(path, NOTE_TEXT, strlen(NOTE_TEXT)) != 0 ||
         make_zip(paths->database, paths) != 0 || write_file(paths->text, "No phone.", 9) != 0 ||
         write_file(paths->empty, "", 0) != 0;
}
