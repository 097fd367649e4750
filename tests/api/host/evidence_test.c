#define _XOPEN_SOURCE 700
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"

exhibit_evidence* opened(struct host* host, const char* path) {
  exhibit_evidence* evidence = NULL;
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_open(host->library, path, NULL, NULL, &evidence, NULL));
  return evidence;
}

static void test_no_evidence(struct host* host) {
  exhibit_evidence* evidence = NULL;
  exhibit_error* error = NULL;
  exhibit_library* library = host->library;
  const struct evidence_paths* paths = &host->paths;
  CHECK_FAILS(EXHIBIT_E_NOT_FOUND, paths->missing,
              exhibit_evidence_open(library, paths->missing, NULL, NULL, &evidence, &error));
  CHECK(evidence == NULL);
  /* The message says what the thing looks like. */
  CHECK_FAILS(EXHIBIT_E_FORMAT, "SQLite database",
              exhibit_evidence_open(library, paths->database, NULL, NULL, &evidence, &error));
  CHECK_FAILS(EXHIBIT_E_FORMAT, "unknown content",
              exhibit_evidence_open(library, paths->text, NULL, NULL, &evidence, &error));
  CHECK_FAILS(EXHIBIT_E_FORMAT, "a folder, an archive or a backup",
              exhibit_evidence_open(library, paths->text, NULL, NULL, &evidence, &error));
  CHECK_FAILS(EXHIBIT_E_FORMAT, "empty file",
              exhibit_evidence_open(library, paths->empty, NULL, NULL, &evidence, &error));
  CHECK_FAILS(EXHIBIT_E_DAMAGED, "without central directory",
              exhibit_evidence_open(library, paths->cut, NULL, NULL, &evidence, &error));
  CHECK_STATUS(EXHIBIT_E_DAMAGED, exhibit_evidence_open(library, paths->cut, NULL, NULL, &evidence, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_open(library, paths->folder, NULL, NULL, &evidence, &error));
  exhibit_evidence_free(evidence);
  CHECK_STATUS(EXHIBIT_E_NOT_FOUND, exhibit_evidence_open(library, paths->missing, NULL, NULL, &evidence, &error));
  CHECK(strcmp(exhibit_error_where(error), paths->missing) == 0);
  exhibit_error_free(error);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_open(NULL, paths->folder, NULL, NULL, &evidence, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_open(library, NULL, NULL, NULL, &evidence, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_open(library, paths->folder, NULL, NULL, NULL, NULL));
  exhibit_evidence_options options = EXHIBIT_EVIDENCE_OPTIONS_INIT;
  options.struct_size = 0;
  CHECK_FAILS(EXHIBIT_E_INVALID, "evidence options",
              exhibit_evidence_open(library, paths->folder, &options, NULL, &evidence, &error));
  if (geteuid() == 0) return; /* who may all is refused nothing */
  chmod(paths->text, 0);
  CHECK_STATUS(EXHIBIT_E_PERMISSION, exhibit_evidence_open(library, paths->text, NULL, NULL, &evidence, NULL));
  chmod(paths->text, 0644);
}

struct opening {
  pthread_t thread;
  int calls;
  int cancel;
};

static int32_t on_opening(const exhibit_progress* progress, void* user_data) {
  struct opening* opening = user_data;
  ++opening->calls;
  CHECK(pthread_equal(opening->thread, pthread_self()));
  CHECK(progress->struct_size >= sizeof(exhibit_progress));
  CHECK_NUMBER(EXHIBIT_PHASE_OPEN, progress->phase);
  CHECK(progress->item != NULL);
  return opening->cancel;
}

static void test_opening(struct host* host) {
  struct opening opening = {pthread_self(), 0, 0};
  exhibit_callbacks callbacks = EXHIBIT_CALLBACKS_INIT;
  exhibit_evidence* evidence = NULL;
  exhibit_error* error = NULL;
  callbacks.progress = on_opening;
  callbacks.user_data = &opening;
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_open(host->library, host->paths.zip, NULL, &callbacks, &evidence, NULL));
  CHECK(opening.calls > 0);
  exhibit_evidence_free(evidence);
  opening.cancel = 1;
  CHECK_FAILS(EXHIBIT_E_CANCELLED, "cancelled",
              exhibit_evidence_open(host->library, host->paths.zip, NULL, &callbacks, &evidence, &error));
  CHECK(evidence == NULL);
}

static void test_description(exhibit_evidence* evidence, const char* path, const char* format, long long files) {
  exhibit_record* record = NULL;
  exhibit_value value;
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_describe(evidence, &record, NULL));
  CHECK_NUMBER(EXHIBIT_CONTAINER, exhibit_record_kind(record));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_CONTAINER_PATH, &value));
  CHECK_TEXT(path, value.data, value.length);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_CONTAINER_FORMAT, &value));
  CHECK_TEXT(format, value.data, value.length);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_CONTAINER_FILES, &value));
  CHECK_NUMBER(EXHIBIT_TYPE_UINT, value.type);
  CHECK_NUMBER(files, value.integer);
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_CONTAINER_FINGERPRINT, &value));
  CHECK_NUMBER(EXHIBIT_TYPE_BYTES, value.type);
  CHECK_NUMBER(32, value.length);
  exhibit_record_free(record);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_describe(evidence, NULL, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_describe(NULL, &record, NULL));
}

static long long listed(exhibit_evidence* evidence, const char* pattern) {
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  long long files = 0;
  exhibit_value value;
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_list(evidence, pattern, &cursor, NULL));
  while (exhibit_cursor_next(cursor, &record, NULL) == EXHIBIT_OK) {
    CHECK_NUMBER(EXHIBIT_EVIDENCE_FILE, exhibit_record_kind(record));
    CHECK_NUMBER(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_EVIDENCE_FILE_TYPE, &value));
    if (strcmp(value.data, "file") == 0) ++files;
  }
  exhibit_cursor_free(cursor);
  return files;
}

static void test_listing(exhibit_evidence* evidence) {
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  exhibit_value value;
  CHECK_NUMBER(2, listed(evidence, NULL));
  CHECK_NUMBER(2, listed(evidence, "app:com.example.letters/**"));
  CHECK_NUMBER(1, listed(evidence, LETTERS_DEVICE));
  CHECK_NUMBER(1, listed(evidence, "letters/files"));
  CHECK_NUMBER(0, listed(evidence, "home:**"));
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_list(evidence, LETTERS_DEVICE, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_EVIDENCE_FILE_CONTAINER_PATH, &value));
  CHECK_TEXT(LETTERS_PATH, value.data, value.length);
  CHECK_NUMBER(1, exhibit_record_count(record, EXHIBIT_EVIDENCE_FILE_PARSERS));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get_at(record, EXHIBIT_EVIDENCE_FILE_PARSERS, 0, &value));
  CHECK_TEXT("example.letters", value.data, value.length);
  CHECK_STATUS(EXHIBIT_NONE, exhibit_record_get_at(record, EXHIBIT_EVIDENCE_FILE_PARSERS, 1, &value));
  exhibit_cursor_free(cursor);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_list(NULL, NULL, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_list(evidence, NULL, NULL, NULL));
}

static void test_reading(exhibit_evidence* evidence) {
  exhibit_reader* reader = NULL;
  exhibit_error* error = NULL;
  char bytes[64] = "";
  size_t got = 99;
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_read(evidence, NOTE_DEVICE, &reader, NULL));
  CHECK_NUMBER(strlen(NOTE_TEXT), exhibit_reader_size(reader));
  CHECK_STATUS(EXHIBIT_OK, exhibit_reader_read(reader, 0, bytes, sizeof bytes, &got, NULL));
  CHECK(got == strlen(NOTE_TEXT) && memcmp(bytes, NOTE_TEXT, got) == 0);
  CHECK_STATUS(EXHIBIT_OK, exhibit_reader_read(reader, 6, bytes, 3, &got, NULL));
  CHECK(got == 3 && memcmp(bytes, "the", 3) == 0);
  CHECK_STATUS(EXHIBIT_OK, exhibit_reader_read(reader, strlen(NOTE_TEXT), bytes, 1, &got, NULL));
  CHECK_NUMBER(0, got);
  CHECK_STATUS(EXHIBIT_OK, exhibit_reader_read(reader, UINT64_MAX, bytes, sizeof bytes, &got, NULL));
  CHECK_NUMBER(0, got);
  CHECK_STATUS(EXHIBIT_OK, exhibit_reader_read(reader, 0, NULL, 0, &got, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_reader_read(reader, 0, NULL, 1, &got, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_reader_read(reader, 0, bytes, 1, NULL, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_reader_read(NULL, 0, bytes, 1, &got, NULL));
  exhibit_reader_free(reader);
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_read(evidence, NOTE_PATH, &reader, NULL));
  exhibit_reader_free(reader);
  CHECK_FAILS(EXHIBIT_E_NOT_FOUND, "home:nothing", exhibit_evidence_read(evidence, "home:nothing", &reader, &error));
  CHECK(reader == NULL);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_read(evidence, NULL, &reader, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_read(evidence, NOTE_PATH, NULL, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_read(NULL, NOTE_PATH, &reader, NULL));
  CHECK_NUMBER(0, exhibit_reader_size(NULL));
  exhibit_reader_free(NULL);
}

/* By the number that the list gives, from 1 on. */
static void test_reading_by_number(exhibit_evidence* evidence) {
  exhibit_cursor* cursor = NULL;
  const exhibit_record* record = NULL;
  exhibit_reader* reader = NULL;
  exhibit_error* error = NULL;
  exhibit_value value;
  char bytes[64] = "";
  size_t got = 0;
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_list(evidence, NOTE_DEVICE, &cursor, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_cursor_next(cursor, &record, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_record_get(record, EXHIBIT_EVIDENCE_FILE_NUMBER, &value));
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_read_entry(evidence, (uint64_t)value.integer, &reader, NULL));
  CHECK_STATUS(EXHIBIT_OK, exhibit_reader_read(reader, 0, bytes, sizeof bytes, &got, NULL));
  CHECK(got == strlen(NOTE_TEXT) && memcmp(bytes, NOTE_TEXT, got) == 0);
  exhibit_reader_free(reader);
  exhibit_cursor_free(cursor);
  CHECK_FAILS(EXHIBIT_E_NOT_FOUND, "entry 0", exhibit_evidence_read_entry(evidence, 0, &reader, &error));
  CHECK(reader == NULL);
  CHECK_STATUS(EXHIBIT_E_NOT_FOUND, exhibit_evidence_read_entry(evidence, UINT64_MAX, &reader, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_read_entry(NULL, 1, &reader, NULL));
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_evidence_read_entry(evidence, 1, NULL, NULL));
}

static int32_t on_secret(const exhibit_secret_request* request, exhibit_answer* answer, void* user_data) {
  (void)request;
  (void)answer;
  ++*(int*)user_data;
  return 1;
}

/* What is not locked asks for nothing; what opens locked things is tested with some of them (secret_test.cpp). */
static void test_no_secret(struct host* host) {
  int asked = 0;
  exhibit_callbacks callbacks = EXHIBIT_CALLBACKS_INIT;
  exhibit_evidence* evidence = NULL;
  callbacks.secret = on_secret;
  callbacks.user_data = &asked;
  CHECK_STATUS(EXHIBIT_OK, exhibit_evidence_open(host->library, host->paths.zip, NULL, &callbacks, &evidence, NULL));
  CHECK_NUMBER(0, asked);
  exhibit_evidence_free(evidence);
  CHECK_STATUS(EXHIBIT_E_INVALID, exhibit_answer_secret(NULL, "x", 1));
}

void test_evidence(struct host* host) {
  exhibit_evidence* folder = opened(host, host->paths.folder);
  test_description(folder, host->paths.folder, "folder", 2);
  test_listing(folder);
  test_reading(folder);
  test_reading_by_number(folder);
  exhibit_evidence_free(folder);
  exhibit_evidence* zip = opened(host, host->paths.zip);
  test_description(zip, host->paths.zip, "zip", 3);
  test_reading(zip);
  test_reading_by_number(zip);
  exhibit_evidence_free(zip);
  exhibit_evidence_free(NULL);
  test_no_evidence(host);
  test_opening(host);
  test_no_secret(host);
}
